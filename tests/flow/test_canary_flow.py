"""Marked content goes through the whole service: no mark stays where it must not, and of an erased rep nothing."""

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.store.engine import Database
from app.store.schema import Mailbox, Nudge, Rep, Send
from tests.flow.mailboxes import connect, nudges
from tests.flow.mails import PEOPLE, Person, answer, template_mail
from tests.flow.running import Zuruf, wait_until
from tests.servers.dovecot import Dovecot
from tests.servers.postgresql import OPTIONS, PostgreSQL, find_postgresql

# As servers are run: the write-ahead log then holds whole pages, and with them more of what was there.
WITH_WHOLE_PAGES = OPTIONS.replace("full_page_writes=off", "full_page_writes=on")
MARK = "Zeisigruf"
MARKED = tuple(
    replace(
        person,
        name=f"{person.name.split()[0]} {MARK}name",
        address=f"{MARK.lower()}{number}@marke.example",
        company=f"{MARK}werk",
    )
    for number, person in enumerate(PEOPLE)
)


def _marked(person: Person, number: int) -> bytes:
    return template_mail(person, number, datetime.now(UTC)).replace(b"Konferenz", MARK.encode())


def _get(zuruf: Zuruf, path: str) -> str:
    try:
        with urllib.request.urlopen(zuruf.url + path) as page:
            return str(page.read().decode())
    except urllib.error.HTTPError as error:
        return str(error.read().decode())


def _post(zuruf: Zuruf, path: str) -> int:
    request = urllib.request.Request(zuruf.url + path, method="POST", headers={"Origin": zuruf.url})
    with urllib.request.urlopen(request) as page:
        return int(page.status)


def _files(zuruf: Zuruf) -> dict[str, bytes]:
    """Everything that the service has written: database, write-ahead log, keys, its log."""
    paths: Iterable[Path] = [*(zuruf.directory / "data").rglob("*"), zuruf.log]
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def _found(files: dict[str, bytes], marks: Iterable[str]) -> set[tuple[str, str]]:
    return {
        (name, mark)
        for name, content in files.items()
        for mark in marks
        if mark.lower().encode() in content.lower() or mark.encode("utf-16-le") in content
    }


def _flow(zuruf: Zuruf, dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, answer(MARKED[0], datetime.now(UTC)), "INBOX")
    connect(zuruf, dovecot, user)
    for number, person in enumerate(MARKED):
        dovecot.append(user, _marked(person, number))
    wait_until(lambda: nudges(dovecot, user))


@pytest.fixture
def marked_password(dovecot: Dovecot) -> Iterator[None]:
    """One that does not stand in sealed bytes by chance."""
    before = dovecot.password
    dovecot.change_password(f"{MARK}wort")
    yield
    dovecot.change_password(before)


@pytest.mark.usefixtures("marked_password")
def test_no_mark_is_left_in_files_logs_figures_or_error_pages(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    _flow(zuruf, dovecot, user)
    assert f"{MARK}werk" in _get(zuruf, "/sends"), "the rep must see it, else this test proves nothing"
    pages = [_get(zuruf, path) for path in ("/nothing", "/sends/1", "/mailboxes/1", "/a/wrong", "/metrics", "/ready")]
    assert not any(MARK in page for page in pages)
    zuruf.stop()
    assert _found(_files(zuruf), [MARK, dovecot.password, "jonas@keller", user]) == set()


def test_of_an_erased_rep_no_trace_is_left_in_the_database(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    _flow(zuruf, dovecot, user)
    with _database(zuruf).reading() as session:
        row = session.query(Mailbox).one()
        traces = [row.id.hex, row.rep_id.hex, MARK, "same_text"]
        sealed = [bytes(row.address), bytes(row.password), bytes(row.address_index), bytes(row.login_index)]
    before = _files(zuruf)
    assert _found(before, [row.id.hex, row.rep_id.hex]), "the ids are there before, else this test proves nothing"
    assert _post(zuruf, "/own-data/erase") == 200
    zuruf.stop()
    after = {name: content for name, content in _files(zuruf).items() if name.startswith("zuruf.db")}
    assert _found(after, traces) == set()
    assert not any(value in content for value in sealed for content in after.values())


@pytest.mark.postgresql
@pytest.mark.usefixtures("marked_password")
def test_on_postgresql_no_mark_is_left_and_an_erased_rep_leaves_the_tables(tmp_path: Path, dovecot: Dovecot) -> None:
    if find_postgresql() is None:
        pytest.skip("needs the PostgreSQL server (Debian: postgresql)")
    user = dovecot.new_user()
    with PostgreSQL(WITH_WHOLE_PAGES) as server:
        url = server.new_database()
        with Zuruf(tmp_path, ZURUF_DATABASE_URL=url) as zuruf:
            _flow(zuruf, dovecot, user)
            assert f"{MARK}werk" in _get(zuruf, "/sends"), "the rep must see it, else this test proves nothing"
            assert _found(server.files(), [MARK, "jonas@keller", user]) == set()
            erased = _erased(Database(url))
            assert all(_lies(part, _tables(server)) for part in erased.everything), "else this test proves nothing"
            assert _post(zuruf, "/own-data/erase") == 200
            assert not _lies(erased.wrapped_key, _tables(server))
        server.administer("VACUUM FULL", url.split("/")[-1].split("?")[0])
        server.administer("SELECT pg_switch_wal()")
        assert [part for part in erased.everything if _lies(part, _tables(server))] == []


@dataclass(frozen=True, slots=True)
class Erased:
    """What the tables hold of a rep before everything is erased."""

    wrapped_key: bytes
    sealed: tuple[bytes, ...]
    ids: tuple[bytes, ...]

    @property
    def everything(self) -> tuple[bytes, ...]:
        return self.wrapped_key, *self.sealed, *self.ids


def _erased(database: Database) -> Erased:
    with database.reading() as session:
        rep, mailbox = session.query(Rep).one(), session.query(Mailbox).one()
        hashed = [mailbox.address_index, mailbox.login_index, *session.scalars(select(Send.identity))]
        sealed = [mailbox.address, mailbox.username, mailbox.password, *session.scalars(select(Send.envelope)), *hashed]
        ids = [row.id.bytes for row in (rep, mailbox, *session.query(Send), *session.query(Nudge))]
    database.close()
    return Erased(rep.wrapped_key, tuple(value for value in sealed if value), tuple(ids))


def _tables(server: PostgreSQL) -> dict[str, bytes]:
    """The files of tables and indexes: all but the write-ahead log, which holds what was written until it is reused."""
    return {name: content for name, content in server.files().items() if not name.startswith("data/pg_wal/")}


def _lies(part: bytes, files: dict[str, bytes]) -> bool:
    return any(part in content for content in files.values())


def _database(zuruf: Zuruf) -> Database:
    return Database(f"sqlite:///{zuruf.directory / 'data' / 'zuruf.db'}")
