"""What a nudge says in words: the subject, the fact, and the next step; about people, see `spoken_people`."""

from collections.abc import Sequence
from functools import partial

from babel.numbers import format_decimal

from app.nudge.contacts import CallSuggestion, NextStep
from app.nudge.contacts import next_step as easiest_step
from app.nudge.spoken_people import spoken_name
from app.nudge.variants import Voice
from app.texts import Translator


def spoken_subject(voice: Voice, topic: str, recipients: int, suggestions: Sequence[CallSuggestion]) -> str:
    """The subject of a nudge that stands alone, about a text whose own subject is `topic`."""
    if recipients <= 1:
        gettext = partial(voice.texts.gettext, topic=topic)
        return voice.one_of("subject", gettext("About your mail “%(topic)s”"), gettext("Your mail “%(topic)s”"))
    gettext = partial(voice.texts.gettext, topic=topic, people=spoken_count(voice.texts, recipients))
    sentences = [
        gettext("“%(topic)s” went to %(people)s people"),
        gettext("%(people)s people got “%(topic)s”"),
    ]
    if easiest_step(suggestions) is NextStep.CALL:
        sentences.append(gettext("A call about “%(topic)s”?"))
    return voice.one_of("subject", *sentences)


def spoken_fact(voice: Voice, when: str, is_over: bool, copies: int, recipients: int) -> str:
    """What happened, as one plain sentence; `is_over` says that `when` is one day and not "since" some day."""
    if recipients <= 1:
        return _lone_fact(voice, when)
    people = spoken_count(voice.texts, recipients)
    gettext = partial(voice.texts.gettext, when=when, start=_capital(when), people=people)
    if copies <= 1:
        sentences = (
            gettext("One mail went to %(people)s people %(when)s."),
            gettext("%(start)s, one mail went to %(people)s people at once."),
            gettext("%(people)s people got the same mail %(when)s."),
        )
    elif is_over:
        sentences = (
            gettext("This text went to %(people)s people %(when)s."),
            gettext("%(start)s, this text went to %(people)s people."),
            gettext("%(people)s people got this text %(when)s."),
        )
    else:
        sentences = (
            gettext("This text has gone to %(people)s people %(when)s."),
            gettext("%(start)s, this text has gone to %(people)s people."),
            gettext("%(people)s people have had this text %(when)s."),
        )
    return voice.one_of("fact", *sentences)


def _lone_fact(voice: Voice, when: str) -> str:
    gettext = partial(voice.texts.gettext, when=when, start=_capital(when))
    return voice.one_of(
        "fact",
        gettext("A mail that you sent %(when)s reads as if it were meant for many."),
        gettext("%(start)s you sent a mail that sounds a little like a mail to many."),
    )


def noted_before(voice: Voice, day: str) -> str:
    """That this is not the first nudge about the text, and what this one counts."""
    gettext = partial(voice.texts.gettext, day=day)
    return voice.one_of(
        "before",
        gettext("There was a note about this text on %(day)s; this one is about the mails since then."),
        gettext("You had a note about this text on %(day)s; only the mails since then are counted here."),
    )


def next_step(voice: Voice, suggestions: Sequence[CallSuggestion], recipients: int) -> str:
    """One easy thing to do next, with or without somebody to call."""
    match easiest_step(suggestions):
        case NextStep.CALL:
            return _call(voice, suggestions)
        case NextStep.ANSWER_LAST_MAIL:
            return _answer_last_mail(voice, suggestions)
        case NextStep.ASK_FOR_NUMBER:
            return _ask_for_number(voice, suggestions)
        case NextStep.WRITE_TO_ONE:
            return _write_to_one(voice, recipients)


def _call(voice: Voice, suggestions: Sequence[CallSuggestion]) -> str:
    ngettext = partial(voice.texts.ngettext, n=len(suggestions), name=spoken_name(suggestions[0]))
    return voice.one_of(
        "step",
        ngettext(
            "Perhaps this is a good moment for a short call:",
            "Perhaps this is a good moment for a short call to one of these people:",
        ),
        ngettext(
            "The easiest next step may be a short call:",
            "The easiest next step may be a short call to one of these people:",
        ),
        ngettext(
            "If you have five minutes, you could simply ring %(name)s:",
            "If you have five minutes, you could simply ring one of these people:",
        ),
    )


def _answer_last_mail(voice: Voice, suggestions: Sequence[CallSuggestion]) -> str:
    ngettext = partial(voice.texts.ngettext, n=len(suggestions), name=spoken_name(suggestions[0]))
    return voice.one_of(
        "step",
        ngettext(
            "There is no phone number in the mails from %(name)s. A good next step: answer the last one in two "
            "sentences of your own, and ask when a call would suit.",
            "There is no phone number in the mails from these people. A good next step: choose one, answer the "
            "last mail in two sentences of your own, and ask when a call would suit.",
        ),
        ngettext(
            "Zuruf found no phone number for %(name)s, but a mail that you could answer: two sentences of your own, "
            "and a line asking when a call would suit.",
            "Zuruf found no phone numbers, but mails that you could answer. One is enough: two sentences of your own, "
            "and a line asking when a call would suit.",
        ),
    )


def _ask_for_number(voice: Voice, suggestions: Sequence[CallSuggestion]) -> str:
    ngettext = partial(voice.texts.ngettext, n=len(suggestions), name=spoken_name(suggestions[0]))
    return voice.one_of(
        "step",
        ngettext(
            "There is no phone number in the mails from %(name)s. A good next step: write two sentences of your own, "
            "and ask for a number and a good time to call.",
            "There is no phone number in the mails from these people. A good next step: choose one, write two "
            "sentences of your own, and ask for a number and a good time to call.",
        ),
        ngettext(
            "Zuruf found no phone number for %(name)s. You could ask for it in two sentences of your own, and for a "
            "good time to call.",
            "Zuruf found no phone numbers for these people. You could ask one of them in two sentences of your own, "
            "and for a good time to call.",
        ),
    )


def _write_to_one(voice: Voice, recipients: int) -> str:
    ngettext = partial(voice.texts.ngettext, n=recipients)
    return voice.one_of(
        "step",
        ngettext(
            "Zuruf knows nobody to call here: it names only people who have written to you from a business address. A "
            "good next step: write two more sentences that fit nobody else.",
            "Zuruf knows nobody to call here: it names only people who have written to you from a business address. A "
            "good next step: choose one recipient and write two sentences that fit nobody else.",
        ),
        ngettext(
            "A small start: two more sentences that fit nobody else. Zuruf suggests a call only where somebody has "
            "written to you from a business address.",
            "A small start: choose one of these people and write two sentences that fit nobody else. Zuruf suggests a "
            "call only where somebody has written to you from a business address.",
        ),
    )


def spoken_count(texts: Translator, people: int) -> str:
    """`10,000`, as the language writes it."""
    return str(format_decimal(people, locale=texts.language))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
