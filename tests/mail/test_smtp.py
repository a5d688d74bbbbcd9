"""Submission to the rep's own address: what arrives, what is refused, what stays in doubt, and what never leaves."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.mail import errors
from app.mail.imap_values import ConnectPolicy, Endpoint, Login, Timeouts, TlsMode
from app.mail.letter import UnsafeLetter, compose
from app.mail.smtp import open_submission
from tests.mail.test_letter import LETTER
from tests.servers.smtp import SubmissionServer

REP = LETTER.rep
LOGIN = Login(REP, "pw")
RAW = compose(LETTER)
QUICK = Timeouts(connect=5, read=5, answer=5)


@pytest.fixture(params=list(TlsMode))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SubmissionServer]:
    with SubmissionServer(tmp_path, request.param) as server:
        yield server


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[SubmissionServer]:
    with SubmissionServer(tmp_path) as server:
        yield server


def policy_of(server: SubmissionServer, *, private: bool = True) -> ConnectPolicy:
    return ConnectPolicy(private, None, server.ca_file)


def submit(server: SubmissionServer, raw: bytes = RAW, address: str = REP, login: Login = LOGIN) -> None:
    with open_submission(server.endpoint, login, policy_of(server), timeouts=QUICK) as submission:
        submission.send_to_self(address, raw)


def test_a_letter_goes_from_the_rep_to_the_rep_and_to_nobody_else(server: SubmissionServer) -> None:
    submit(server)
    assert server.letters == [(REP, [REP], RAW)]


def test_trying_logs_in_and_sends_nothing(server: SubmissionServer) -> None:
    with open_submission(server.endpoint, LOGIN, policy_of(server)):
        pass
    assert (server.logins, server.letters) == (1, [])


def test_a_wrong_password_is_told_and_tried_once(server: SubmissionServer) -> None:
    with pytest.raises(errors.LoginRefused, match="smtp_login_refused"):
        submit(server, login=Login(REP, "wrong"))


@pytest.mark.parametrize(
    ("step", "answer", "code"),
    [
        ("MAIL", "451 4.3.0 later", "smtp_busy"),
        ("RCPT", "550 5.1.1 nobody", "smtp_refused"),
        ("DATA", "452 4.2.2 full", "smtp_busy"),
        ("DATA", "554 5.7.1 spam", "smtp_refused"),
        ("DATA", "421 4.3.2 closing", "smtp_busy"),
    ],
)
def test_what_the_server_refuses_is_not_in_doubt(plain: SubmissionServer, step: str, answer: str, code: str) -> None:
    plain.behaviour.refuse[step] = answer
    with pytest.raises(errors.SubmissionRefused, match=code):
        submit(plain)
    assert plain.letters == []


def test_a_connection_lost_before_the_message_leaves_no_doubt(plain: SubmissionServer) -> None:
    plain.behaviour.lose = "RCPT"
    with pytest.raises(errors.SubmissionRefused, match="smtp_broke_off"):
        submit(plain)


@pytest.mark.parametrize(("moment", "arrived"), [("before", 0), ("after", 1)])
def test_a_connection_lost_with_the_message_is_in_doubt(plain: SubmissionServer, moment: str, arrived: int) -> None:
    plain.behaviour.lose = "before" if moment == "before" else "after"
    with pytest.raises(errors.MailboxUnreachable):
        submit(plain)
    assert len(plain.letters) == arrived


def test_a_stripped_starttls_ends_the_connection(plain: SubmissionServer) -> None:
    endpoint = replace(plain.endpoint, tls=TlsMode.STARTTLS)
    with pytest.raises(errors.CertificateRefused, match="starttls_missing"):
        open_submission(endpoint, LOGIN, policy_of(plain))
    assert plain.logins == 0


def test_an_unknown_authority_is_refused_before_the_login(tmp_path: Path) -> None:
    for tls in (TlsMode.IMPLICIT, TlsMode.STARTTLS):
        with SubmissionServer(tmp_path, tls) as server:
            with pytest.raises(errors.CertificateRefused, match="certificate_untrusted"):
                open_submission(server.endpoint, LOGIN, ConnectPolicy(True, None, None))
            assert server.logins == 0


def test_private_addresses_and_other_ports_are_refused(plain: SubmissionServer) -> None:
    with pytest.raises(errors.AddressForbidden, match="address_forbidden"):
        open_submission(plain.endpoint, LOGIN, policy_of(plain, private=False))
    for port in (25, 143, 993, 6379):
        endpoint = Endpoint("smtp.keller-maschinen.example", port, TlsMode.IMPLICIT)
        with pytest.raises(errors.AddressForbidden, match="port_forbidden"):
            open_submission(endpoint, LOGIN, ConnectPolicy(False, frozenset({993, 143}), None))


def test_the_checked_address_is_the_one_that_is_connected_to(plain: SubmissionServer) -> None:
    """A name that resolves anew to another address would get past the guard."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    endpoint = replace(plain.endpoint, host="smtp.keller-maschinen.example")
    with open_submission(endpoint, LOGIN, policy_of(plain), resolve=resolve) as submission:
        submission.send_to_self(REP, RAW)
    assert (asked, len(plain.letters)) == (["smtp.keller-maschinen.example"], 1)


