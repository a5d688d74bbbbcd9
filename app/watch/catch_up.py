"""One step of a mailbox: open the folder, find what is new behind the cursor, take one batch in.

The same step serves the first read, a push, a renewal, a poll and a reconnect.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from app.intake import Intake, Stopped
from app.mail.imap import MailSession
from app.mail.imap_values import FolderState
from app.store import mailboxes
from app.store.engine import Database
from app.store.schema import Mailbox
from app.store.states import MailboxState

log = structlog.get_logger()

BATCH: Final = 200
LOOK_BACK: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Opened:
    """The folder as it was opened: what is fetched from it belongs to this UIDVALIDITY only."""

    folder: str
    uidvalidity: int


def open_sent(database: Database, session: MailSession, mailbox_id: uuid.UUID, now: datetime) -> Opened:
    """EXAMINE the Sent folder and set the cursor where the folder is new to us; raises `Stopped` and `MailError`."""
    with database.reading() as reading:
        row = reading.get(Mailbox, mailbox_id)
        if row is None:
            raise Stopped
        folder, known = row.sent_folder, row.uidvalidity
    state = session.examine(folder)
    window: list[int] | None = None
    if known != state.uidvalidity:
        window = session.uids_since((now - LOOK_BACK).date())
    with database.writing() as writing:
        mailbox = _unchanged(writing, mailbox_id, folder)
        if window is not None:
            _enter_folder(mailbox, state, window, now)
        if mailbox.nudge_uid is None:
            mailbox.nudge_uid = state.uidnext
        if mailbox.history_ended_at is None:
            mailboxes.enter(mailbox, MailboxState.READING, now)
        mailbox.last_contact_at = now
    return Opened(folder, state.uidvalidity)


def _unchanged(session: Session, mailbox_id: uuid.UUID, folder: str) -> Mailbox:
    mailbox = mailboxes.lock(session, mailbox_id)
    if mailbox is None or mailbox.state == MailboxState.PAUSED or mailbox.sent_folder != folder:
        raise Stopped
    return mailbox


def _enter_folder(mailbox: Mailbox, state: FolderState, window: list[int], now: datetime) -> None:
    """Start at the look-back window: on connecting, after another folder was chosen, or on a new UIDVALIDITY.

    The server may have renumbered the folder at any time since we last looked, so what is newer than the newest known
    mail is still worth a nudge; everything known is recognised by its identity (RFC 3501 section 2.3.1.1).
    """
    if mailbox.uidvalidity is not None:
        log.info("uidvalidity changed", mailbox=str(mailbox.id))
        mailbox.nudge_uid = 0
        mailbox.nudges_from = max(mailbox.nudges_from, mailbox.newest_at or now)
    mailbox.uidvalidity = state.uidvalidity
    mailbox.last_uid = min(window) - 1 if window else state.uidnext - 1
    mailbox.history_total = len(window)
    mailbox.history_done = 0
    mailbox.history_started_at, mailbox.history_ended_at = now, None


def take_batch(
    database: Database, intake: Intake, session: MailSession, mailbox_id: uuid.UUID, opened: Opened, now: datetime
) -> bool:
    """Take in the next batch behind the cursor; True when there may be more. Raises `Stopped` and `MailError`."""
    with database.reading() as reading:
        mailbox = reading.get(Mailbox, mailbox_id)
        if mailbox is None or mailbox.uidvalidity != opened.uidvalidity or mailbox.sent_folder != opened.folder:
            raise Stopped
        cursor = mailbox.last_uid
    uids = session.uids_after(cursor)
    if uids:
        batch = uids[:BATCH]
        taken = intake.take_in(mailbox_id, opened.uidvalidity, batch[-1], session.fetch(batch))
        log.info("took in", mailbox=str(mailbox_id), fetched=len(batch), sends=taken.sends, flagged=taken.flagged)
    if len(uids) > BATCH:
        return True
    _note_caught_up(database, mailbox_id, opened, now)
    return False


def _note_caught_up(database: Database, mailbox_id: uuid.UUID, opened: Opened, now: datetime) -> None:
    with database.writing() as session:
        mailbox = _unchanged(session, mailbox_id, opened.folder)
        mailbox.last_contact_at = now
        if mailbox.history_ended_at is None:
            mailbox.history_ended_at = now
        mailboxes.enter(mailbox, MailboxState.WATCHED, now)
