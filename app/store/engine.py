"""Opens the database and hands out sessions; the outermost caller's block is the transaction."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any, Final

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.store.errors import DatabaseUnavailable
from app.store.outage import Outage, is_outage
from app.store.write_turns import WriteTurns

log = structlog.get_logger()

MIGRATIONS: Final = Path(__file__).parent / "migrations"
BUSY_SECONDS: Final = 30
_PATIENCE_WITH_READERS: Final = 1000  # milliseconds
_FAILED: Final = "the database cannot be used now; is its disk full, is it locked, is its server up?"
_CLOSED: Final = "the database cannot be opened; is ZURUF_DATABASE_URL right, and is the server up?"


class Database:
    """An engine and its two kinds of session; both raise `DatabaseUnavailable`.

    `reading()` never writes; `writing()` commits at the end of its block.
    """

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        """`busy_seconds`: how long SQLite waits for another process that writes."""
        self.engine = open_engine(url, busy_seconds)
        self._writer = self.engine.execution_options(writing=True)
        self._busy_seconds = busy_seconds
        self._read_outage, self._write_outage = Outage(), Outage()
        self._turns = WriteTurns(busy_seconds)
        self._numbers = count(1)
        self.commits = 0  # changes with every commit of this process

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with _told_apart(self._read_outage), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self, *, large: bool = False) -> Iterator[Session]:
        """On SQLite a `large` write lets small ones go first."""
        turn = self._turns.turn(large=large) if self.is_sqlite else nullcontext()
        opened = Session(self._writer, expire_on_commit=False)
        with _told_apart(self._write_outage), turn, opened as session, session.begin():
            yield session
        self.commits = next(self._numbers)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def forget_erased(self) -> None:
        """Be rid of erased rows as they were; where a reader holds on to them, the next call does it.

        SQLite: empty the write-ahead log. PostgreSQL: write the small table of the wrapped keys anew, without which
        nothing of an erased rep can be opened; the others are the vacuum's work.
        """
        if self.is_sqlite:
            self._empty_log()
            return
        try:
            self._rewrite_keys()
        except OperationalError as error:
            log.info("erased keys not yet overwritten", error=type(error.orig).__name__)

    def _empty_log(self) -> None:
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_WITH_READERS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout={round(self._busy_seconds * 1000)}")
        finally:
            connection.close()

    def _rewrite_keys(self) -> None:
        """It needs the table alone for some milliseconds; whoever waits behind it for a long reader waits a second."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"SET lock_timeout={_PATIENCE_WITH_READERS}")
            try:
                connection.exec_driver_sql("VACUUM FULL reps")
            finally:
                connection.exec_driver_sql("RESET lock_timeout")

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _told_apart(outage: Outage) -> Iterator[None]:
    """Turn what the database itself fails of into an error of our own; what is wrong with a row stays as it is."""
    try:
        yield
    except SQLAlchemyError as error:
        if not is_outage(error):
            raise
        outage.failed(error)
        raise DatabaseUnavailable(_FAILED) from error
    outage.worked()


def open_engine(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Raises `DatabaseUnavailable` where the URL is none."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnavailable("ZURUF_DATABASE_URL is no database URL such as sqlite:////srv/zuruf.db") from error
    # An error must not carry the values of a row into a log.
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"timeout": busy_seconds, "check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(parsed, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL with FULL keeps every commit over a power loss; `secure_delete` overwrites what is erased."""
    connection.isolation_level = None  # the driver must not begin by itself: see `_begin_sqlite`
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: upgrading a read transaction later would fail under a second writer."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Bring the schema to this version's head; raises `DatabaseUnavailable`."""
    try:
        with database.engine.execution_options(writing=True).begin() as connection:
            command.upgrade(_alembic(connection), "head")
    except OperationalError as error:
        raise DatabaseUnavailable(_CLOSED) from error


def is_empty(database: Database) -> bool:
    """Whether no version has ever made its tables here; raises `DatabaseUnavailable`."""
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() is None
    except OperationalError as error:
        raise DatabaseUnavailable(_CLOSED) from error


def schema_is_current(database: Database) -> bool:
    """Raises `DatabaseUnavailable`."""
    try:
        with database.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            return current == ScriptDirectory.from_config(_alembic(connection)).get_current_head()
    except OperationalError as error:
        raise DatabaseUnavailable(_CLOSED) from error
