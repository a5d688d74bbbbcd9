"""The outbox memories of the mailboxes that were judged lately, rebuilt from the database when they are not at hand."""

import uuid
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from sqlalchemy.orm import Session

from app.intake.samples import feedback_from, remembered_from
from app.store import sends
from app.store.heeded import heeded
from app.store.schema import Mailbox
from app.store.vault import DataVault
from classifier import OutboxMemory
from classifier.sketch import hash_recipients

WINDOW: Final = timedelta(days=60)
KEPT_SENDS: Final = 25_000  # in all memories together; each takes about 2 KB
EMPTY: Final = 20  # an empty memory takes as much as so many sends


def memory_key(vault: DataVault, mailbox_id: uuid.UUID) -> bytes:
    return vault.derive(f"sketches/{mailbox_id}")


def recipient_key(vault: DataVault, mailbox_id: uuid.UUID, address: str) -> bytes:
    """The keyed hash of one recipient, as a send keeps it."""
    return hash_recipients([address], memory_key(vault, mailbox_id))[0]


class Memories:
    """A bounded cache. A memory is owned by whoever holds the mailbox's row lock."""

    def __init__(self) -> None:
        self._kept: OrderedDict[uuid.UUID, OutboxMemory] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session, vault: DataVault, mailbox: Mailbox, now: datetime) -> OutboxMemory:
        """The memory with what the rep has said up to now, which another process may have written."""
        with self._lock:
            memory = self._kept.pop(mailbox.id, None)
        if memory is None:
            key = memory_key(vault, mailbox.id)
            rows = sends.remembered(session, mailbox.id, now - WINDOW)
            memory = OutboxMemory(key, (remembered_from(row) for row in rows))
        memory.forget_before(now - WINDOW)
        memory.feedback = feedback_from(heeded(session, mailbox.id, now - WINDOW))
        return memory

    def keep(self, mailbox_id: uuid.UUID, memory: OutboxMemory) -> None:
        """Put a memory back after its transaction was committed; after a failed one it is left to be rebuilt."""
        with self._lock:
            self._kept[mailbox_id] = memory
            held = sum(len(one) + EMPTY for one in self._kept.values())
            while held > KEPT_SENDS and len(self._kept) > 1:
                held -= len(self._kept.popitem(last=False)[1]) + EMPTY

    def forget(self, mailbox_id: uuid.UUID) -> None:
        with self._lock:
            self._kept.pop(mailbox_id, None)
