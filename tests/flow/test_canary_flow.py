"""Marked content goes through the whole service: no mark stays where it must not, and of an erased rep nothing."""

import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.store.engine import Database
from app.store.schema import Mailbox
from tests.flow.mailboxes import connect, nudges
from tests.flow.mails import PEOPLE, Person, answer, template_mail
from tests.flow.running import Zuruf, wait_until
from tests.servers.dovecot import Dovecot

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


def _database(zuruf: Zuruf) -> Database:
    return Database(f"sqlite:///{zuruf.directory / 'data' / 'zuruf.db'}")
