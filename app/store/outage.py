"""Says that the database is out of reach: once when it begins, now and then while it lasts, once when it is over."""

import threading
import time
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger()

_REMIND_EVERY: Final = 300.0


class Outage:
    """Of one kind of access; the threads of a process share it, so that the outage is one for all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told_at: float | None = None
        self._lasts = False

    def failed(self, error: SQLAlchemyError) -> None:
        """A database that comes and goes is told of no more often than one that is gone."""
        now = time.monotonic()
        with self._lock:
            if self._told_at is not None and now - self._told_at < _REMIND_EVERY:
                return
            self._told_at, self._lasts = now, True
        log.warning("database unavailable", reason=_reason(error))

    def worked(self) -> None:
        if not self._lasts:
            return
        with self._lock:
            over, self._lasts = self._lasts, False
        if over:
            log.info("database available again")


def _reason(error: SQLAlchemyError) -> str:
    """SQLite's own name for it, such as SQLITE_FULL, else the driver's; never its text."""
    cause = getattr(error, "orig", None) or error
    return str(getattr(cause, "sqlite_errorname", type(cause).__name__))
