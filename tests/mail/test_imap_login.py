"""Tests of the login: mechanisms, quoting, refusals, and commands that must not be smuggled in (traps A, B and F)."""

import base64
import traceback
from collections.abc import Callable

import pytest

from app.mail import errors
from app.mail.imap import Endpoint, Login, TlsMode, open_session
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import LOOPBACK, NOW, PATIENT, mail, plain, scripted_session

Scripted = Callable[..., ScriptedImap]
SMUGGLED = "x\r\nA1 DELETE INBOX"


def old_server(wire: Wire) -> None:
    """A server without AUTHENTICATE PLAIN."""
    wire.send("* OK ready")
    wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1")
    wire.answer("LOGIN")
    wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1")


def test_name_and_password_of_any_characters_go_through_authenticate_plain(scripted_imap: Scripted) -> None:
    server = scripted_imap(Wire.log_in)
    open_session(plain(server.port), Login('jonas "k" keller', "pässwörd {5}"), LOOPBACK).close()
    assert base64.b64decode(server.lines[2]).decode() == '\0jonas "k" keller\0pässwörd {5}'


def test_where_there_is_only_login_name_and_password_are_quoted(scripted_imap: Scripted) -> None:
    server = scripted_imap(old_server)
    open_session(plain(server.port), Login("jonas keller {5}", 'p"w\\'), LOOPBACK).close()
    assert server.lines[1].endswith(b' LOGIN "jonas keller {5}" "p\\"w\\\\"')


def test_login_does_not_carry_what_is_not_ascii(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1")

    with pytest.raises(errors.UnsafeArgument) as caught:
        open_session(plain(scripted_imap(script).port), Login("jonas", "pässwörd"), LOOPBACK)
    assert caught.value.code == "unsafe_password"


def test_where_login_is_disabled_no_password_is_sent(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2")

    server = scripted_imap(script)
    with pytest.raises(errors.LoginRefused) as caught:
        scripted_session(server)
    assert caught.value.code == "no_password_login"
    assert len(server.lines) == 1


def test_a_wrong_password_is_refused_by_a_real_server(dovecot: Dovecot) -> None:
    with pytest.raises(errors.LoginRefused) as caught:
        open_session(plain(dovecot.imap_port), Login(dovecot.new_user(), "wrong"), LOOPBACK)
    assert caught.value.code == "login_refused"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("NO [UNAVAILABLE] Temporary authentication failure.", errors.ServerBusy),
        ("NO [AUTHENTICATIONFAILED] Authentication failed.", errors.LoginRefused),
        ("BAD authentication failed", errors.LoginRefused),
        ("NO [ALERT] Your account is not enabled for IMAP use.", errors.ImapSwitchedOff),
    ],
)
def test_only_a_refused_password_is_a_refused_login(
    scripted_imap: Scripted, status: str, kind: type[errors.MailError]
) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")
        wire.authenticate(status)

    with pytest.raises(kind):
        scripted_session(scripted_imap(script))


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize(
    ("words", "kind"), [("Autologout", errors.MailboxUnreachable), ("Too many connections", errors.ServerBusy)]
)
def test_a_bye_during_the_login_is_not_a_wrong_password(
    scripted_imap: Scripted, words: str, kind: type[errors.MailError], late: bool
) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")
        wire.expect("AUTHENTICATE")
        if late:
            wire.send("+ ")
            wire.read_line()
        wire.send(f"* BYE {words}")
        wire.close()

    with pytest.raises(kind):
        scripted_session(scripted_imap(script))


def test_an_error_tells_nothing_that_the_server_said(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")
        wire.authenticate("NO canary of jonas@keller-maschinen.example")

    with pytest.raises(errors.LoginRefused) as caught:
        scripted_session(scripted_imap(script))
    shown = "".join(traceback.format_exception(caught.value))
    assert "canary" not in shown
    assert "jonas" not in shown


@pytest.mark.parametrize("control", ["\r\nA1 DELETE INBOX", "\nA1 DELETE INBOX", "\r", "\0", "\x7f", "\x1b"])
@pytest.mark.parametrize("script", [Wire.log_in, old_server])
@pytest.mark.parametrize("field", ["host", "username", "password"])
def test_no_control_character_reaches_the_server_with_the_login(
    scripted_imap: Scripted, field: str, script: Callable[[Wire], None], control: str
) -> None:
    server = scripted_imap(lambda wire: wire.drain() if field == "host" else script(wire))
    host = f"127.0.0.1{control}" if field == "host" else "127.0.0.1"
    login = Login(
        f"jonas{control}" if field == "username" else "jonas", f"pw{control}" if field == "password" else "pw"
    )
    with pytest.raises(errors.UnsafeArgument):
        open_session(Endpoint(host, server.port, TlsMode.NONE), login, LOOPBACK, timeouts=PATIENT)
    server.stop()
    assert len(server.lines) <= 1
    assert not any(b"DELETE" in line or b"jonas" in line for line in server.lines)


def test_no_second_command_reaches_the_server_with_any_later_argument(scripted_imap: Scripted) -> None:
    server = scripted_imap(lambda wire: (wire.log_in(), wire.examine(), wire.drain()))
    with scripted_session(server) as session:
        session.examine("Sent")
        sent = len(server.lines)
        for call in (
            lambda: session.examine(SMUGGLED),
            lambda: session.uids_from(SMUGGLED),
            lambda: session.find_message_id(f"<{SMUGGLED}>"),
            lambda: session.append(SMUGGLED, mail(), NOW),
            lambda: session.delete_duplicate(SMUGGLED, 1, "<1@x>"),
        ):
            with pytest.raises(errors.UnsafeArgument):
                call()
        assert len(server.lines) == sent


def test_a_search_value_that_looks_like_a_literal_is_sent_as_a_text(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine()
        wire.answer('UID SEARCH FROM "x{5}"', "* SEARCH")

    with scripted_session(scripted_imap(script)) as session:
        session.examine("Sent")
        assert session.uids_from("x{5}") == []
