"""What a server's refusal means. Reads the server's words, never passes them on."""

import imaplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from imapclient.exceptions import ProtocolError

from app.mail.errors import (
    AppendRefused,
    FolderMissing,
    ImapSwitchedOff,
    LoginRefused,
    MailboxFull,
    MailboxUnreachable,
    MailError,
    ProtocolBroken,
    ServerBusy,
)

# What imaplib and IMAPClient raise over an answer that is not IMAP.
UNREADABLE = (ProtocolError, ValueError, TypeError, LookupError, AttributeError, RecursionError)

Refusal = Callable[[str], MailError]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Response codes of RFC 5530, and what Gmail, Exchange, Yahoo and Dovecot say instead of them.
BUSY = _words(
    r"\[(UNAVAILABLE|INUSE|LIMIT|THROTTLED)\b|try again|temporar|throttl|rate.?limit|too many"
    r"|authenticated but not connected|service (is )?(not available|unavailable)|overloaded"
)
CONNECTIONS = _words(r"(too many|maximum number of|simultaneous)[^.]{0,40}connections|connection limit")
QUOTA = _words(r"\[OVERQUOTA\]|over ?quota|quota exceeded|mailbox (is )?full")
NO_FOLDER = _words(r"\[(TRYCREATE|NONEXISTENT)\]")
NOT_WRITABLE = _words(r"\[(READ-ONLY|NOPERM|CANNOT)\]|read.?only|permission denied")
NO_PASSWORDS = _words(r"basic auth\w* (is |has been )?(disabled|blocked)|\[PRIVACYREQUIRED\]")
WRONG = _words(r"invalid credentials|password (is )?(wrong|incorrect)")
SWITCHED_OFF = _words(
    r"not enabled for imap|enable imap|imap\b[^.]{0,50}\b(disabled|not enabled|not activated|deactivated"
    r"|(turned|switched) off|deaktiviert|nicht (aktiviert|freigeschaltet))"
)
APP_PASSWORD = _words(r"application.specific|app(lication)?.?password")
WEB_LOGIN = _words(r"\[WEBALERT|web ?browser|web ?login")
EXPIRED = _words(r"\[EXPIRED\]|password (has |is )?expired")
LAPSED = _words(r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED)\]")
BROKEN_SERVER = _words(r"\[SERVERBUG\]|internal (server )?error")


def busy(text: str) -> ServerBusy | None:
    """`ServerBusy` where the server says that the trouble passes."""
    if CONNECTIONS.search(text):
        return ServerBusy("too_many_connections")
    return ServerBusy() if BUSY.search(text) else None


def passing(text: str) -> MailError | None:
    """What has nothing to do with the command itself: a busy server, or a login that lapsed, as the next one tells."""
    return busy(text) or (MailboxUnreachable("connection_lost") if LAPSED.search(text) else None)


def login_refused(text: str) -> MailError:
    """A refused AUTHENTICATE or LOGIN. Most providers say the same of a wrong password and of IMAP switched off."""
    cases: tuple[tuple[re.Pattern[str], MailError], ...] = (
        (BROKEN_SERVER, ServerBusy()),
        (NO_PASSWORDS, LoginRefused("no_password_login")),
        (WRONG, LoginRefused()),
        (SWITCHED_OFF, ImapSwitchedOff()),
        (APP_PASSWORD, LoginRefused("app_password_needed")),
        (WEB_LOGIN, LoginRefused("web_login_needed")),
        (EXPIRED, LoginRefused("password_expired")),
    )
    return busy(text) or next((error for pattern, error in cases if pattern.search(text)), LoginRefused())


def greeting_refused(text: str) -> MailError:
    """A greeting that is not OK: BYE means that the server has no place for us now."""
    return busy(text) or (ServerBusy() if "BYE" in text else ProtocolBroken())


def folder_refused(text: str) -> MailError:
    """A refused EXAMINE or SELECT."""
    return passing(text) or (ServerBusy() if BROKEN_SERVER.search(text) else FolderMissing())


def append_refused(text: str) -> AppendRefused:
    """A refused APPEND, after which nothing was filed (RFC 3501 6.3.11), whatever the reason."""
    if QUOTA.search(text):
        return MailboxFull()
    if NO_FOLDER.search(text):
        return AppendRefused("inbox_missing")
    if NOT_WRITABLE.search(text):
        return AppendRefused("inbox_not_writable")
    passing = busy(text)
    return AppendRefused(passing.code if passing else None)


def command_refused(text: str) -> MailError:
    """Any other refused command."""
    return passing(text) or ProtocolBroken("command_refused")


def goodbye(text: str) -> MailError:
    """A connection that the server ended with BYE."""
    return busy(text) or MailboxUnreachable("connection_lost")


@contextmanager
def translated(refused: Refusal = command_refused) -> Iterator[None]:
    """Turns what imaplib and IMAPClient raise into `MailError`, cutting the chain: their texts quote the server."""
    try:
        yield
    except imaplib.IMAP4.abort:
        raise ProtocolBroken from None
    except UNREADABLE:
        raise ProtocolBroken from None
    except imaplib.IMAP4.error as error:
        raise refused(str(error)) from None
    except OSError:
        raise MailboxUnreachable("connection_lost") from None
