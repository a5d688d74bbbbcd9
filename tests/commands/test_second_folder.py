"""`zuruf mailbox` tells what a server made of the folders, and which mails could not be read."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from app.store import quarantine
from app.store.engine import Database
from app.store.quarantine import Place
from app.store.schema import Mailbox
from tests.flow.mailboxes import connect
from tests.flow.mails import REP
from tests.flow.running import Zuruf
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import mail


@pytest.fixture
def zuruf(tmp_path: Path) -> Zuruf:
    return Zuruf(tmp_path)


def test_a_second_sent_folder_is_hinted_at_chosen_and_shown(zuruf: Zuruf, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot.client(user) as client:
        client.create("Gesendet")
    dovecot.append(user, mail(), "Gesendet")
    connect(zuruf, dovecot, user)
    assert "'Gesendet' holds sent mails as well" in zuruf.command("mailbox", "check").stdout
    assert _add_second(zuruf, dovecot, user, "Nirgends").returncode == 1
    assert _add_second(zuruf, dovecot, user, "Gesendet").returncode == 0
    assert "second folder 'Gesendet'" in zuruf.command("mailbox", "check").stdout


def test_mails_that_could_not_be_read_are_told_by_check(zuruf: Zuruf, dovecot: Dovecot) -> None:
    connect(zuruf, dovecot, dovecot.new_user())
    database = Database(f"sqlite:///{zuruf.directory / 'data' / 'zuruf.db'}")
    with database.writing() as session:
        mailbox = session.scalars(select(Mailbox)).one()
        place = Place(mailbox.id, mailbox.uidvalidity or 0, second=False)
        quarantine.set_aside(session, place, 3, "timeout", "1", mailbox.connected_at)
    database.close()
    done = zuruf.command("mailbox", "check")
    assert done.returncode == 0
    assert "1 unread, tried again after an update" in done.stdout


def _add_second(zuruf: Zuruf, dovecot: Dovecot, user: str, folder: str) -> subprocess.CompletedProcess[str]:
    return zuruf.command(
        "mailbox", "add", "--email", REP, "--username", user, "--host", dovecot.host, "--port",
        str(dovecot.imap_port), "--tls", "none", "--password-file", "-", "--second-sent", folder, "--no-wait",
        stdin=dovecot.password,
    )  # fmt: skip
