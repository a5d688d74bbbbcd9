"""Mails that could not be fetched or read: set aside with their reason, and tried again by another version.

One over which the connection broke is tried again in any case, after as long as it has been bad for: nothing tells it
for sure from a good mail on a bad line.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from app.store.schema import Quarantined

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies: UIDs mean something only within one folder of one UIDVALIDITY."""

    mailbox_id: uuid.UUID
    uidvalidity: int
    second: bool


def set_aside(
    session: Session, place: Place, uid: int, reason: str, version: str, now: datetime, *, broke: bool = False
) -> None:
    """Note a mail that this version cannot read, or one that `broke` the connection; `seen_at` stays the first."""
    row = find(session, place, uid)
    if row is None:
        row = Quarantined(
            mailbox_id=place.mailbox_id, uidvalidity=place.uidvalidity, uid=uid, second=place.second, seen_at=now
        )
        session.add(row)
    row.reason, row.version, row.tried_at = reason, version, now if broke else None


def find(session: Session, place: Place, uid: int) -> Quarantined | None:
    return session.get(Quarantined, (place.mailbox_id, place.uidvalidity, uid, place.second))


def holds_any(session: Session, mailbox_id: uuid.UUID) -> bool:
    return session.scalar(select(Quarantined.uid).where(Quarantined.mailbox_id == mailbox_id).limit(1)) is not None


def next_due(session: Session, place: Place, version: str, now: datetime) -> int | None:
    """The lowest UID that this version has not tried yet, or that broke the connection long enough ago."""
    here = (
        Quarantined.mailbox_id == place.mailbox_id,
        Quarantined.uidvalidity == place.uidvalidity,
        Quarantined.second.is_(place.second),
    )
    untried = or_(Quarantined.version.is_(None), Quarantined.version != version)
    uid = session.scalar(select(func.min(Quarantined.uid)).where(*here, untried))
    if uid is not None:
        return uid
    broken = session.scalars(select(Quarantined).where(*here, Quarantined.tried_at.is_not(None)))
    return min((row.uid for row in broken if _has_waited(row, now)), default=None)


def _has_waited(row: Quarantined, now: datetime) -> bool:
    if row.tried_at is None:
        return False
    wait = min(max(row.tried_at - row.seen_at, FIRST_WAIT), LONGEST_WAIT)
    # A clock that was set back must not put it off for good.
    return not timedelta() <= now - row.tried_at < wait


def forget_folder(session: Session, mailbox_id: uuid.UUID, *, second: bool) -> None:
    """The folder is read anew under other UIDs, which sets aside again what still cannot be read."""
    session.execute(delete(Quarantined).where(Quarantined.mailbox_id == mailbox_id, Quarantined.second.is_(second)))


def count_by_reason(session: Session, mailbox_id: uuid.UUID) -> dict[str, int]:
    """Reason -> how many mails, most first."""
    number = func.count().label("number")
    query = select(Quarantined.reason, number).where(Quarantined.mailbox_id == mailbox_id).group_by(Quarantined.reason)
    return {row.reason: row.number for row in session.execute(query.order_by(number.desc(), Quarantined.reason))}
