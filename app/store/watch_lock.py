"""One process watches the mailboxes of a database. The lock falls with the process, also on kill -9.

On SQLite it is a lock on a file beside the database (flock(2)), on PostgreSQL a session-level advisory lock. That one
also falls with its connection, when the server restarts: it is looked after and taken again.
"""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.store.engine import Database
from app.store.errors import AlreadyWatching, DatabaseUnavailable
from app.store.outage import is_outage

log = structlog.get_logger()

ADVISORY_LOCK: Final = 0x5A757275  # "Zuru": any constant of our own
LOOK_EVERY: Final = 2.0  # seconds
# The server may take a moment to notice that our own old connection, which still has the lock, is dead.
PATIENCE: Final = 10.0
_TAKEN: Final = "another Zuruf process watches the mailboxes of this database; stop it first"
_GONE: Final = "the database cannot be used now; is ZURUF_DATABASE_URL right, and is the server up?"


def _leave_it() -> None:
    """Whoever holds the lock only for a moment is told at its end."""


@contextmanager
def watch_lock(
    database: Database,
    directory: Path,
    lost: Callable[[], None] = _leave_it,
    look_every: float = LOOK_EVERY,
    patience: float = PATIENCE,
) -> Iterator[None]:
    """Hold the lock for the block; raises `AlreadyWatching` at once where another process holds it.

    `lost` is called, in another thread, when another process has taken it meanwhile: then the block must end, and
    `AlreadyWatching` is raised behind it. Times are in seconds.
    """
    if database.is_sqlite:
        with _file_lock(directory / "watch.lock"):
            yield
        return
    lock = _AdvisoryLock(database, lost, look_every, patience)
    lock.hold()
    try:
        yield
    finally:
        lock.release()
        if lock.is_lost:
            raise AlreadyWatching(_TAKEN)


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyWatching(_TAKEN) from error
        yield


class _AdvisoryLock:
    """The connection that holds the lock, and the thread that looks after it."""

    def __init__(self, database: Database, lost: Callable[[], None], look_every: float, patience: float) -> None:
        self._database = database
        self._lost = lost
        self._look_every = look_every
        self._patience = patience
        self._connection: Connection | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="watch-lock", daemon=True)
        self.is_lost = False

    def hold(self) -> None:
        """Raises `AlreadyWatching` and `DatabaseUnavailable`."""
        try:
            taken = self._take()
        except DBAPIError as error:
            raise DatabaseUnavailable(_GONE) from error
        if not taken:
            raise AlreadyWatching(_TAKEN)
        self._thread.start()

    def release(self) -> None:
        self._ended.set()
        self._thread.join()
        # Where the server went away meanwhile, the lock went with it.
        with suppress(DBAPIError):
            if self._connection is not None:
                self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        self._let_go()

    def _take(self) -> bool:
        opened = self._database.engine.connect()
        try:
            self._connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            taken = bool(opened.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}))
        except DBAPIError:
            self._let_go()
            raise
        if not taken:
            self._let_go()
        return taken

    def _let_go(self) -> None:
        """A connection that broke must not come back from the pool, nor one with the lock."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
        self._connection = None

    def _look_after(self) -> None:
        refused_since: float | None = None
        while not self._ended.wait(self._look_every):
            try:
                if self._is_held() or self._take_again():
                    refused_since = None
                    continue
            except DBAPIError as error:
                if not is_outage(error):
                    log.exception("watch lock in doubt")
                continue  # nobody can take it while the server is away
            refused_since = refused_since or time.monotonic()
            if time.monotonic() - refused_since >= self._patience:
                self.is_lost = True
                log.error("watch lock lost to another process")
                self._lost()
                return

    def _is_held(self) -> bool:
        """It is as long as its connection lives."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self._let_go()
            return False
        return True

    def _take_again(self) -> bool:
        taken = self._take()
        if taken:
            log.warning("watch lock taken again")
        return taken
