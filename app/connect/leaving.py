"""Removing a mailbox with all that is kept of it, so that nothing is delivered once that is confirmed."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

from app.store import mailboxes, nudges
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
    deadline = time.monotonic() + patience
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
