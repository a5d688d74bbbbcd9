"""The database itself: its schema, its transactions, its errors."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.store.base import Base
from app.store.engine import Database, migrate, schema_is_current
from app.store.errors import DatabaseUnavailable
from app.store.schema import Installation
from tests.web.seed import prepare_database


def test_the_migrations_lead_to_exactly_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert schema_is_current(database)


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    assert schema_is_current(database)


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    assert not schema_is_current(database)
    database.close()


def test_a_failing_block_stores_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        _change_and_fail(database)
    with database.reading() as session:
        assert session.get_one(Installation, 1).wrapped_key != b"changed"


def _change_and_fail(database: Database) -> None:
    with database.writing() as session:
        session.get_one(Installation, 1).wrapped_key = b"changed"
        session.flush()
        raise RuntimeError


def test_sqlite_keeps_every_commit_and_overwrites_what_is_erased(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'zuruf.db'}")
    with database.reading() as session:
        values = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "secure_delete")]
    database.close()
    assert values == ["wal", 2, 1]


def test_a_reader_in_the_way_puts_off_the_overwriting_of_keys_and_stops_nothing(postgresql_url: str) -> None:
    database, _ = prepare_database(postgresql_url)
    with database.reading() as reader:
        file = reader.scalar(text("SELECT pg_relation_filepath('reps')"))
        reader.execute(text("SELECT id FROM reps"))
        database.forget_erased()
        assert reader.scalar(text("SELECT pg_relation_filepath('reps')")) == file
    database.forget_erased()
    with database.reading() as session:
        assert session.scalar(text("SELECT pg_relation_filepath('reps')")) != file
        assert session.scalar(text("SHOW lock_timeout")) == "0"
    database.close()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////nowhere/at/all/zuruf.db"])
def test_a_database_that_cannot_be_opened_is_named(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="ZURUF_DATABASE_URL"):
        migrate(Database(url))


def test_an_error_does_not_carry_the_values_of_a_row(database: Database) -> None:
    with pytest.raises((DatabaseUnavailable, DBAPIError)) as caught, database.writing() as session:
        session.execute(
            text("INSERT INTO installation (id, nothing) VALUES (:id, :secret)"), {"id": 2, "secret": "geheim"}
        )
    assert "geheim" not in str(caught.value)
