"""What mails from a person tell of that person: a number and a role from the signatures, and how mails went to and fro.

Facts can be kept as text and added to by newer mails, so that a mail needs to be read only once; no line of a mail is
part of them but number and role.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from app.mail.message import MailMessage
from app.nudge.objections import objects_to_contact
from app.nudge.phone_labels import NumberKind
from app.nudge.phone_numbers import FoundNumber, best_number
from app.nudge.roles import deciding_role

LONG_RELATIONSHIP: Final = 5  # mails from the person
_LASTING: Final = timedelta(days=30)
_LASTING_WITHOUT_NUMBER: Final = timedelta(days=3)
_LASTING_OBJECTION: Final = timedelta(days=365)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """`number` stands in a mail of `found_in_date`, the newest that has one; `mails` is counted up to
    `LONG_RELATIONSHIP`, and `has_answered` where one of them answers another mail, `objects` where one asks
    for no calls."""

    number: FoundNumber | None = None
    found_in_date: datetime | None = None
    role: str | None = None
    has_answered: bool = False
    mails: int = 0
    objects: bool = False

    @classmethod
    def read(cls, text: str) -> Self:
        """What `as_text` wrote; raises `ValueError` for anything else."""
        try:
            values = json.loads(text)
            number = values.pop("number")
            date = values.pop("found_in_date")
            return cls(
                number=FoundNumber(**{**number, "kind": NumberKind(number["kind"])}) if number else None,
                found_in_date=datetime.fromisoformat(date) if date else None,
                **values,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not the facts of a contact") from error

    def as_text(self) -> str:
        """All of it as JSON."""
        return json.dumps({**asdict(self), "found_in_date": str(self.found_in_date) if self.found_in_date else None})

    @property
    def lasting(self) -> timedelta:
        """How long they may be relied on: where no number was found, somebody may write one soon; an objection is kept
        the longest, for its mail may be deleted."""
        if self.objects:
            return _LASTING_OBJECTION
        return _LASTING if self.number else _LASTING_WITHOUT_NUMBER


def learn(
    name: str, address: str, mails: Sequence[MailMessage], language: str, before: ContactFacts | None = None
) -> ContactFacts:
    """Facts of the person `name` <`address`> from `mails`, newest first and written by hand, added to those `before`.

    What a newer mail says wins; of somebody who asks for no calls, no number and no role is kept. `language` is for
    reading national numbers where nothing else tells a country.
    """
    known = before or ContactFacts()
    numbers = ((best_number(mail.text, name, address, language), mail.date) for mail in mails)
    number, date = next((found for found in numbers if found[0]), (known.number, known.found_in_date))
    objects = known.objects or any(objects_to_contact(mail.text) for mail in mails)
    roles = (role for mail in mails if (role := deciding_role(mail.text, name, address)))
    return replace(
        known,
        number=None if objects else number,
        found_in_date=None if objects else date,
        role=None if objects else next(roles, known.role),
        has_answered=known.has_answered or any(mail.in_reply_to or mail.references for mail in mails),
        objects=objects,
        mails=min(LONG_RELATIONSHIP, known.mails + len(mails)),
    )


def written_by_hand(received: Iterable[MailMessage]) -> list[MailMessage]:
    """Mails of a person, not of a machine in the person's name, the newest first; of one moment, the last of them."""
    return sorted((mail for mail in received if not _is_automatic(mail)), key=mail_date)[::-1]


def mail_date(mail: MailMessage) -> datetime:
    """For ordering: a mail without a date comes before all others."""
    return mail.date or _NEVER


def _is_automatic(mail: MailMessage) -> bool:
    headers = mail.headers
    return (
        headers.get("auto-submitted", "no").strip().casefold() != "no"
        or headers.get("precedence", "").strip().casefold() in {"bulk", "list", "junk", "auto_reply"}
        or "list-unsubscribe" in headers
        or "list-id" in headers
    )
