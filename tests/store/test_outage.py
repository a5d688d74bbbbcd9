"""A database that cannot be used is told from a row or statement that it refuses with the very same error."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.store.engine import Database
from app.store.errors import DatabaseUnavailable
from app.store.schema import Installation
from tests.servers.postgresql import PostgreSQL

REFUSED = {
    "sqlite": "SELECT * FROM no_such_table",
    # Beyond a limit of the program, as a value is that is too long for an index.
    "postgresql": "SELECT repeat('x', 2000000000)",
}
IMPATIENT = 0.1


def test_a_statement_that_is_refused_is_no_outage(database: Database) -> None:
    with pytest.raises(OperationalError), database.reading() as session:
        session.execute(text(REFUSED[database.engine.dialect.name]))


@pytest.mark.postgresql
def test_more_values_than_the_driver_can_send_are_no_outage(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    statement = f"SELECT 1 WHERE 1 IN ({', '.join(['%s'] * 70_000)})"
    with pytest.raises(OperationalError), database.reading() as session:
        session.connection().exec_driver_sql(statement, (1,) * 70_000)
    database.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    path = tmp_path / "zuruf.db"
    database = Database(f"sqlite:///{path}", IMPATIENT)
    with database.writing() as session:
        session.execute(text("CREATE TABLE words (word TEXT)"))
    yield database, path
    database.close()


def test_octets_that_are_no_text_are_no_outage(file: tuple[Database, Path]) -> None:
    with pytest.raises(OperationalError), file[0].reading() as session:
        session.execute(text("SELECT CAST(x'ff' AS TEXT)")).all()


def test_a_lock_that_another_process_holds_is_an_outage(file: tuple[Database, Path]) -> None:
    other = sqlite3.connect(file[1], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable), file[0].writing() as session:
        session.execute(text("INSERT INTO words VALUES ('one')"))
    other.close()


def test_a_file_that_may_not_grow_is_an_outage(file: tuple[Database, Path]) -> None:
    with pytest.raises(DatabaseUnavailable):
        grow_beyond_its_bound(file[0])


def grow_beyond_its_bound(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("PRAGMA max_page_count=1"))
        for _ in range(10):
            session.execute(text("INSERT INTO words VALUES (hex(randomblob(4000)))"))


@pytest.mark.postgresql
def test_a_server_that_is_gone_is_an_outage_in_the_middle_of_a_block_and_before_the_next(
    postgresql: PostgreSQL,
) -> None:
    database = Database(postgresql.new_database())
    try:
        with pytest.raises(DatabaseUnavailable):
            lose_it_in_a_block(database, postgresql)
        with pytest.raises(DatabaseUnavailable), database.reading() as session:
            session.get(Installation, 1)
    finally:
        postgresql.start()
    database.close()


def lose_it_in_a_block(database: Database, server: PostgreSQL) -> None:
    with database.reading() as session:
        session.execute(text("SELECT 1"))
        server.stop()
        session.execute(text("SELECT 1"))
