"""Removing a mailbox, or all of a rep, with all that is kept of it; nothing is delivered once that is confirmed."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

from app.store import mailboxes, nudges, sign_in_links, web_sessions
from app.store.engine import Database
from app.store.keys import Keys

PATIENCE: Final = 10.0  # seconds
_LOOK_EVERY: Final = 0.05


def remove_mailbox(
    database: Database,
    keys: Keys,
    mailbox_id: uuid.UUID,
    clock: Callable[[], datetime],
    patience: float = PATIENCE,
) -> bool:
    """Erase the mailbox, and its rep with the last one; True when that is done.

    A delivery under way is waited for up to `patience` seconds. After that the courier, which cuts it off, erases the
    mailbox; until then nobody sees it any more, and nothing new is begun with it.
    """
    with database.writing() as session:
        mailbox = mailboxes.lock(session, mailbox_id)
        if mailbox is None:
            return True
        mailboxes.begin_removal(mailbox, clock())
    return _wait(database, keys, mailbox_id, clock, time.monotonic() + patience)


def erase_rep(
    database: Database, keys: Keys, rep_id: uuid.UUID, clock: Callable[[], datetime], patience: float = PATIENCE
) -> bool:
    """Sign the rep out everywhere and erase every mailbox, and so the rep; True when that is done, else as above."""
    with database.writing() as session:
        web_sessions.end_all(session, rep_id)
        sign_in_links.end_all(session, rep_id)
        ids = mailboxes.all_of_rep(session, rep_id)
        for mailbox_id in ids:
            mailbox = mailboxes.lock(session, mailbox_id)
            if mailbox is not None:
                mailboxes.begin_removal(mailbox, clock())
    deadline = time.monotonic() + patience
    done = [_wait(database, keys, mailbox_id, clock, deadline) for mailbox_id in ids]
    return all(done)


def _wait(
    database: Database, keys: Keys, mailbox_id: uuid.UUID, clock: Callable[[], datetime], deadline: float
) -> bool:
    while not erase_if_free(database, keys, mailbox_id, clock()):
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_EVERY)
    return True


def erase_if_free(database: Database, keys: Keys, mailbox_id: uuid.UUID, now: datetime) -> bool:
    """Erase a mailbox whose removal has begun, unless something is just being put into it."""
    with database.writing() as session:
        mailbox = mailboxes.lock(session, mailbox_id)
        if mailbox is None:
            return True
        if mailboxes.is_claimed(mailbox, now) or nudges.is_on_its_way(session, mailbox_id, now):
            return False
        mailboxes.remove(session, keys, mailbox)
    database.forget_erased()
    return True
