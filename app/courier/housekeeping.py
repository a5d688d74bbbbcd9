"""What the courier's loop does on the side: ends removals, forgets keys of erased reps, and erases what is too old."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.connect import erase_if_free
from app.store import mailboxes, reps
from app.store.engine import Database
from app.store.keys import Keys
from app.store.retention import erase_before, erase_expired

log = structlog.get_logger()

_RETENTION_EVERY: Final = timedelta(hours=1)
_KEYS_EVERY: Final = timedelta(seconds=30)


@dataclass(slots=True)
class Housekeeping:
    database: Database
    keys: Keys
    retention: timedelta
    _erased_at: datetime | None = field(default=None, init=False)
    _keys_at: datetime | None = field(default=None, init=False)

    def keep(self, now: datetime) -> None:
        self._end_removals(now)
        if _is_time(self._keys_at, now, _KEYS_EVERY):
            self._keys_at = now
            with self.database.reading() as session:
                self.keys.forget_all_but(reps.every_id(session))
        if _is_time(self._erased_at, now, _RETENTION_EVERY):
            self._erased_at = now
            self._erase_expired(now)

    def _end_removals(self, now: datetime) -> None:
        """Those that could not be waited for, or whose process died on the way."""
        with self.database.reading() as session:
            leaving = mailboxes.being_removed(session)
        for mailbox_id in leaving:
            if erase_if_free(self.database, self.keys, mailbox_id, now):
                log.info("mailbox removed", mailbox=str(mailbox_id))

    def _erase_expired(self, now: datetime) -> None:
        with self.database.writing() as session:
            erased = erase_before(session, now - self.retention)
            erase_expired(session, now)
        if erased:
            log.info("retention ended", sends=erased)
        self.database.forget_erased()


def _is_time(last: datetime | None, now: datetime, every: timedelta) -> bool:
    return last is None or now - last >= every or now < last
