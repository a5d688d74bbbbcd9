"""Reads the next batch behind a folder's cursor; tells a message that breaks the connection from an outage.

A FETCH that fails again and again is asked for in smaller steps, then message by message. A message is set aside only
when it fails alone right after another one was read on the same connection. Where there is no other, nothing tells it
from an outage, however often it fails: it waits, visibly, until the next mail lies beside it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from app.intake import Intake, Stopped
from app.mail.errors import MailError
from app.mail.imap import MailSession
from app.mail.imap_values import Fetched
from app.store import mailboxes, second_folders
from app.store.engine import Database
from app.store.quarantine import Place
from app.store.schema import FolderCursor, Mailbox
from app.store.states import MailboxState
from app.watch.folders import Opened

BATCH: Final = 200
# UIDs that are listed at once: a folder of 500,000 messages is never listed whole, batch after batch.
SPAN: Final = 1000
FAILURES_TOGETHER: Final = 2
FAILURES_ALONE: Final = 3
NARROWING: Final = 8


@dataclass(frozen=True, slots=True)
class _Position:
    """The cursor as it stood before the batch."""

    last_uid: int
    failures: int
    step: int


def read_on(database: Database, intake: Intake, session: MailSession, mailbox_id: uuid.UUID, opened: Opened) -> bool:
    """Take in the next batch behind the cursor; True when there may be more. Raises `Stopped` and `MailError`."""
    with database.reading() as reading:
        cursor = _cursor(reading, opened.place(mailbox_id))
        if cursor is None:
            raise Stopped
        position = _Position(cursor.last_uid, cursor.fetch_failures, cursor.fetch_step or BATCH)
    uids = _uids_behind(session, opened, position.last_uid)
    batch = uids[: position.step]
    if batch:
        _take(database, intake, session, mailbox_id, opened, position, batch)
    return len(uids) > len(batch) or (bool(uids) and uids[-1] + 1 < opened.uidnext)


def _cursor(session: Session, place: Place) -> FolderCursor | None:
    mailbox = session.get(Mailbox, place.mailbox_id)
    cursor = second_folders.of_mailbox(session, place.mailbox_id) if place.second else mailbox
    if mailbox is None or mailbox.state == MailboxState.PAUSED or cursor is None:
        return None
    return cursor if cursor.uidvalidity == place.uidvalidity else None


def _uids_behind(session: MailSession, opened: Opened, cursor: int) -> list[int]:
    """The next UIDs: of a large folder those of the next span that holds any, else all there are."""
    span = SPAN
    while cursor + span < opened.uidnext:
        found = session.uids_between(cursor + 1, cursor + span)
        if found:
            return found
        cursor, span = cursor + span, span * 4
    found = session.uids_after(cursor)
    opened.uidnext = max([opened.uidnext, *(uid + 1 for uid in found[-1:])])
    return found


def _take(
    database: Database,
    intake: Intake,
    session: MailSession,
    mailbox_id: uuid.UUID,
    opened: Opened,
    position: _Position,
    batch: Sequence[int],
) -> None:
    done, proven = position.last_uid, False
    try:
        proven = len(batch) == 1 and _is_to_blame(session, batch[0], position.failures)
        for through, messages in intake.metrics.fetching(session.fetch_in_groups(batch)):
            intake.take_in(mailbox_id, opened.uidvalidity, through, messages, second=opened.second)
            done = through
    except MailError as error:
        left = [uid for uid in batch if uid > done]
        _note_failure(database, intake, opened.place(mailbox_id), left, error, proven=proven)
        raise
    if done < batch[-1]:
        intake.take_in(mailbox_id, opened.uidvalidity, batch[-1], [], second=opened.second)


def _is_to_blame(session: MailSession, uid: int, failures: int) -> bool:
    """Whether the next failure of this message is its own fault: another one can be read on the same connection.

    Each time it is another one of those around it, lest that is a bad one as well.
    """
    if failures < FAILURES_ALONE - 1:
        return False
    others = [other for other in session.uids_between(max(1, uid - SPAN), uid + SPAN) if other != uid]
    if not others:
        return False
    others.sort(key=lambda other: abs(other - uid))
    witness = others[(failures - FAILURES_ALONE + 1) % len(others)]
    return any(isinstance(item, Fetched) for item in session.fetch([witness]))


def _note_failure(
    database: Database, intake: Intake, place: Place, left: Sequence[int], error: MailError, *, proven: bool
) -> None:
    """Remember that this FETCH failed on a connection that worked until then; set the message aside when `proven`."""
    if not left:
        return
    if proven:
        intake.pass_over(place, left[0], error.code)
        return
    with database.writing() as writing:
        mailboxes.lock(writing, place.mailbox_id)
        cursor = _cursor(writing, place)
        if cursor is None or cursor.last_uid >= left[0]:
            return
        cursor.fetch_failures += 1
        if len(left) > 1 and cursor.fetch_failures >= FAILURES_TOGETHER:
            cursor.fetch_failures, cursor.fetch_step = 0, max(1, len(left) // NARROWING)
            cursor.fetch_until = max(cursor.fetch_until or 0, left[-1])
