"""`zuruf mailbox deliver`, and what `zuruf mailbox check` tells of nudges, as an administrator uses them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.mailboxes import connect
from tests.flow.mails import REP
from tests.flow.running import Zuruf
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SubmissionServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SubmissionServer]:
    with SubmissionServer(tmp_path) as server:
        yield server


@pytest.fixture
def connected(tmp_path: Path, dovecot: Dovecot) -> Zuruf:
    zuruf = Zuruf(tmp_path)
    connect(zuruf, dovecot, dovecot.new_user())
    return zuruf


def by_smtp(server: SubmissionServer, *more: str) -> tuple[str, ...]:
    where = ("--host", server.endpoint.host, "--port", str(server.endpoint.port), "--tls", "none")
    return ("mailbox", "deliver", "--email", REP, "--by", "smtp", *where, *more)


def test_the_way_is_proved_kept_tried_and_shown(connected: Zuruf, server: SubmissionServer) -> None:
    assert connected.command(*by_smtp(server)).returncode == 0
    assert "the login works" in connected.command("mailbox", "deliver", "--email", REP).stdout
    assert "nudges by SMTP: none waits" in connected.command("mailbox", "check").stdout
    assert (server.logins, server.letters) == (2, [])
    assert connected.command("mailbox", "deliver", "--email", REP, "--by", "append").returncode == 0
    assert "nudges by APPEND: none waits" in connected.command("mailbox", "check").stdout


def test_a_login_that_fails_is_told_and_not_kept(connected: Zuruf, server: SubmissionServer) -> None:
    password = connected.directory / "other-password"
    password.write_text("falsch\n")
    done = connected.command(*by_smtp(server, "--password-file", str(password)))
    assert (done.returncode, "refused the login" in done.stderr, "falsch" in done.stderr) == (1, True, False)
    assert "there is no SMTP server to try" in connected.command("mailbox", "deliver", "--email", REP).stderr
