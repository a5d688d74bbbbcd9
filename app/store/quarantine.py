"""Mails that could not be fetched or read: set aside with their reason, and tried again by another version."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from app.store.schema import Quarantined


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies: UIDs mean something only within one folder of one UIDVALIDITY."""

    mailbox_id: uuid.UUID
    uidvalidity: int
    second: bool


def set_aside(session: Session, place: Place, uid: int, reason: str, version: str, now: datetime) -> None:
    """Note a mail that cannot be read by this version; `seen_at` stays that of the first time."""
    row = find(session, place, uid)
    if row is None:
        row = Quarantined(
            mailbox_id=place.mailbox_id, uidvalidity=place.uidvalidity, uid=uid, second=place.second, seen_at=now
        )
        session.add(row)
    row.reason, row.version = reason, version


def find(session: Session, place: Place, uid: int) -> Quarantined | None:
    return session.get(Quarantined, (place.mailbox_id, place.uidvalidity, uid, place.second))


def holds_any(session: Session, mailbox_id: uuid.UUID) -> bool:
    return session.scalar(select(Quarantined.uid).where(Quarantined.mailbox_id == mailbox_id).limit(1)) is not None


def next_untried(session: Session, place: Place, version: str) -> int | None:
    """The lowest UID that this version has not tried yet."""
    return session.scalar(
        select(func.min(Quarantined.uid)).where(
            Quarantined.mailbox_id == place.mailbox_id,
            Quarantined.uidvalidity == place.uidvalidity,
            Quarantined.second.is_(place.second),
            or_(Quarantined.version.is_(None), Quarantined.version != version),
        )
    )


def forget_folder(session: Session, mailbox_id: uuid.UUID, *, second: bool) -> None:
    """The folder is read anew under other UIDs, which sets aside again what still cannot be read."""
    session.execute(delete(Quarantined).where(Quarantined.mailbox_id == mailbox_id, Quarantined.second.is_(second)))


def count_by_reason(session: Session, mailbox_id: uuid.UUID) -> dict[str, int]:
    """Reason -> how many mails, most first."""
    number = func.count().label("number")
    query = select(Quarantined.reason, number).where(Quarantined.mailbox_id == mailbox_id).group_by(Quarantined.reason)
    return {row.reason: row.number for row in session.execute(query.order_by(number.desc(), Quarantined.reason))}
