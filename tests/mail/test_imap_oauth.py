"""Tests of the login with an access token: both mechanisms, and what a refusal means."""

import base64
import json
import traceback
from collections.abc import Callable

import pytest

from app.mail import errors
from app.mail.imap import ConnectPolicy, Endpoint, TlsMode, open_session
from app.mail.imap_values import TokenLogin
from tests.servers.oauth_world import OAuthWorld
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import LOOPBACK, PATIENT, plain

Scripted = Callable[..., ScriptedImap]
USER = "jonas@keller-maschinen.example"
TOKEN = "eyJ0" + "x" * 4000


def told(status: str) -> str:
    """A challenge that says why a token is refused, as Google and Microsoft write it."""
    return "+ " + base64.b64encode(json.dumps({"status": status, "schemes": "bearer"}).encode()).decode()


def refusing(mechanisms: str, challenge: str | None, refusal: str) -> Callable[[Wire], None]:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", f"* CAPABILITY IMAP4rev1 {mechanisms}")
        tag = wire.expect("AUTHENTICATE")
        wire.send("+ ")
        wire.read_line()
        if challenge is not None:
            wire.send(challenge)
            wire.read_line()
        wire.send(f"{tag} {refusal}")

    return script


def refused(server: ScriptedImap) -> errors.MailError:
    with pytest.raises(errors.MailError) as caught:
        open_session(plain(server.port), TokenLogin(USER, TOKEN), LOOPBACK, timeouts=PATIENT)
    return caught.value


@pytest.mark.parametrize(
    ("mechanisms", "sent", "last"),
    [
        ("AUTH=XOAUTH2 AUTH=OAUTHBEARER", f"n,a={USER},\x01auth=Bearer {TOKEN}\x01\x01", b"AQ=="),
        ("AUTH=XOAUTH2 AUTH=PLAIN", f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01", b""),
    ],
)
def test_the_exchange_is_that_of_the_mechanism(
    scripted_imap: Scripted, mechanisms: str, sent: str, last: bytes
) -> None:
    server = scripted_imap(refusing(mechanisms, told("401"), "NO AUTHENTICATE failed."))
    refused(server)
    assert base64.b64decode(server.lines[2]).decode() == sent
    assert server.lines[3] == last


@pytest.mark.parametrize(
    ("challenge", "refusal", "code"),
    [
        (told("401"), "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", "token_refused"),
        (told("400"), "NO AUTHENTICATE failed.", "token_refused"),
        (told("invalid_token"), "NO no", "token_refused"),
        (told("insufficient_scope"), "NO no", "token_scope"),
        (told("500"), "NO no", "server_busy"),
        (told("401"), "NO [UNAVAILABLE] Temporary authentication failure", "server_busy"),
        (told("400"), "NO IMAP access is disabled for your domain", "imap_switched_off"),
        ("+ e30=", "NO no", "token_refused"),
        ("+ W10=", "NO no", "token_refused"),
        (f"+ {'W' * 4000}", "NO no", "token_refused"),
        (None, "NO no", "token_refused"),
        (None, "BAD what", "token_refused"),
        ("+ !", "NO no", "token_refused"),
    ],
)
def test_a_refusal_is_told_by_what_it_means(
    scripted_imap: Scripted, challenge: str | None, refusal: str, code: str
) -> None:
    assert refused(scripted_imap(refusing("AUTH=XOAUTH2", challenge, refusal))).code == code


def test_a_server_that_never_stops_asking_is_left(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2")
        tag = wire.expect("AUTHENTICATE")
        while wire.last_line != b"*":
            wire.send("+ ")
            wire.read_line()
        wire.send(f"{tag} BAD ended")

    assert refused(scripted_imap(script)).code == "token_refused"


def test_where_no_token_is_taken_none_is_sent(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")

    server = scripted_imap(script)
    assert refused(server).code == "no_token_login"
    assert len(server.lines) == 1


@pytest.mark.parametrize(
    ("user", "token", "code"),
    [
        (USER, "x\r\nA1 DELETE INBOX", "unsafe_token"),
        (USER, "x\x01\x01", "unsafe_token"),
        (USER, "", "unsafe_token"),
        (USER, "x" * 20_000, "unsafe_token"),
        (USER, "tökén", "unsafe_token"),
        (f"{USER}\x01auth=Bearer y", TOKEN, "unsafe_argument"),
    ],
)
def test_nothing_is_smuggled_in(scripted_imap: Scripted, user: str, token: str, code: str) -> None:
    def script(wire: Wire) -> None:
        wire.send("* OK ready")
        wire.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2")

    server = scripted_imap(script)
    with pytest.raises(errors.UnsafeArgument) as caught:
        open_session(plain(server.port), TokenLogin(user, token), LOOPBACK)
    assert (caught.value.code, len(server.lines)) == (code, 1)


def test_a_name_with_separators_is_escaped(scripted_imap: Scripted) -> None:
    server = scripted_imap(refusing("AUTH=OAUTHBEARER", None, "NO no"))
    with pytest.raises(errors.LoginRefused):
        open_session(plain(server.port), TokenLogin("a,b=c@d.example", "t"), LOOPBACK)
    assert base64.b64decode(server.lines[2]).startswith(b"n,a=a=2Cb=3Dc@d.example,\x01")


def test_no_error_shows_the_token(scripted_imap: Scripted) -> None:
    server = scripted_imap(refusing("AUTH=XOAUTH2", told("401"), f"NO {TOKEN} is no token"))
    error = refused(server)
    assert TOKEN not in "".join(traceback.format_exception(error))
    assert TOKEN not in repr(TokenLogin(USER, TOKEN))


def test_a_real_server_refuses_a_token_that_nobody_handed_out(oauth: OAuthWorld) -> None:
    endpoint = Endpoint("localhost", oauth.dovecot.imaps_port, TlsMode.IMPLICIT)
    with pytest.raises(errors.LoginRefused) as caught:
        open_session(endpoint, TokenLogin(USER, TOKEN), ConnectPolicy(True, None, oauth.ca_file))
    assert caught.value.code == "token_refused"
