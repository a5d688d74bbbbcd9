"""One step of a mailbox: take in what is new behind the cursor, then what can wait until that is done.

The same step serves the first read, a push, a renewal, a poll and a reconnect.
"""

import uuid
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.intake import Intake, Stopped
from app.mail.errors import FolderMissing, UnsafeArgument
from app.mail.imap import MailSession
from app.store import mailboxes, quarantine, second_folders
from app.store.engine import Database
from app.store.schema import Mailbox
from app.store.states import MailboxState
from app.watch.folders import Opened, open_second, open_sent, unchanged
from app.watch.reading import read_on

__all__ = ["Opened", "open_sent", "take_batch"]

log = structlog.get_logger()

# The second folder is looked into on the first folder's connection, when that is renewed or has news.
SECOND_EVERY: Final = timedelta(minutes=3)


def take_batch(
    database: Database, intake: Intake, session: MailSession, mailbox_id: uuid.UUID, opened: Opened, now: datetime
) -> bool:
    """Take in the next batch behind the cursor; True when there may be more. Raises `Stopped` and `MailError`."""
    if read_on(database, intake, session, mailbox_id, opened):
        return True
    _note_caught_up(database, mailbox_id, opened, now)
    return _try_again(database, intake, session, mailbox_id, opened, now) or _look_into_second(
        database, intake, session, mailbox_id, opened, now
    )


def _note_caught_up(database: Database, mailbox_id: uuid.UUID, opened: Opened, now: datetime) -> None:
    with database.reading() as reading:
        known = reading.get(Mailbox, mailbox_id)
    if known is not None and known.state == MailboxState.WATCHED and known.history_ended_at is not None:
        return
    with database.writing() as session:
        mailbox = unchanged(session, mailbox_id, opened.folder)
        mailbox.last_contact_at = now
        if mailbox.history_ended_at is None:
            mailbox.history_ended_at = now
        mailboxes.enter(mailbox, MailboxState.WATCHED, now)


def _try_again(
    database: Database, intake: Intake, session: MailSession, mailbox_id: uuid.UUID, opened: Opened, now: datetime
) -> bool:
    """Fetch one mail that was set aside and is due; True when there was one. Raises `Stopped` and `MailError`."""
    place = opened.place(mailbox_id)
    with database.reading() as reading:
        uid = quarantine.next_due(reading, place, intake.version, now)
    if uid is None:
        return False
    # Noted before it is tried: a mail that breaks the connection is tried once.
    with database.writing() as writing:
        row = quarantine.find(writing, place, uid)
        if row is not None:
            row.version = intake.version
            row.tried_at = now if row.tried_at is not None else None
    item = next(iter(session.fetch([uid])), None)
    intake.take_in_again(place, uid, item)
    log.info("mail tried again", mailbox=str(mailbox_id), uid=uid)
    return True


def _look_into_second(
    database: Database, intake: Intake, session: MailSession, mailbox_id: uuid.UUID, opened: Opened, now: datetime
) -> bool:
    """Take a batch of the second folder in, when it is due, and open the first one again; True when it was due."""
    if not opened.has_second:
        return False
    with database.reading() as reading:
        second = second_folders.of_mailbox(reading, mailbox_id)
    # The Sent folder proper may have become the very same one since it was chosen.
    if second is None or second.name == opened.folder:
        return False
    # A clock that was set back must not put off a look for days.
    if second.looked_at is not None and timedelta() <= now - second.looked_at < SECOND_EVERY:
        return False
    reason, more = None, False
    try:
        other = open_second(database, session, mailbox_id, second.name, now)
        more = read_on(database, intake, session, mailbox_id, other)
        more = more or _try_again(database, intake, session, mailbox_id, other, now)
    except (FolderMissing, UnsafeArgument) as error:
        reason = error.code
    if not more:
        with database.writing() as writing:
            second_folders.note_look(writing, mailbox_id, second.name, reason, now)
    state = session.examine(opened.folder)
    if state.uidvalidity != opened.uidvalidity:
        raise Stopped
    opened.uidnext = state.uidnext
    return True
