"""How a mailbox is, in words for a terminal."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from app.commands.health_table import print_health
from app.commands.words import contact_words
from app.config import Settings
from app.main import Service
from app.store import mailboxes
from app.store.engine import migrate
from app.store.schema import Mailbox
from app.store.states import MailboxState
from tests.web.seed import JONAS, NOW, connect_mailbox


@pytest.fixture
def service(tmp_path: Path) -> Service:
    service = Service(Settings(data_dir=tmp_path))
    service.clock = lambda: NOW
    migrate(service.database)
    with service.database.writing() as session:
        service.keys.prepare_installation(session)
    return service


def connect(service: Service) -> uuid.UUID:
    with service.database.writing() as session:
        return connect_mailbox(session, service.keys).id


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=12), "12 s ago"),
        (timedelta(seconds=-3), "0 s ago"),
        (timedelta(minutes=7), "7 min ago"),
        (timedelta(hours=30), "30 h ago: does `zuruf serve` run?"),
        (timedelta(days=3), "3 d ago: does `zuruf serve` run?"),
    ],
)
def test_the_last_contact_is_told_and_too_long_a_silence_asked_about(ago: timedelta, words: str) -> None:
    assert contact_words(Mailbox(state=MailboxState.WATCHED, last_contact_at=NOW - ago), NOW) == words


def test_a_paused_mailbox_may_be_silent() -> None:
    assert contact_words(Mailbox(state=MailboxState.PAUSED, last_contact_at=NOW - timedelta(days=9)), NOW) == "9 d ago"


def test_the_list_says_in_words_what_is_wrong_and_since_when(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en")
    mailbox_id = connect(service)
    with service.database.writing() as session:
        row = session.get_one(Mailbox, mailbox_id)
        mailboxes.enter(row, MailboxState.WAITING, NOW - timedelta(hours=2), "timeout")
        row.next_attempt_at = NOW + timedelta(minutes=1)
    print_health(service)
    service.close()
    *_, last = capsys.readouterr().out.strip().splitlines()
    assert last.startswith(f"{JONAS.address}: The mail server does not answer")
    assert "Since 2026-03-04 11:05 UTC; next attempt 13:06:12 UTC." in last
