"""The answers that a rep can give, in words: before, on the button, and after."""

from dataclasses import dataclass

from app.store.states import FeedbackKind
from app.texts import Translator


@dataclass(frozen=True, slots=True)
class Answer:
    """`label` is for lists, `question` and `effect` say what `button` will do, `told` what was said; `tone` colours."""

    kind: FeedbackKind
    tone: str
    label: str
    question: str
    effect: str
    button: str
    told: str


def answer(texts: Translator, kind: FeedbackKind) -> Answer:
    match kind:
        case FeedbackKind.CALLED:
            return _called(texts)
        case FeedbackKind.WILL_CALL:
            return _will_call(texts)
        case FeedbackKind.LATER:
            return _later(texts)
        case FeedbackKind.NOT_A_TEMPLATE:
            return _not_a_template(texts)
        case FeedbackKind.NOT_FOR_PERSON:
            return _not_for_person(texts)
        case FeedbackKind.STOP:
            return _stop(texts)


def _called(texts: Translator) -> Answer:
    return Answer(
        FeedbackKind.CALLED,
        "good",
        texts.gettext("Called"),
        texts.gettext("Did you call?"),
        texts.gettext("Zuruf notes the call for your own overview. Nobody else sees it."),
        texts.gettext("I called"),
        texts.gettext("You called."),
    )


def _will_call(texts: Translator) -> Answer:
    return Answer(
        FeedbackKind.WILL_CALL,
        "good",
        texts.gettext("Going to call"),
        texts.gettext("Are you going to call?"),
        texts.gettext("Zuruf notes that you want to call, for your own overview. Nobody else sees it."),
        texts.gettext("I will call"),
        texts.gettext("You are going to call."),
    )


def _later(texts: Translator) -> Answer:
    return Answer(
        FeedbackKind.LATER,
        "warn",
        texts.gettext("Later"),
        texts.gettext("Does it suit you better later?"),
        texts.gettext("Zuruf puts the note into your inbox once more, on the next day outside your quiet hours."),
        texts.gettext("Put it off"),
        texts.gettext("You put this off until later."),
    )


def _not_a_template(texts: Translator) -> Answer:
    return Answer(
        FeedbackKind.NOT_A_TEMPLATE,
        "",
        texts.gettext("Not a template"),
        texts.gettext("Is this not a template?"),
        texts.gettext("Mails with this text leave your list, and Zuruf says nothing more about it."),
        texts.gettext("This is not a template"),
        texts.gettext("You said that this is not a template. Zuruf no longer lists it and says nothing more about it."),
    )


def _not_for_person(texts: Translator) -> Answer:
    return Answer(
        FeedbackKind.NOT_FOR_PERSON,
        "",
        texts.gettext("Not for this person"),
        texts.gettext("Is your mail to this person personal?"),
        texts.gettext("This mail leaves your list, and your next mails to this person do not get there."),
        texts.gettext("Not for this person"),
        texts.gettext("You said that your mail to this person is personal. Zuruf no longer flags it."),
    )


def _stop(texts: Translator) -> Answer:
    return Answer(
        FeedbackKind.STOP,
        "",
        texts.gettext("No more notes"),
        texts.gettext("No more notes about this text?"),
        texts.gettext("Mails with this text stay in your list, but Zuruf sends you no more notes about it."),
        texts.gettext("No more about this text"),
        texts.gettext("You want no more notes about this text."),
    )
