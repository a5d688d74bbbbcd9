"""One process watches the mailboxes of a database. The lock falls with the process, also on kill -9.

On SQLite it is a lock on a file beside the database (flock(2)), on PostgreSQL a session-level advisory lock.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError

from app.store.engine import Database
from app.store.errors import AlreadyWatching

ADVISORY_LOCK: Final = 0x5A757275  # "Zuru": any constant of our own
_TAKEN: Final = "another Zuruf process watches the mailboxes of this database; stop it first"


@contextmanager
def watch_lock(database: Database, directory: Path) -> Iterator[None]:
    """Hold the lock for the block; raises `AlreadyWatching` at once where another process holds it."""
    holder = _file_lock(directory / "watch.lock") if database.is_sqlite else _advisory_lock(database)
    with holder:
        yield


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyWatching(_TAKEN) from error
        yield


@contextmanager
def _advisory_lock(database: Database) -> Iterator[None]:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}):
            raise AlreadyWatching(_TAKEN)
        try:
            yield
        finally:
            # Where the server went away meanwhile, the lock went with it.
            with suppress(OperationalError, InterfaceError):
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
