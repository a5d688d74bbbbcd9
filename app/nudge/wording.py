"""What a nudge says in words: the fact, the next step, and whom to call with what to talk about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.nudge.contacts import CallReason, CallSuggestion
from app.nudge.moments import SpokenDays
from app.nudge.phone_labels import NumberKind
from app.nudge.quoting import quoted
from app.texts import Translator

LONGEST_NAME: Final = 50
LONGEST_TOPIC: Final = 60


@dataclass(frozen=True, slots=True)
class SpokenPerson:
    """A suggestion as a mail shows it; `tel` is a URI, everything else is for reading."""

    name: str
    why: str
    tel: str | None
    number: str | None
    kind: str | None
    found: str | None
    topic: str | None


def spoken_fact(texts: Translator, when: str, is_over: bool, copies: int, recipients: int) -> str:
    """What happened, as one plain sentence; `is_over` says that `when` is one day and not "since" some day."""
    if recipients <= 1:
        return texts.gettext("A mail that you sent %(when)s reads as if it were meant for many.", when=when)
    if copies <= 1:
        return texts.gettext("One mail went to %(people)s people %(when)s.", people=recipients, when=when)
    if is_over:
        return texts.gettext("This text went to %(people)s people %(when)s.", people=recipients, when=when)
    return texts.gettext("This text has gone to %(people)s people %(when)s.", people=recipients, when=when)


def next_step(texts: Translator, suggestions: Sequence[CallSuggestion]) -> str:
    """One easy thing to do next, with or without somebody to call."""
    if not suggestions:
        return texts.gettext(
            "Zuruf suggests no call here: none of these people has written to you from a business address yet. A good "
            "next step: choose one of them and write two sentences that fit nobody else."
        )
    if not any(suggestion.number for suggestion in suggestions):
        return texts.ngettext(
            "There is no phone number in the mails from %(name)s. A good next step: answer the last one in two "
            "sentences of your own, and ask when a call would suit.",
            "There is no phone number in the mails from these people. A good next step: choose one, answer the "
            "last mail in two sentences of your own, and ask when a call would suit.",
            len(suggestions),
            name=_name(suggestions[0]),
        )
    return texts.ngettext(
        "Perhaps this is a good moment for a short call:",
        "Perhaps this is a good moment for a short call to one of these people:",
        len(suggestions),
    )


def spoken_person(texts: Translator, days: SpokenDays, suggestion: CallSuggestion) -> SpokenPerson:
    """Name, reasons, number and talking point, quoted and cut."""
    found_in, point = suggestion.found_in_date, suggestion.talking_point
    return SpokenPerson(
        name=_name(suggestion),
        why=_why(texts, suggestion),
        tel=_tel(suggestion),
        number=_number(texts, suggestion),
        kind=_kind(texts, suggestion.number_kind) if suggestion.number_kind else None,
        found=texts.gettext("from the mail of %(day)s", day=days.day(found_in)) if found_in else None,
        topic=texts.gettext(
            "To pick up on: “%(subject)s” (%(day)s)", subject=quoted(point[0], LONGEST_TOPIC), day=days.day(point[1])
        )
        if point
        else None,
    )


def _name(suggestion: CallSuggestion) -> str:
    return quoted(suggestion.name or suggestion.address.partition("@")[0], LONGEST_NAME)


def _number(texts: Translator, suggestion: CallSuggestion) -> str | None:
    number, extension = suggestion.number_display, suggestion.extension
    if number is None or extension is None:
        return number
    return texts.gettext("%(number)s ext. %(extension)s", number=number, extension=extension)


def _tel(suggestion: CallSuggestion) -> str | None:
    """The number as a global `tel:` URI (RFC 3966)."""
    if suggestion.number is None:
        return None
    return f"tel:{suggestion.number}" + (f";ext={suggestion.extension}" if suggestion.extension else "")


def _kind(texts: Translator, kind: NumberKind) -> str:
    match kind:
        case NumberKind.DIRECT:
            return texts.gettext("Direct line")
        case NumberKind.PHONE:
            return texts.gettext("Phone")
        case NumberKind.SWITCHBOARD:
            return texts.gettext("Switchboard")
        case NumberKind.MOBILE:
            return texts.gettext("Mobile")


def _why(texts: Translator, suggestion: CallSuggestion) -> str:
    """The reasons for this person as a short enumeration; that a number is known shows by itself."""
    said = []
    if CallReason.WAITS in suggestion.why:
        said.append(texts.gettext("wrote last"))
    if CallReason.ANSWERED in suggestion.why:
        said.append(texts.gettext("answered you before"))
    if CallReason.LONG_RELATIONSHIP in suggestion.why:
        said.append(texts.gettext("often writes to you"))
    return ", ".join(said) or texts.gettext("has written to you before")
