"""Tells a database that is out of reach from a row that it refuses, and says so: once when an outage begins, now and
then while it lasts, once when it is over.
"""

import sqlite3
import threading
import time
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

log = structlog.get_logger()

_REMIND_EVERY: Final = 300.0
# By their primary codes (sqlite.org/rescode.html): what lies with the file, its disk or its lock.
_SQLITE_OUTAGES: Final = frozenset(
    {
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM),
        *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN),
        *(sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL),
    }
)
# PostgreSQL's classes (its documentation, appendix A): connection, lost against another transaction, resources, lock
# not available, operator intervention, system error. Class 54, a row beyond a limit, is none of them.
_POSTGRESQL_OUTAGES: Final = frozenset({"08", "40", "53", "55", "57", "58"})


def is_outage(error: BaseException) -> bool:
    """Whether the database cannot be used now, whatever is asked; drivers raise the same error for a single bad row."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        # Without a code it is the driver's own complaint, about a value.
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_OUTAGES
    state = getattr(error.orig, "sqlstate", None)
    return _is_connection_lost(error) if state is None else state[:2] in _POSTGRESQL_OUTAGES


def _is_connection_lost(error: DBAPIError) -> bool:
    """Without a statement it was connecting, or the end of a transaction, that failed."""
    return error.connection_invalidated or error.statement is None


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
