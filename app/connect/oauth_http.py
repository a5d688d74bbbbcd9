"""The one request that signing in needs: a form sent to a provider's token endpoint, and its small answer.

Over https only, to an address that was checked, within a time limit. Follows no redirect (RFC 9700 section 4.12).
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit

from authlib.oauth2.auth import ClientAuth

from app.mail.errors import AddressForbidden, CertificateRefused, MailError, ServerBusy, UnsafeArgument
from app.mail.imap_address import Resolver, allowed_addresses, resolve_host
from app.mail.imap_connect import dial
from app.mail.imap_tls import protected, tls_context
from app.mail.imap_values import ConnectPolicy, Endpoint, TlsMode
from app.mail.lifeline import Lifeline

PORT: Final = 443
LARGEST: Final = 64 * 1024  # octets
_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered, in the shape that Authlib reads."""

    status_code: int
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Raises ValueError."""
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        """Asked only where the answer is no JSON object."""
        raise ServerBusy("oauth_busy" if self.status_code < 300 else "oauth_misconfigured")


@dataclass(frozen=True, slots=True)
class TokenPost:
    """Authlib's session: it knows one method. `seconds` is the time for all of it."""

    policy: ConnectPolicy
    resolve: Resolver = resolve_host
    seconds: float = 15.0

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth) -> Answer:
        """Raises `ServerBusy`: `oauth_busy` passes by itself, `oauth_misconfigured` needs an administrator."""
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        lifeline = Lifeline()
        # A server that sends an octet now and then would never run into the time limit of a socket.
        watchdog = Timer(self.seconds, lifeline.cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            with _translated():
                answer = self._ask(urlsplit(url), sent, body, lifeline)
        finally:
            watchdog.cancel()
        if answer.status_code >= 500 or answer.status_code == _TOO_MANY:
            raise ServerBusy("oauth_busy")
        return answer

    def _ask(self, parts: SplitResult, headers: Mapping[str, str], body: str, lifeline: Lifeline) -> Answer:
        host, port = parts.hostname or "", parts.port or PORT
        if parts.scheme != "https" or "@" in parts.netloc:
            raise AddressForbidden
        # Where private hosts are allowed, an in-house server may use any port, as with mail.
        ports = None if self.policy.allow_private else frozenset({PORT})
        policy = ConnectPolicy(self.policy.allow_private, ports, self.policy.ca_file)
        addresses = allowed_addresses(Endpoint(host, port, TlsMode.IMPLICIT), policy, self.resolve)
        dialled = dial(addresses, port, self.seconds, lifeline)
        connection = HTTPConnection(host, port)
        with closing(connection):
            connection.sock = protected(dialled, host, tls_context(policy.ca_file), lifeline)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, {**headers, "Host": parts.netloc, "Connection": "close"})
            with connection.getresponse() as response:
                read = response.read(LARGEST + 1)
        if len(read) > LARGEST:
            raise ServerBusy("oauth_misconfigured")
        return Answer(response.status, read)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ServerBusy:
        raise
    except (AddressForbidden, CertificateRefused, UnsafeArgument):
        raise ServerBusy("oauth_misconfigured") from None
    except (MailError, OSError, HTTPException, ValueError):
        raise ServerBusy("oauth_busy") from None
