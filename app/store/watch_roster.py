"""All mailboxes as the watcher sees them, read and written without touching one by one."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, case, func, literal, or_, select, update
from sqlalchemy.orm import Session

from app.store.schema import Mailbox
from app.store.states import MailboxState

Mark = tuple[int, int, datetime | None]

_TABLE: Final = Mailbox.metadata.tables[Mailbox.__tablename__]
_CHUNK: Final = 500  # SQLite bears 999 variables in old builds
_PENDING: Final = (MailboxState.READING, MailboxState.WATCHED, MailboxState.WAITING)


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A mailbox to watch; a new `generation` means that the rep changed something, and to start over."""

    id: uuid.UUID
    generation: int
    host: str
    port: int
    state: MailboxState
    failures: int
    next_attempt_at: datetime | None
    history_ended_at: datetime | None


def roster_mark(session: Session) -> Mark:
    """Differs whenever a rep connected, removed or changed a mailbox since; the database does it in one pass."""
    counted = select(func.count(), func.sum(Mailbox.generation), func.max(Mailbox.connected_at)).select_from(Mailbox)
    count, generations, connected_at = session.execute(counted).one()
    return count, generations or 0, connected_at


def roster(session: Session) -> list[RosterEntry]:
    """All but the paused ones and those that only the rep can mend."""
    columns = (
        Mailbox.id, Mailbox.generation, Mailbox.host, Mailbox.port, Mailbox.state,
        Mailbox.failures, Mailbox.next_attempt_at, Mailbox.history_ended_at,
    )  # fmt: skip
    watchable = or_(Mailbox.state != MailboxState.ATTENTION, Mailbox.next_attempt_at.is_not(None))
    rows = session.execute(select(*columns).where(Mailbox.state != MailboxState.PAUSED, watchable))
    return [RosterEntry(*row) for row in rows]


def note_contacts(session: Session, contacts: Mapping[uuid.UUID, datetime]) -> None:
    """The server gave a sign of life at these times; a mailbox that was removed meanwhile is passed over."""
    statement = update(_TABLE).where(_TABLE.c.id == bindparam("mailbox")).values(last_contact_at=bindparam("at"))
    rows = [{"mailbox": mailbox_id, "at": at} for mailbox_id, at in sorted(contacts.items())]
    session.connection().execute(statement, rows)


def note_queued(session: Session, ids: Collection[uuid.UUID], reason: str, now: datetime) -> None:
    """These wait for their turn to connect, or for their server; paused ones and those that need the rep stay so."""
    in_order = sorted(ids)
    # Without its type, PostgreSQL would turn the moment into the time of its own zone.
    began = literal(now, Mailbox.state_since.type)
    since = case((Mailbox.state == MailboxState.WAITING, Mailbox.state_since), else_=began)
    for start in range(0, len(in_order), _CHUNK):
        chosen = Mailbox.id.in_(in_order[start : start + _CHUNK])
        waiting = {"state": MailboxState.WAITING, "reason": reason, "next_attempt_at": None, "state_since": since}
        session.execute(update(Mailbox).where(chosen, Mailbox.state.in_(_PENDING)).values(waiting))
