"""Tests of waiting for news: what a server may do to a client in IDLE, and that no news is ever missed."""

import select
import ssl
from collections.abc import Callable

import pytest
import trustme

from app.mail.errors import MailboxUnreachable, MailError, ProtocolBroken, ServerBusy
from app.mail.imap import ConnectPolicy, Endpoint, MailSession, Timeouts, TlsMode, open_session
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import IMPATIENT, LOGIN, PATIENT, dovecot_session, mail, scripted_session

Scripted = Callable[..., ScriptedImap]
Open = Callable[..., MailSession]


@pytest.fixture(params=["plain", "tls"])
def watching(request: pytest.FixtureRequest, scripted_imap: Scripted, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open a session on a scripted server that has two messages in Sent; once plain, once under TLS."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    ca_file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)

    def start(script: Callable[[Wire], None], timeouts: Timeouts = PATIENT) -> MailSession:
        def whole(wire: Wire) -> None:
            wire.log_in()
            wire.examine(exists=2)
            script(wire)

        if request.param == "plain":
            session = scripted_session(scripted_imap(whole), timeouts=timeouts)
        else:
            server = scripted_imap(whole, tls=context)
            endpoint = Endpoint("localhost", server.port, TlsMode.IMPLICIT)
            session = open_session(endpoint, LOGIN, ConnectPolicy(True, None, ca_file), timeouts=timeouts)
        session.examine("Sent")
        return session

    return start


def readable(session: MailSession, seconds: float = 5) -> bool:
    return session.has_buffered_input() or bool(select.select([session], [], [], seconds)[0])


def end_idle(wire: Wire, tag: str) -> None:
    assert wire.read_line() == b"DONE"
    wire.send(f"{tag} OK idle ended")


def test_news_in_the_same_packet_as_the_go_ahead_is_seen_without_waiting(watching: Open) -> None:
    def script(wire: Wire) -> None:
        tag = wire.expect("IDLE")
        wire.send(b"+ idling\r\n* 3 EXISTS\r\n")
        end_idle(wire, tag)

    with watching(script) as session:
        session.start_idle()
        assert session.has_buffered_input()
        assert session.finish_idle()


def test_quiet_is_quiet(watching: Open) -> None:
    def script(wire: Wire) -> None:
        tag = wire.expect("IDLE")
        wire.send("+ idling")
        end_idle(wire, tag)

    with watching(script) as session:
        session.start_idle()
        assert not session.has_buffered_input()
        assert not session.finish_idle()


def test_a_line_in_two_packets_is_read_whole(watching: Open) -> None:
    def script(wire: Wire) -> None:
        tag = wire.expect("IDLE")
        wire.send_split(b"+ idling\r\n", b"* 3 EX", b"ISTS\r", b"\n")
        end_idle(wire, tag)
        wire.answer("NOOP")

    with watching(script) as session:
        session.start_idle()
        assert readable(session)
        assert session.finish_idle()
        session.noop()


def test_a_server_that_hangs_up_wakes_the_selector_and_is_lost(watching: Open) -> None:
    def script(wire: Wire) -> None:
        wire.expect("IDLE")
        wire.send("+ idling")
        wire.close()

    with watching(script) as session:
        session.start_idle()
        assert readable(session)
        for _ in range(2):
            with pytest.raises(MailboxUnreachable):
                session.finish_idle()


@pytest.mark.parametrize(
    ("words", "kind"), [("idle for too long", MailboxUnreachable), ("[UNAVAILABLE] restarting", ServerBusy)]
)
def test_a_bye_ends_the_session_with_its_reason(watching: Open, words: str, kind: type[MailError]) -> None:
    def script(wire: Wire) -> None:
        wire.expect("IDLE")
        wire.send_split(b"+ idling\r\n", f"* BYE {words}\r\n".encode())
        wire.read_line()
        wire.close()

    with watching(script) as session:
        session.start_idle()
        assert readable(session)
        with pytest.raises(kind):
            session.finish_idle()


def test_a_silent_server_runs_into_the_timeout(watching: Open) -> None:
    def script(wire: Wire) -> None:
        wire.expect("IDLE")
        wire.send("+ idling")
        wire.hold()

    with watching(script, IMPATIENT) as session:
        session.start_idle()
        with pytest.raises(MailboxUnreachable) as caught:
            session.finish_idle()
    assert caught.value.code == "timeout"


def test_news_before_the_go_ahead_is_news(watching: Open) -> None:
    def script(wire: Wire) -> None:
        tag = wire.expect("IDLE")
        wire.send(b"* OK by the way\r\n* 3 EXISTS\r\n+ idling\r\n")
        end_idle(wire, tag)

    with watching(script) as session:
        session.start_idle()
        assert session.has_buffered_input()
        assert session.finish_idle()


def test_thousands_of_lines_at_once_leave_the_session_in_step(watching: Open) -> None:
    def script(wire: Wire) -> None:
        tag = wire.expect("IDLE")
        wire.send(b"+ idling\r\n" + b"".join(b"* %d EXISTS\r\n" % number for number in range(3, 2003)))
        end_idle(wire, tag)
        wire.answer("UID SEARCH", "* SEARCH 2002")

    with watching(script) as session:
        session.start_idle()
        assert readable(session)
        assert session.finish_idle()
        assert session.uids_after(2) == [2002]
        assert not session.has_buffered_input()


def test_news_that_comes_with_the_last_search_is_not_waited_for(watching: Open) -> None:
    def script(wire: Wire) -> None:
        wire.answer("UID SEARCH", "* SEARCH", "* 3 EXISTS")
        tag = wire.expect("IDLE")
        wire.send("+ idling")
        end_idle(wire, tag)
        wire.answer("UID SEARCH", "* SEARCH 3", "* 3 EXISTS")

    with watching(script) as session:
        assert session.uids_after(2) == []
        session.start_idle()
        assert session.has_buffered_input()
        assert session.finish_idle()
        assert session.uids_after(2) == [3]
        assert not session.has_buffered_input()


def test_news_that_comes_with_a_fetch_is_in_the_next_search(watching: Open) -> None:
    def script(wire: Wire) -> None:
        wire.answer("NOOP", "* 3 EXISTS")
        wire.answer("UID SEARCH", "* SEARCH 3")

    with watching(script) as session:
        session.noop()
        assert session.has_buffered_input()
        assert session.uids_after(2) == [3]
        assert not session.has_buffered_input()


def test_a_count_that_is_only_repeated_is_no_news(watching: Open) -> None:
    def script(wire: Wire) -> None:
        tag = wire.expect("IDLE")
        wire.send_split(b"+ idling\r\n", b"* OK Still here\r\n* 2 EXISTS\r\n")
        end_idle(wire, tag)

    with watching(script) as session:
        session.start_idle()
        assert readable(session)
        assert not session.finish_idle()


def test_a_message_that_takes_the_place_of_a_removed_one_is_news(watching: Open) -> None:
    def script(wire: Wire) -> None:
        tag = wire.expect("IDLE")
        wire.send(b"+ idling\r\n* 1 EXPUNGE\r\n* 2 EXISTS\r\n")
        end_idle(wire, tag)

    with watching(script) as session:
        session.start_idle()
        assert session.finish_idle()


def test_a_removed_message_is_no_news_but_the_next_one_is(watching: Open) -> None:
    def script(wire: Wire) -> None:
        for line in (b"* 1 EXPUNGE\r\n", b"* 2 EXISTS\r\n"):
            tag = wire.expect("IDLE")
            wire.send(b"+ idling\r\n" + line)
            end_idle(wire, tag)

    with watching(script) as session:
        session.start_idle()
        assert not session.finish_idle()
        session.start_idle()
        assert session.finish_idle()


@pytest.mark.parametrize("status", ["NO not now", "BAD unknown command"])
def test_a_refused_idle_is_told_as_such(watching: Open, status: str) -> None:
    session = watching(lambda wire: wire.answer("IDLE", status=status))
    with session, pytest.raises(ProtocolBroken) as caught:
        session.start_idle()
    assert caught.value.code == "idle_refused"


def test_a_server_without_idle_is_not_asked_for_it(scripted_imap: Scripted) -> None:
    server = scripted_imap(lambda wire: wire.log_in("IMAP4rev1 AUTH=PLAIN"))
    with scripted_session(server) as session, pytest.raises(ProtocolBroken):
        session.start_idle()
    server.stop()
    assert not any(b"IDLE" in line for line in server.lines)


def test_garbage_in_idle_is_an_error_of_ours(watching: Open) -> None:
    def script(wire: Wire) -> None:
        wire.expect("IDLE")
        wire.send(b"+ idling\r\n\xff\xfe garbage\r\n")

    with watching(script) as session:
        session.start_idle()
        assert readable(session)
        with pytest.raises(ProtocolBroken):
            session.finish_idle()


def test_closing_in_idle_says_goodbye_without_waiting(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.expect("IDLE")
        wire.send("+ idling")
        assert wire.read_line() == b"DONE"
        assert wire.read_line().endswith(b" LOGOUT")

    session = scripted_session(scripted_imap(script))
    session.start_idle()
    session.close()


def test_a_send_wakes_a_session_on_a_real_server(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot_session(dovecot, user, "Sent") as session:
        session.start_idle()
        uid = dovecot.append(user, mail())
        assert readable(session)
        assert session.finish_idle()
        assert session.uids_after(0) == [uid]


def test_a_send_just_before_idle_is_never_waited_for_in_vain(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot_session(dovecot, user, "Sent") as session:
        for _ in range(10):
            session.uids_after(0)
            uid = dovecot.append(user, mail())
            session.start_idle()
            assert readable(session)
            assert session.finish_idle()
            assert session.uids_after(uid - 1) == [uid]


def test_a_restarted_server_ends_the_session(dovecot: Dovecot) -> None:
    session = dovecot_session(dovecot, dovecot.new_user(), "Sent")
    session.start_idle()
    dovecot.restart()
    assert readable(session)
    with pytest.raises((MailboxUnreachable, ServerBusy)):
        session.finish_idle()
    session.close()
