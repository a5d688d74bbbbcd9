"""Whom of a burst's recipients to call: up to three people who wrote to the rep themselves, each with reasons to say.

Ranked by the sum of the reasons that hold: waits for an answer (8), answered the rep before (6), number known (4), long
relationship (2), a deciding role in the own signature (1); then by the newest mail, then by address. Never all of the
recipients, nobody whom the rep keeps out, nobody with a private-looking address, nobody who asked for no calls, and
nobody who never wrote: there is no business contact that a call could build on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import Final

from app.mail.message import MailMessage
from app.nudge.contact_facts import LONG_RELATIONSHIP, ContactFacts, learn, mail_date, written_by_hand
from app.nudge.phone_labels import NumberKind
from app.nudge.phone_numbers import spelled
from app.nudge.private_addresses import looks_private
from app.nudge.talking_points import talking_point

MOST_SUGGESTIONS: Final = 3
LONGEST_WAIT: Final = timedelta(days=60)


class CallReason(StrEnum):
    """Why this person, the strongest first."""

    WAITS = "waits"
    ANSWERED = "answered"
    NUMBER_KNOWN = "number_known"
    LONG_RELATIONSHIP = "long_relationship"
    ROLE = "role"


class NextStep(StrEnum):
    """One easy thing to do with what is known."""

    CALL = "call"
    ANSWER_LAST_MAIL = "answer_last_mail"
    ASK_FOR_NUMBER = "ask_for_number"
    WRITE_TO_ONE = "write_to_one"


_WEIGHTS: Final = {
    CallReason.WAITS: 8,
    CallReason.ANSWERED: 6,
    CallReason.NUMBER_KNOWN: 4,
    CallReason.LONG_RELATIONSHIP: 2,
    CallReason.ROLE: 1,
}


@dataclass(frozen=True, slots=True)
class CorrespondentFacts:
    """A recipient of a burst: mails *from* that address in the rep's own mailbox, in any order; the newest few suffice.

    `last_written` is when the rep last wrote to the person (by preference otherwise than in a template). Where it is
    None, not known, nothing is said about who waits for whom. `known` is what these mails and earlier ones tell, where
    that was found out already; the newest mail suffices then.
    """

    address: str
    name: str
    received: Sequence[MailMessage]
    last_written: datetime | None = None
    known: ContactFacts | None = None


@dataclass(frozen=True, slots=True)
class CallSuggestion:
    """One person worth a call; the talking point is the subject and date of the last mail from that person.

    `number` is E.164 (with `extension`, if any), `number_display` for reading, and `found_in_date` the date of the mail
    in which it stands. `role` is foreign text from the person's signature, as it stands there.
    """

    name: str
    address: str
    number: str | None
    extension: str | None
    number_display: str | None
    number_kind: NumberKind | None
    found_in_date: datetime | None
    why: tuple[CallReason, ...]
    talking_point: tuple[str, datetime] | None
    role: str | None = None


def _nobody(_address: str) -> bool:
    return False


def suggest_calls(
    people: Sequence[CorrespondentFacts],
    now: datetime,
    language: str,
    home: str | None = None,
    is_kept_out: Callable[[str], bool] = _nobody,
) -> tuple[CallSuggestion, ...]:
    """The up to three people worth a call, the best first; of several, always one fewer than there are.

    `language` is that of the send, for reading national numbers at addresses without a country; `home` the region of
    the rep (`"DE"`), whose numbers are spelled nationally; `is_kept_out` tells whom the rep does not want to be named.
    """
    ranked: list[tuple[tuple[int, float, str], CallSuggestion]] = []
    for person in people:
        is_out = looks_private(person.address) or is_kept_out(person.address)
        mails = [] if is_out else written_by_hand(person.received)
        known = person.known or (learn(_name(person, mails), person.address, mails, language) if mails else None)
        if mails and known and not known.objects:
            suggestion = _suggestion(person, mails, known, now, home)
            ranked.append((_rank(suggestion, mails[0]), suggestion))
    ranked.sort(key=itemgetter(0))
    most = min(MOST_SUGGESTIONS, max(1, len(people) - 1))
    return tuple(suggestion for _, suggestion in ranked[:most])


def one_each(calls: Iterable[Sequence[CallSuggestion]]) -> list[CallSuggestion | None]:
    """Of each text's people the best not named for one before, those with a number first; None where nobody is left.

    Whoever has the name or the address of somebody named is taken for the same person.
    """
    named: set[str] = set()
    chosen: list[CallSuggestion | None] = []
    for suggestions in calls:
        left = [one for one in suggestions if named.isdisjoint(_signs(one))]
        best = min(left, key=lambda one: one.number is None, default=None)
        named.update(_signs(best) if best else ())
        chosen.append(best)
    return chosen


def _signs(suggestion: CallSuggestion) -> set[str]:
    return {suggestion.address.casefold(), " ".join(suggestion.name.casefold().split())} - {""}


def next_step(suggestions: Sequence[CallSuggestion]) -> NextStep:
    """What is easiest: a call where a number is known, else to answer who waits, else to ask for the number."""
    if not suggestions:
        return NextStep.WRITE_TO_ONE
    if any(suggestion.number for suggestion in suggestions):
        return NextStep.CALL
    is_waiting = any(CallReason.WAITS in suggestion.why for suggestion in suggestions)
    return NextStep.ANSWER_LAST_MAIL if is_waiting else NextStep.ASK_FOR_NUMBER


def _rank(suggestion: CallSuggestion, newest: MailMessage) -> tuple[int, float, str]:
    weight = sum(_WEIGHTS[reason] for reason in suggestion.why)
    return -weight, -mail_date(newest).timestamp(), suggestion.address


def _suggestion(
    person: CorrespondentFacts, mails: list[MailMessage], known: ContactFacts, now: datetime, home: str | None
) -> CallSuggestion:
    number = known.number
    return CallSuggestion(
        name=_name(person, mails),
        address=person.address,
        number=number.e164 if number else None,
        extension=number.extension if number else None,
        number_display=spelled(number.e164, home) if number else None,
        number_kind=number.kind if number else None,
        found_in_date=known.found_in_date,
        why=tuple(_reasons(person, mail_date(mails[0]), known, now)),
        talking_point=talking_point(mails),
        role=known.role,
    )


def _name(person: CorrespondentFacts, mails: Iterable[MailMessage]) -> str:
    return person.name or next((mail.sender.name for mail in mails if mail.sender and mail.sender.name), "")


def _reasons(person: CorrespondentFacts, newest: datetime, known: ContactFacts, now: datetime) -> Iterable[CallReason]:
    if person.last_written is not None and person.last_written < newest <= now <= newest + LONGEST_WAIT:
        yield CallReason.WAITS
    if known.has_answered:
        yield CallReason.ANSWERED
    if known.number is not None:
        yield CallReason.NUMBER_KNOWN
    if known.mails >= LONG_RELATIONSHIP:
        yield CallReason.LONG_RELATIONSHIP
    if known.role is not None:
        yield CallReason.ROLE