def test_plaintext_never_leaves_the_machine() -> None:
    endpoint = Endpoint("smtp.keller-maschinen.example", 587, TlsMode.NONE)
    with pytest.raises(errors.AddressForbidden, match="plaintext_forbidden"):
        open_submission(endpoint, LOGIN, ConnectPolicy(True, None, None), resolve=lambda *_: ["192.0.2.1"])


@pytest.mark.parametrize(
    ("address", "raw"),
    [
        ("anna.weber@weber-guss.example", RAW),
        (f"{REP}>\r\nRCPT TO:<eve@example.example", RAW),
        (f"{REP},eve@example.example", RAW),
        (REP, RAW.replace(b"\r\nDate:", b"\r\nBcc: eve@example.example\r\nDate:")),
        (REP, RAW.replace(b"\r\nDate:", b"\r\nCc: eve@example.example\r\nDate:")),
        (REP, RAW.replace(b"To: jonas", b"To: eve@example.example, jonas")),
        (REP, RAW.replace(b"From: ", b"Sender: eve@example.example\r\nFrom: ")),
        (REP, RAW.replace(b"\r\n\r\n", b"\r\n\r\n\n.\r\nMAIL FROM:<eve@example.example>\r\n", 1)),
    ],
)
def test_whatever_is_no_letter_to_the_rep_alone_never_leaves(plain: SubmissionServer, address: str, raw: bytes) -> None:
    with pytest.raises(UnsafeLetter):
        submit(plain, raw, address)
    assert plain.letters == []


def test_a_line_with_a_single_dot_does_not_end_the_letter(plain: SubmissionServer) -> None:
    raw = compose(replace(LETTER, text="eins\n.\nMAIL FROM:<eve@example.example>\n..\nzwei\n"))
    submit(plain, raw)
    assert plain.letters == [(REP, [REP], raw)]


@pytest.mark.parametrize("login", [Login(f"{REP}\r\nRSET", "pw"), Login(REP, "pw\0"), Login(REP, "pw\r\nQUIT")])
def test_a_login_cannot_carry_a_command(plain: SubmissionServer, login: Login) -> None:
    with pytest.raises(errors.UnsafeArgument):
        submit(plain, login=login)
    assert plain.logins == 0


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [
        (b"220-a\r\n" * 10_000, errors.MailError),
        (b"554 go away\r\n", errors.ProtocolBroken),
        (b"421 no time\r\n", errors.ServerBusy),
        (b"* OK IMAP4rev1 ready\r\n", errors.MailError),
        (b"220 ok\r\n250 too early\r\n", errors.MailError),
        (b"", errors.MailboxUnreachable),
    ],
)
def test_a_server_that_is_none_is_told(greeting: bytes, kind: type[errors.MailError]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_greet_once, args=(listener, greeting))
        thread.start()
        endpoint = Endpoint("127.0.0.1", listener.getsockname()[1], TlsMode.NONE)
        with pytest.raises(kind):
            open_submission(endpoint, LOGIN, ConnectPolicy(True, None, None), timeouts=QUICK)
        thread.join()


def _greet_once(listener: socket.socket, greeting: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(greeting)
