"""Opens a watched folder and sets its cursor where the folder is new to us or was changed on the server."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from app.intake import Stopped
from app.mail.errors import FolderMissing
from app.mail.imap import MailSession
from app.mail.imap_values import FolderState
from app.mail.sent_folder import likely_sent_folders, rank_sent_folders
from app.store import mailboxes, quarantine, second_folders
from app.store.engine import Database
from app.store.quarantine import Place, forget_folder
from app.store.schema import FolderCursor, Mailbox
from app.store.states import MailboxState

log = structlog.get_logger()

LOOK_BACK: Final = timedelta(days=90)
# A server that renumbers a folder again and again would have it read again and again.
MOST_RENUMBERINGS: Final = 3
RENUMBERINGS_KEPT: Final = timedelta(days=1)


@dataclass(slots=True)
class Opened:
    """The folder as it was opened: what is fetched from it belongs to this UIDVALIDITY only.

    `uidnext` is the least UID that no message is known to have; `second`: it is the second folder; `has_second`: it has
    one beside it, which is looked into on the same connection. `read_to`: the cursor, where nothing is left to do up to
    it, nor to be written down.
    """

    folder: str
    uidvalidity: int
    uidnext: int
    second: bool = False
    has_second: bool = False
    read_to: int | None = None

    def place(self, mailbox_id: uuid.UUID) -> Place:
        return Place(mailbox_id, self.uidvalidity, self.second)


@dataclass(frozen=True, slots=True)
class _Found:
    """The Sent folder as it is called now; `others` look like Sent folders as well."""

    name: str
    state: FolderState
    others: tuple[str, ...] = ()


def open_sent(database: Database, session: MailSession, mailbox_id: uuid.UUID, now: datetime) -> Opened:
    """EXAMINE the Sent folder and set the cursor where the folder is new to us; raises `Stopped` and `MailError`."""
    with database.reading() as reading:
        row = reading.get(Mailbox, mailbox_id)
        if row is None:
            raise Stopped
        folder, known = row.sent_folder, row.uidvalidity
        has_second = second_folders.of_mailbox(reading, mailbox_id) is not None
        is_done = row.state == MailboxState.WATCHED and not quarantine.holds_any(reading, mailbox_id)
    found = _find(session, folder, was_read=known is not None)
    is_new = known != found.state.uidvalidity or found.name != folder
    if not is_new and _is_watched(row):
        read_to = row.last_uid if is_done else None
        return Opened(folder, found.state.uidvalidity, found.state.uidnext, has_second=has_second, read_to=read_to)
    window = session.uids_since((now - LOOK_BACK).date()) if is_new else None
    with database.writing() as writing:
        mailbox = unchanged(writing, mailbox_id, folder)
        if found.name != folder:
            mailbox.sent_folder, mailbox.followed_from = found.name, folder
            mailbox.other_sent = next(iter(found.others), None)
        if window is not None:
            _enter_sent(writing, mailbox, found.state, window, now)
        if mailbox.nudge_uid is None:
            mailbox.nudge_uid = found.state.uidnext
        if mailbox.state != MailboxState.PAUSED and mailbox.history_ended_at is None:
            mailboxes.enter(mailbox, MailboxState.READING, now)
        mailbox.last_contact_at = now
    if mailbox.state == MailboxState.PAUSED:
        raise Stopped
    return Opened(found.name, found.state.uidvalidity, found.state.uidnext, has_second=has_second)


def _is_watched(mailbox: Mailbox) -> bool:
    """Read to its end before: opened as it is known, nothing of it is to be written down."""
    return (
        mailbox.state != MailboxState.PAUSED and mailbox.history_ended_at is not None and mailbox.nudge_uid is not None
    )


def open_second(database: Database, session: MailSession, mailbox_id: uuid.UUID, name: str, now: datetime) -> Opened:
    """The same for the second folder; raises `Stopped` and `MailError`."""
    state = session.examine(name)
    with database.reading() as reading:
        row = second_folders.of_mailbox(reading, mailbox_id)
        known = row.uidvalidity if row is not None else None
    window = session.uids_since((now - LOOK_BACK).date()) if known != state.uidvalidity else None
    with database.writing() as writing:
        mailboxes.lock(writing, mailbox_id)
        second = second_folders.of_mailbox(writing, mailbox_id)
        if second is None or second.name != name:
            raise Stopped
        if window is not None:
            forget_folder(writing, mailbox_id, second=True)
            enter_folder(second, state, window, now)
        if second.nudge_uid is None:
            second.nudge_uid = state.uidnext
    return Opened(name, state.uidvalidity, state.uidnext, second=True)


def unchanged(session: Session, mailbox_id: uuid.UUID, folder: str) -> Mailbox:
    """The mailbox, locked, if it still watches this folder; raises `Stopped`."""
    mailbox = mailboxes.lock(session, mailbox_id)
    if mailbox is None or mailbox.state == MailboxState.PAUSED or mailbox.sent_folder != folder:
        raise Stopped
    return mailbox


def enter_folder(cursor: FolderCursor, state: FolderState, window: Sequence[int], now: datetime) -> None:
    """Start at the look-back window: on connecting, after another folder was chosen, or on a new UIDVALIDITY.

    The server may have renumbered the folder at any time since we last looked, so what is newer than the newest known
    mail is still worth a nudge; everything known is recognised by its identity (RFC 3501 section 2.3.1.1).
    """
    if cursor.uidvalidity is not None:
        # After a pause it stays open: what was sent meanwhile is history, under whatever number.
        cursor.nudge_uid = None if cursor.nudge_uid is None else 0
        cursor.nudges_from = max(cursor.nudges_from, cursor.newest_at or now)
    cursor.uidvalidity = state.uidvalidity
    cursor.last_uid = min(window) - 1 if window else state.uidnext - 1
    cursor.fetch_failures, cursor.fetch_step, cursor.fetch_until = 0, None, None


def _find(session: MailSession, folder: str, *, was_read: bool) -> _Found:
    """The folder, also where it was renamed: then by the server's word or an exact name, if only one fits."""
    try:
        return _Found(folder, session.examine(folder))
    except FolderMissing:
        if not was_read:
            raise
    folders = session.list_folders()
    certain = rank_sent_folders(folders).certain
    if certain is None or folder in {one.name for one in folders}:
        raise FolderMissing
    others = tuple(one.name for one in likely_sent_folders(folders) if one != certain)
    return _Found(certain.name, session.examine(certain.name), others)


def _enter_sent(session: Session, mailbox: Mailbox, state: FolderState, window: Sequence[int], now: datetime) -> None:
    forget_folder(session, mailbox.id, second=False)
    if mailbox.uidvalidity is not None:
        log.info("uidvalidity changed", mailbox=str(mailbox.id))
        since = (now - RENUMBERINGS_KEPT).isoformat()
        mailbox.renumbered = [*(at for at in mailbox.renumbered if at > since), now.isoformat()]
        if len(mailbox.renumbered) > MOST_RENUMBERINGS:
            mailboxes.pause_by_itself(mailbox, "renumbered_too_often", now)
    enter_folder(mailbox, state, window, now)
    mailbox.history_total, mailbox.history_done = len(window), 0
    mailbox.history_started_at, mailbox.history_ended_at = now, None
