"""Which mailboxes are to be watched now, as the database has it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from app.mail.errors import MailError
from app.store import mailboxes
from app.store.engine import Database
from app.store.states import MailboxState
from app.watch.times import WatchTimes, retry_after


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mailbox to watch; a new `generation` means that the rep changed something, and to start over."""

    id: uuid.UUID
    generation: int
    next_attempt_at: datetime | None


def wanted(database: Database) -> dict[uuid.UUID, Wanted]:
    """All but the paused ones and those that only the rep can mend."""
    with database.reading() as session:
        rows = mailboxes.every(session)
        return {
            row.id: Wanted(row.id, row.generation, row.next_attempt_at)
            for row in rows
            if row.state != MailboxState.PAUSED
            and (row.state != MailboxState.ATTENTION or row.next_attempt_at is not None)
        }


def note_failure(
    database: Database, mailbox_id: uuid.UUID, generation: int, error: MailError, now: datetime, times: WatchTimes
) -> None:
    """Write down why, and when to try again; a mailbox that was changed meanwhile is left as it is."""
    with database.writing() as session:
        mailbox = mailboxes.lock(session, mailbox_id)
        if mailbox is None or mailbox.generation != generation or mailbox.state == MailboxState.PAUSED:
            return
        mailbox.failures += 1
        retry = retry_after(error, mailbox.failures, now, times)
        mailbox.next_attempt_at = retry.at
        state = MailboxState.ATTENTION if retry.attention else MailboxState.WAITING
        mailboxes.enter(mailbox, state, now, error.code)


def note_survival(database: Database, mailbox_id: uuid.UUID) -> None:
    """The connection lived long enough: the next failure starts from the shortest wait again."""
    with database.writing() as session:
        mailbox = mailboxes.lock(session, mailbox_id)
        if mailbox is not None:
            mailbox.failures, mailbox.next_attempt_at = 0, None
