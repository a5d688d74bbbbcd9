"""What `zuruf check --provider` prints may go into a ticket."""

from pathlib import Path

import pytest

from app.commands.provider_check import reaches
from app.discovery import Proposal, Source
from app.mail.imap_values import ConnectPolicy, Endpoint, TlsMode
from tests.flow.running import Zuruf
from tests.servers.dovecot import Dovecot


@pytest.fixture
def zuruf(tmp_path: Path) -> Zuruf:
    return Zuruf(tmp_path)


def test_neither_address_nor_domain_is_printed(zuruf: Zuruf) -> None:
    done = zuruf.command("check", "--provider", "jonas@keller-maschinen.invalid")
    assert done.returncode == 1
    assert "provider: not in the table" in done.stdout
    assert "keller" not in done.stdout + done.stderr


def test_a_provider_without_passwords_is_named_with_what_to_know(zuruf: Zuruf) -> None:
    printed = zuruf.command("check", "--provider", "jonas@outlook.com").stdout
    assert "oauth_only" in printed
    assert "jonas" not in printed


def test_a_server_that_answers_is_told_by_what_it_can_do(dovecot: Dovecot, capsys: pytest.CaptureFixture[str]) -> None:
    endpoint = Endpoint(dovecot.host, dovecot.imap_port, TlsMode.NONE)
    proposal = Proposal(endpoint, None, Source.SRV, (), None)
    assert reaches(1, proposal, ConnectPolicy(True, None, None))
    printed = capsys.readouterr().out
    assert "IDLE" in printed
    assert "Dovecot" not in printed
    assert dovecot.host not in printed
