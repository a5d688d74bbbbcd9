"""Tests of how a connection comes about: addresses, TLS, greeting."""

import datetime
import logging
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from app.mail.errors import CertificateRefused, MailboxUnreachable, MailError, ProtocolBroken, ServerBusy
from app.mail.imap import ConnectPolicy, Endpoint, Login, MailSession, Timeouts, TlsMode, open_session
from app.mail.imap_tls import tls_context
from tests.servers.accounts import free_port
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import LOGIN, LOOPBACK, PATIENT, plain, scripted_session

Scripted = Callable[..., ScriptedImap]
NAME = "imap.keller-maschinen.example"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA, *names: str, not_after: datetime.datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, not_after=not_after).configure_cert(context)
    return context


def trusting(authority: trustme.CA, folder: Path) -> ConnectPolicy:
    authority.cert_pem.write_to_path(folder / "ca.pem")
    return ConnectPolicy(allow_private=True, ports=None, ca_file=folder / "ca.pem")


def endpoints(server: Dovecot) -> dict[TlsMode, Endpoint]:
    return {
        TlsMode.NONE: plain(server.imap_port),
        TlsMode.STARTTLS: Endpoint("localhost", server.imap_port, TlsMode.STARTTLS),
        TlsMode.IMPLICIT: Endpoint("localhost", server.imaps_port, TlsMode.IMPLICIT),
    }


def policy_of(server: Dovecot) -> ConnectPolicy:
    return ConnectPolicy(allow_private=True, ports=None, ca_file=server.ca_file)


@pytest.mark.parametrize("mode", TlsMode)
def test_a_mailbox_opens_in_each_tls_mode(dovecot: Dovecot, mode: TlsMode) -> None:
    login = Login(dovecot.new_user(), dovecot.password)
    with open_session(endpoints(dovecot)[mode], login, policy_of(dovecot)) as session:
        assert {folder.name for folder in session.list_folders()} == {"INBOX", "Sent"}
        assert {"IDLE", "UIDPLUS"} <= session.capabilities


def test_the_checked_address_is_used_and_the_certificate_checked_for_the_name(dovecot: Dovecot) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    endpoint = Endpoint(NAME, dovecot.imaps_port, TlsMode.IMPLICIT)
    login = Login(dovecot.new_user(), dovecot.password)
    with open_session(endpoint, login, policy_of(dovecot), resolve=resolve) as session:
        session.noop()
    assert asked == [NAME]


@pytest.mark.parametrize("mode", [TlsMode.STARTTLS, TlsMode.IMPLICIT])
def test_a_certificate_for_another_name_is_refused(dovecot: Dovecot, mode: TlsMode) -> None:
    endpoint = Endpoint("other.example", endpoints(dovecot)[mode].port, mode)
    with pytest.raises(CertificateRefused) as caught:
        open_session(endpoint, LOGIN, policy_of(dovecot), resolve=lambda *_: ["127.0.0.1"])
    assert caught.value.code == "certificate_name"


@pytest.mark.parametrize("mode", [TlsMode.STARTTLS, TlsMode.IMPLICIT])
def test_a_certificate_of_an_unknown_authority_is_refused(dovecot: Dovecot, mode: TlsMode) -> None:
    with pytest.raises(CertificateRefused) as caught:
        open_session(endpoints(dovecot)[mode], LOGIN, LOOPBACK)
    assert caught.value.code == "certificate_untrusted"


def test_an_expired_certificate_is_refused(scripted_imap: Scripted, authority: trustme.CA, tmp_path: Path) -> None:
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    server = scripted_imap(Wire.drain, tls=server_side(authority, "localhost", not_after=past))
    with pytest.raises(CertificateRefused) as caught:
        open_session(Endpoint("localhost", server.port, TlsMode.IMPLICIT), LOGIN, trusting(authority, tmp_path))
    assert caught.value.code == "certificate_expired"


def test_a_server_without_tls_is_refused_where_tls_is_meant(dovecot: Dovecot) -> None:
    with pytest.raises(CertificateRefused) as caught:
        open_session(Endpoint("localhost", dovecot.imap_port, TlsMode.IMPLICIT), LOGIN, policy_of(dovecot))
    assert caught.value.code == "tls_failed"


def test_an_unreadable_authority_file_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(CertificateRefused) as caught:
        tls_context(tmp_path / "missing.pem")
    assert caught.value.code == "ca_file_unreadable"


def test_all_connections_share_one_context_of_tls_1_2_or_later(dovecot: Dovecot) -> None:
    login = Login(dovecot.new_user(), dovecot.password)
    contexts = set()
    for mode in (TlsMode.STARTTLS, TlsMode.IMPLICIT):
        with open_session(endpoints(dovecot)[mode], login, policy_of(dovecot)) as session:
            connected = session._transport.sock
            assert isinstance(connected, ssl.SSLSocket)
            contexts.add(connected.context)
    (context,) = contexts
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_REQUIRED


def test_dead_connections_are_found_by_keepalive(dovecot: Dovecot) -> None:
    login = Login(dovecot.new_user(), dovecot.password)
    with open_session(plain(dovecot.imap_port), login, LOOPBACK) as session:
        connected = session._transport.sock
        assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60


def starttls_session(server: ScriptedImap, policy: ConnectPolicy = LOOPBACK) -> MailSession:
    return open_session(Endpoint("localhost", server.port, TlsMode.STARTTLS), LOGIN, policy, timeouts=PATIENT)


