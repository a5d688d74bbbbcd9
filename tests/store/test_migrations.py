"""An existing database comes to this version with all that it holds."""

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text

from app.store.engine import MIGRATIONS, Database, migrate, schema_is_current
from app.store.signs import bit_of

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
    "reasons": '[{"code": "style", "weight": 1.0}, {"code": "opt_out", "weight": 0.5}]',
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


TEMPLATE = {
    "id": uuid.uuid4().hex,
    "mailbox_id": MAILBOX["id"],
    "number": 1,
    "allowed": False,
    "created_at": "2026-06-01 08:00:00",
}
SECOND_FOLDER = {
    "mailbox_id": MAILBOX["id"],
    "name": "Archiv",
    "last_uid": 0,
    "nudges_from": "2026-06-01 08:00:00",
    "fetch_failures": 0,
}
# What hangs below the rows of the first version, and came with it or later.
HANGING = {
    "installation": {"id": 1, "wrapped_key": b"a"},
    "templates": TEMPLATE,
    "send_tokens": {"mailbox_id": MAILBOX["id"], "token": b"a", "send_id": SEND["id"]},
    "second_folders": SECOND_FOLDER,
    "nudge_answers": {
        "mailbox_id": MAILBOX["id"],
        "identity": b"a",
        "content_key": b"a",
        "nudge_id": NUDGE["id"],
        "kind": "called",
        "answered_at": "2026-06-01 08:00:00",
    },
    "web_sessions": {
        "token_hash": b"a",
        "rep_id": REP["id"],
        "created_at": "2026-06-01 08:00:00",
        "used_at": "2026-06-01 08:00:00",
    },
    "sign_in_links": {
        "token_hash": b"a",
        "rep_id": REP["id"],
        "created_at": "2026-06-01 08:00:00",
        "expires_at": "2026-06-01 08:15:00",
    },
}

Values = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the first version that holds a mailbox with a send, an answered nudge and a mail set aside."""
    if request.param == "postgresql":
        database = Database(request.getfixturevalue("postgresql_url"))
    else:
        database = Database(f"sqlite:///{tmp_path / 'zuruf.db'}")
    with database.engine.execution_options(writing=True).begin() as connection:
        command.upgrade(_alembic(connection), "0001")
    _insert(database, ROWS)
    yield database
    database.close()


@pytest.fixture
def fourth(first: Database) -> Database:
    """The same at the fourth version, with a row in each of its tables."""
    with first.engine.execution_options(writing=True).begin() as connection:
        command.upgrade(_alembic(connection), "0004")
    _insert(first, HANGING)
    with first.writing() as session:
        for table in ("sends", "nudges"):
            session.execute(text(f"UPDATE {table} SET template_id = :id"), TEMPLATE)
        session.execute(text("UPDATE sends SET nudge_id = :id"), NUDGE)
    return first


def _insert(database: Database, rows: Mapping[str, Mapping[str, object]]) -> None:
    with database.writing() as session:
        for table, row in rows.items():
            values = ", ".join(f":{name}" for name in row)
            session.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)


def test_nothing_is_lost_on_the_way_to_this_version(first: Database) -> None:
    migrate(first)
    assert schema_is_current(first)
    assert _counts(first) == [1] * len(ROWS)
    with first.reading() as session:
        assert session.scalar(text("SELECT last_uid FROM mailboxes")) == 7
        assert session.execute(text("SELECT uid, second, version FROM quarantined")).one() == (3, False, None)
        assert session.scalar(text("SELECT signs FROM sends")) == bit_of("style") | bit_of("opt_out")
        assert session.execute(text("SELECT kind, about_id FROM nudges")).one() == ("nudge", None)
        assert session.execute(text("SELECT kind, at, by_mail FROM feedback")).one() == ("called", None, False)


def test_the_way_back_loses_nothing_either(first: Database) -> None:
    migrate(first)
    with first.engine.execution_options(writing=True).begin() as connection:
        command.downgrade(_alembic(connection), "0001")
    assert _counts(first) == [1] * len(ROWS)


def test_every_value_of_the_fourth_version_is_kept_there_and_back(fourth: Database) -> None:
    before = _values(fourth)
    assert {len(rows) for rows in before.values()} == {1}
    migrate(fourth)
    assert _values(fourth, before) == before
    with fourth.engine.execution_options(writing=True).begin() as connection:
        command.downgrade(_alembic(connection), "0004")
    assert _values(fourth) == before


def test_what_the_fourth_version_did_not_know_is_as_if_it_had_never_been_said(fourth: Database) -> None:
    migrate(fourth)
    with fourth.reading() as session:
        assert session.execute(text("SELECT snoozed_until, private_mail FROM mailboxes")).one() == (None, False)
        assert session.execute(text("SELECT digest_id, decided_at FROM nudges")).one() == (None, None)
        assert session.execute(text("SELECT message_key, opens, answer_seconds FROM sends")).one() == (None, None, None)
        assert session.scalar(text("SELECT name FROM templates")) is None


def _values(database: Database, like: Values | None = None) -> Values:
    """Every value of every table, or of the tables and columns of `like`."""
    with database.engine.connect() as connection:
        names = like or [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        rows = {name: connection.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in names}
    columns = {name: set(like[name][0]) if like else None for name in names}
    return {
        name: [{key: row[key] for key in row if (kept := columns[name]) is None or key in kept} for row in found]
        for name, found in rows.items()
    }


def _counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in ROWS]


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
