"""How a nudge speaks of one person: name, why this one, the number and where it stood, what to pick up on."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from babel.lists import format_list

from app.nudge.contacts import CallReason, CallSuggestion
from app.nudge.moments import SpokenDays
from app.nudge.phone_labels import NumberKind
from app.nudge.quoting import quoted
from app.nudge.variants import Voice
from app.texts import Translator

LONGEST_NAME: Final = 50
LONGEST_TOPIC: Final = 60
_MOST_REASONS: Final = 2


@dataclass(frozen=True, slots=True)
class SpokenPerson:
    """A suggestion as a mail shows it; `tel` is a URI, everything else is for reading.

    Where there is no `number`, `source` says so; else it says of what kind the number is and where it was found.
    """

    name: str
    role: str | None
    why: str
    tel: str | None
    number: str | None
    source: str
    topic: str | None


def spoken_person(voice: Voice, days: SpokenDays, suggestion: CallSuggestion) -> SpokenPerson:
    """Name, reasons, number and talking point, quoted and cut."""
    return SpokenPerson(
        name=spoken_name(suggestion),
        role=quoted(suggestion.role, LONGEST_NAME) if suggestion.role else None,
        why=_why(voice, suggestion),
        tel=tel_uri(suggestion),
        number=spoken_number(voice.texts, suggestion),
        source=_source(voice.texts, days, suggestion),
        topic=talking_point(voice, days, suggestion),
    )


def spoken_name(suggestion: CallSuggestion) -> str:
    """The name, or what stands before the @ where there is none."""
    name = quoted(suggestion.name, LONGEST_NAME) or quoted(suggestion.address.partition("@")[0], LONGEST_NAME)
    return name or "?"


def spoken_number(texts: Translator, suggestion: CallSuggestion) -> str | None:
    """The number for reading, with its extension."""
    number, extension = suggestion.number_display, suggestion.extension
    if number is None or extension is None:
        return number
    return texts.gettext("%(number)s ext. %(extension)s", number=number, extension=extension)


def tel_uri(suggestion: CallSuggestion) -> str | None:
    """The number as a global `tel:` URI (RFC 3966)."""
    if suggestion.number is None:
        return None
    return f"tel:{suggestion.number}" + (f";ext={suggestion.extension}" if suggestion.extension else "")


def talking_point(voice: Voice, days: SpokenDays, suggestion: CallSuggestion) -> str | None:
    """What the last mail from the person was about, as something to begin with."""
    if suggestion.talking_point is None:
        return None
    subject, date = suggestion.talking_point
    gettext = partial(voice.texts.gettext, subject=quoted(subject, LONGEST_TOPIC), day=days.day(date))
    return voice.one_of(
        f"topic {suggestion.address}",
        gettext("To pick up on: “%(subject)s” (%(day)s)"),
        gettext("The last mail was about “%(subject)s” (%(day)s)"),
        gettext("A way to begin: “%(subject)s” (%(day)s)"),
    )


def _source(texts: Translator, days: SpokenDays, suggestion: CallSuggestion) -> str:
    if suggestion.number is None or suggestion.number_kind is None:
        return texts.gettext("No phone number in the mails.")
    kind = _kind(texts, suggestion.number_kind)
    if suggestion.found_in_date is None:
        return kind
    return texts.gettext("%(kind)s, from the mail of %(day)s", kind=kind, day=days.day(suggestion.found_in_date))


def _kind(texts: Translator, kind: NumberKind) -> str:
    match kind:
        case NumberKind.DIRECT:
            return texts.gettext("direct line")
        case NumberKind.PHONE:
            return texts.gettext("phone")
        case NumberKind.SWITCHBOARD:
            return texts.gettext("switchboard")
        case NumberKind.MOBILE:
            return texts.gettext("mobile")


def _why(voice: Voice, suggestion: CallSuggestion) -> str:
    """The strongest reasons for this person as one short sentence; number and role show by themselves."""
    gettext, place = voice.texts.gettext, suggestion.address
    said = []
    if CallReason.WAITS in suggestion.why:
        said.append(
            voice.one_of(f"waits {place}", gettext("wrote to you last"), gettext("wrote last in your exchange"))
        )
    if CallReason.ANSWERED in suggestion.why:
        answered = gettext("has answered you before"), gettext("has got back to you before")
        said.append(voice.one_of(f"answered {place}", *answered))
    if CallReason.LONG_RELATIONSHIP in suggestion.why:
        often = gettext("writes to you often"), gettext("is often in touch with you")
        said.append(voice.one_of(f"often {place}", *often))
    reasons = said[:_MOST_REASONS] or [gettext("has written to you before")]
    sentence = format_list(reasons, locale=voice.texts.language)
    return f"{sentence[:1].upper()}{sentence[1:]}."