def test_without_starttls_nothing_secret_is_sent(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")

    server = scripted_imap(script)
    with pytest.raises(CertificateRefused) as caught:
        starttls_session(server)
    assert caught.value.code == "starttls_missing"
    assert [line.split()[1] for line in server.lines] == [b"CAPABILITY"]


@pytest.mark.parametrize("status", ["NO not today", "BAD unknown command"])
def test_a_refused_starttls_ends_the_connection(scripted_imap: Scripted, status: str) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN")
        wire.answer("STARTTLS", status=status)

    server = scripted_imap(script)
    with pytest.raises(CertificateRefused) as caught:
        starttls_session(server)
    assert caught.value.code == "starttls_missing"
    assert len(server.lines) == 2


def test_bytes_slipped_in_before_the_handshake_end_the_connection(
    scripted_imap: Scripted, authority: trustme.CA
) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN")
        tag = wire.expect("STARTTLS")
        wire.send(f"{tag} OK begin\r\n* CAPABILITY IMAP4rev1 EVIL\r\n".encode())
        wire.start_tls(server_side(authority, "localhost"))

    with pytest.raises(ProtocolBroken) as caught:
        starttls_session(scripted_imap(script))
    assert caught.value.code == "starttls_injection"


def test_what_was_announced_before_the_handshake_is_forgotten(
    scripted_imap: Scripted, authority: trustme.CA, tmp_path: Path
) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN IDLE] ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN IDLE")
        wire.answer("STARTTLS")
        wire.start_tls(server_side(authority, "localhost"))
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1")
        wire.answer("LOGIN")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 UIDPLUS")

    with starttls_session(scripted_imap(script), trusting(authority, tmp_path)) as session:
        assert session.capabilities == {"IMAP4REV1", "UIDPLUS"}


@pytest.mark.parametrize("mode", [TlsMode.NONE, TlsMode.STARTTLS])
def test_a_greeting_that_skips_the_login_is_refused(scripted_imap: Scripted, mode: TlsMode) -> None:
    def script(wire: Wire) -> None:
        wire.send("* PREAUTH welcome back")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 STARTTLS")

    server = scripted_imap(script)
    with pytest.raises(ProtocolBroken) as caught:
        open_session(Endpoint("127.0.0.1", server.port, mode), LOGIN, LOOPBACK)
    assert caught.value.code == "preauth_refused"
    assert len(server.lines) == 1


@pytest.mark.parametrize(
    ("greeting", "kind", "code"),
    [
        ("* BYE Too many connections, come back later", ServerBusy, "too_many_connections"),
        ("* BYE going down", ServerBusy, "server_busy"),
        ("220 mail.example ESMTP", ProtocolBroken, "protocol_broken"),
        ("HTTP/1.1 400 Bad Request", ProtocolBroken, "protocol_broken"),
        ("* \xff\xfe{}", ProtocolBroken, "protocol_broken"),
        ("* OK {99999999999}", ProtocolBroken, "answer_too_large"),
    ],
)
def test_a_greeting_that_is_no_welcome_is_told_apart(
    scripted_imap: Scripted, greeting: str, kind: type[MailError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        scripted_session(scripted_imap(lambda wire: wire.send(greeting)))
    assert caught.value.code == code


def test_a_closed_port_is_unreachable() -> None:
    with pytest.raises(MailboxUnreachable) as caught:
        open_session(plain(free_port()), LOGIN, LOOPBACK)
    assert caught.value.code == "unreachable"


def test_the_next_address_is_tried_when_one_does_not_answer(dovecot: Dovecot) -> None:
    endpoint = Endpoint("localhost", dovecot.imap_port, TlsMode.NONE)
    login = Login(dovecot.new_user(), dovecot.password)
    with open_session(endpoint, login, LOOPBACK, resolve=lambda *_: ["127.9.9.9", "127.0.0.1"]) as session:
        session.noop()


def test_a_server_that_hangs_up_at_once_is_lost(scripted_imap: Scripted) -> None:
    with pytest.raises(MailboxUnreachable) as caught:
        scripted_session(scripted_imap(Wire.close))
    assert caught.value.code == "connection_lost"


@pytest.mark.parametrize("mode", [TlsMode.NONE, TlsMode.IMPLICIT])
def test_a_server_that_never_says_a_word_runs_into_the_timeout(scripted_imap: Scripted, mode: TlsMode) -> None:
    server = scripted_imap(Wire.hold)
    with pytest.raises(MailboxUnreachable) as caught:
        open_session(Endpoint("127.0.0.1", server.port, mode), LOGIN, LOOPBACK, timeouts=Timeouts(0.3, 0.3, 5))
    assert caught.value.code == "timeout"


def test_a_server_that_drips_cannot_hold_a_worker_for_ever(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.send_split(*[b"*"] * 60, b"\r\n")

    with pytest.raises(MailboxUnreachable) as caught:
        scripted_session(scripted_imap(script), timeouts=Timeouts(connect=2, read=2, answer=0.5))
    assert caught.value.code == "timeout"


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_failed_connection_leaves_nothing_open(scripted_imap: Scripted) -> None:
    server = scripted_imap(lambda wire: wire.send("220 no imap"))
    closed = plain(free_port())
    before = open_files()
    for endpoint in [closed, Endpoint("127.0.0.1", server.port, TlsMode.IMPLICIT)] * 5:
        with pytest.raises(MailError):
            open_session(endpoint, LOGIN, LOOPBACK)
    server.stop()
    assert open_files() <= before


def test_no_protocol_line_is_logged_or_kept(dovecot: Dovecot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    login = Login(dovecot.new_user(), dovecot.password)
    with open_session(plain(dovecot.imap_port), login, LOOPBACK) as session:
        session.list_folders()
        assert session._transport.__dict__.get("_cmd_log") == {}
        assert session._transport.debug == 0
    assert caplog.records == []
    assert login.username not in repr(login)
