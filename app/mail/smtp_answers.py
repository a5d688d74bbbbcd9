"""What a submission server's refusal means, step by step. Reads the server's words, never passes them on."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPResponseException,
    SMTPTimeoutError,
)

from app.mail.errors import (
    CertificateRefused,
    LoginRefused,
    MailboxUnreachable,
    MailError,
    ProtocolBroken,
    ServerBusy,
    SubmissionRefused,
)
from app.mail.imap_answers import login_refused
from app.mail.imap_tls import CERTIFICATE_CODES

# What aiosmtplib raises, and what it lets through from asyncio, ssl and its own state checks.
FAILURES: Final = (SMTPException, OSError, EOFError, ValueError, RuntimeError)


@contextmanager
def connecting() -> Iterator[None]:
    """Greeting, TLS and login."""
    try:
        yield
    except FAILURES as error:
        raise _not_connected(error) from None


@contextmanager
def before_the_message() -> Iterator[None]:
    """MAIL and RCPT: whatever goes wrong, nothing was sent."""
    try:
        yield
    except SMTPResponseException as error:
        raise refused(error.code) from None
    except FAILURES:
        raise SubmissionRefused("smtp_broke_off") from None


@contextmanager
def with_the_message() -> Iterator[None]:
    """DATA: only an answer of the server says that it did not take the message (RFC 5321 section 4.2.5)."""
    try:
        yield
    except SMTPResponseException as error:
        if 400 <= error.code <= 599:
            raise refused(error.code) from None
        raise ProtocolBroken from None
    except SMTPTimeoutError:
        raise MailboxUnreachable("timeout") from None
    except FAILURES:
        raise MailboxUnreachable("connection_lost") from None


def refused(code: int) -> SubmissionRefused:
    """4xx may pass, 5xx will not."""
    return SubmissionRefused("smtp_busy" if 400 <= code <= 499 else "smtp_refused")


def _not_connected(error: BaseException) -> MailError:
    certificate = _certificate_trouble(error)
    if certificate is not None:
        return certificate
    if isinstance(error, SMTPAuthenticationError):
        return _login_refused(error)
    if isinstance(error, SMTPTimeoutError | TimeoutError):
        return MailboxUnreachable("timeout")
    if isinstance(error, SMTPResponseException):
        return ServerBusy() if 400 <= error.code <= 499 else ProtocolBroken("smtp_protocol_broken")
    if isinstance(error, SMTPConnectError | OSError | EOFError):
        return MailboxUnreachable("connection_lost")
    if isinstance(error, SMTPException) and "STARTTLS" in error.message:
        return CertificateRefused("starttls_missing")
    return ProtocolBroken("smtp_protocol_broken")


def _login_refused(error: SMTPAuthenticationError) -> MailError:
    """Servers say the same things here as over IMAP; a code of RFC 4954 section 6 that begins with 4 passes."""
    if 400 <= error.code <= 499:
        return ServerBusy()
    meant = login_refused(error.message)
    return LoginRefused("smtp_login_refused") if meant.code == LoginRefused.default else meant


def _certificate_trouble(error: BaseException | None) -> CertificateRefused | None:
    """The reason that TLS gave, which asyncio and aiosmtplib wrap."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return CertificateRefused(CERTIFICATE_CODES.get(error.verify_code))
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return CertificateRefused("tls_failed")
        error = error.__cause__
    return None
