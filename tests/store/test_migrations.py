"""An existing database comes to this version with all that it holds."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from app.store.engine import MIGRATIONS, Database, migrate, schema_is_current

MAILBOX = {
    "id": uuid.uuid4().hex,
    "rep_id": uuid.uuid4().hex,
    "address": b"a",
    "address_index": b"a",
    "login_index": b"a",
    "host": "imap.keller-maschinen.example",
    "port": 993,
    "tls": "implicit",
    "username": b"a",
    "password": b"a",
    "private_host": False,
    "demo": False,
    "language": "de",
    "state": "watched",
    "state_since": "2026-06-01 08:00:00",
    "failures": 0,
    "generation": 0,
    "connected_at": "2026-06-01 08:00:00",
    "rules": "{}",
    "sent_folder": "Sent",
    "last_uid": 7,
    "nudges_from": "2026-06-01 08:00:00",
    "history_done": 0,
}
SEND = {
    "id": uuid.uuid4().hex,
    "mailbox_id": MAILBOX["id"],
    "uidvalidity": 1,
    "uid": 7,
    "identity": b"a",
    "content_key": b"a",
    "sent_at": "2026-06-01 08:00:00",
    "nudgeable": False,
    "envelope": b"a",
    "recipient_count": 1,
    "flagged": False,
    "likeness": 0.0,
    "language": "de",
    "reasons": "[]",
    "sketch": b"a",
    "recipient_keys": b"a",
}
SET_ASIDE = {
    "mailbox_id": MAILBOX["id"],
    "uidvalidity": 1,
    "uid": 3,
    "reason": "no_date",
    "seen_at": "2026-06-01 08:00:00",
}
NUDGE = {
    "id": uuid.uuid4().hex,
    "mailbox_id": MAILBOX["id"],
    "opened_at": "2026-06-01 08:00:00",
    "last_send_at": "2026-06-01 08:00:00",
    "message_id": "<nudge.1@zuruf.invalid>",
    "state": "delivered",
    "attempts": 1,
}
SAID = {
    "id": uuid.uuid4().hex,
    "mailbox_id": MAILBOX["id"],
    "nudge_id": NUDGE["id"],
    "kind": "called",
    "created_at": "2026-06-01 08:00:00",
}
REP = {"id": MAILBOX["rep_id"], "wrapped_key": b"a", "created_at": "2026-06-01 08:00:00"}

ROWS = {
    "reps": REP,
    "mailboxes": MAILBOX,
    "sends": SEND,
    "nudges": NUDGE,
    "feedback": SAID,
    "quarantined": SET_ASIDE,
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the first version that holds a mailbox with a send, an answered nudge and a mail set aside."""
    if request.param == "postgresql":
        database = Database(request.getfixturevalue("postgresql_url"))
    else:
        database = Database(f"sqlite:///{tmp_path / 'zuruf.db'}")
    with database.engine.execution_options(writing=True).begin() as connection:
        command.upgrade(_alembic(connection), "0001")
    with database.writing() as session:
        for table, row in ROWS.items():
            values = ", ".join(f":{name}" for name in row)
            session.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)
    yield database
    database.close()


def test_nothing_is_lost_on_the_way_to_this_version(first: Database) -> None:
    migrate(first)
    assert schema_is_current(first)
    assert _counts(first) == [1] * len(ROWS)
    with first.reading() as session:
        assert session.scalar(text("SELECT last_uid FROM mailboxes")) == 7
        assert session.execute(text("SELECT uid, second, version FROM quarantined")).one() == (3, False, None)
        assert session.execute(text("SELECT kind, about_id FROM nudges")).one() == ("nudge", None)
        assert session.execute(text("SELECT kind, at, by_mail FROM feedback")).one() == ("called", None, False)


def test_the_way_back_loses_nothing_either(first: Database) -> None:
    migrate(first)
    with first.engine.execution_options(writing=True).begin() as connection:
        command.downgrade(_alembic(connection), "0001")
    assert _counts(first) == [1] * len(ROWS)


def _counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in ROWS]


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
