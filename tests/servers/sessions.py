"""Our own IMAP sessions on the private servers, with the settings that tests share."""

from datetime import UTC, datetime

from app.mail.imap import ConnectPolicy, Endpoint, Login, MailSession, Timeouts, TlsMode, open_session
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import ScriptedImap

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
LOGIN = Login("jonas@keller-maschinen.example", "pw")
LOOPBACK = ConnectPolicy(allow_private=True, ports=None, ca_file=None)
PATIENT = Timeouts(connect=5, read=10, answer=20)
IMPATIENT = Timeouts(connect=2, read=0.3, answer=2)


def plain(port: int) -> Endpoint:
    """An unprotected endpoint on this machine."""
    return Endpoint("127.0.0.1", port, TlsMode.NONE)


def dovecot_session(server: Dovecot, user: str, folder: str | None = None) -> MailSession:
    """A session of a user of the real server, with a folder opened if one is named."""
    session = open_session(plain(server.imap_port), Login(user, server.password), LOOPBACK, timeouts=PATIENT)
    if folder is not None:
        session.examine(folder)
    return session


def scripted_session(server: ScriptedImap, *, timeouts: Timeouts = PATIENT) -> MailSession:
    """A session on a scripted server, whose script must begin with a login."""
    return open_session(plain(server.port), LOGIN, LOOPBACK, timeouts=timeouts)


def mail(
    subject: str = "Angebot",
    text: str = "Guten Tag Frau Weber,\n\nhier ist unser Angebot.\n",
    *,
    message_id: str = "<1@keller-maschinen.example>",
    to: str = "Anna Weber <anna.weber@weber-metall.example>",
) -> bytes:
    """A plain mail of the rep as bytes, with LF as line end."""
    return (
        f"From: Jonas Keller <jonas@keller-maschinen.example>\nTo: {to}\nSubject: {subject}\nMessage-ID: {message_id}\n"
        f"Date: Mon, 01 Jun 2026 10:00:00 +0200\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}"
    ).encode()
