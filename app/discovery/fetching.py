"""Fetches one small document over https, from an address that was checked. Sends no cookie, no name and no secret."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from socket import socket
from threading import Timer
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from app.discovery.errors import LookUpFailed
from app.discovery.names import server_name
from app.discovery.records import Records
from app.mail.errors import MailError
from app.mail.imap_address import allowed_addresses
from app.mail.imap_connect import dial
from app.mail.imap_tls import protected, tls_context
from app.mail.imap_values import ConnectPolicy, Endpoint, TlsMode
from app.mail.lifeline import Lifeline

Dialler = Callable[[Sequence[str], int, float, Lifeline], socket]

LARGEST: Final = 256 * 1024  # octets
MOST_REDIRECTS: Final = 2
PORT: Final = 443
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Whatever it is called, it must be a clientConfig; a page that says "not found" with status 200 is not.
_TYPES: Final = frozenset({"", "text/xml", "application/xml", "text/plain", "application/octet-stream"})
_HEADERS: Final = {
    "Accept": "text/xml, application/xml",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "Zuruf",
}


@dataclass(frozen=True, slots=True)
class Network:
    """How strangers are reached: `seconds` is the time for one document, redirects included.

    Of `policy` counts whether private addresses are allowed, and which authorities are trusted.
    """

    policy: ConnectPolicy
    records: Records = field(default_factory=Records)
    dial: Dialler = dial
    seconds: float = 5.0


def fetch(url: str, network: Network) -> bytes:
    """At most `LARGEST` octets; raises `LookUpFailed`."""
    deadline = time.monotonic() + network.seconds
    lifeline = Lifeline()
    # A server that sends an octet now and then would never run into the time limit of a socket.
    watchdog = Timer(network.seconds, lifeline.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        body = _follow(url, network, lifeline)
    except (LookUpFailed, MailError) as error:
        raise LookUpFailed("timeout" if time.monotonic() >= deadline else error.code) from None
    finally:
        watchdog.cancel()
    if time.monotonic() >= deadline:
        raise LookUpFailed("timeout")
    return body


def _follow(url: str, network: Network, lifeline: Lifeline) -> bytes:
    parts = _allowed(url)
    for _ in range(MOST_REDIRECTS + 1):
        answer = _get(parts, network, lifeline)
        if isinstance(answer, bytes):
            return answer
        parts = _allowed(answer.location, parts.geturl())
    raise LookUpFailed("too_many_redirects")


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str


def _allowed(url: str, base: str = "") -> SplitResult:
    try:
        parts = urlsplit(urljoin(base, url))
        port = parts.port
    except ValueError:
        raise LookUpFailed("url_forbidden") from None
    if parts.scheme != "https" or port not in {None, PORT} or "@" in parts.netloc:
        raise LookUpFailed("url_forbidden")
    return parts


def _get(parts: SplitResult, network: Network, lifeline: Lifeline) -> "bytes | _Redirect":
    host = server_name(parts.hostname or "")
    connection = HTTPConnection(host)
    with closing(connection):
        connection.sock = _connected(host, network, lifeline)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("GET", target, headers={"Host": host, **_HEADERS})
            with connection.getresponse() as response:
                return _read(response)
        except TimeoutError:
            raise LookUpFailed("timeout") from None
        except OSError:
            raise LookUpFailed("connection_lost") from None
        except (HTTPException, ValueError):
            raise LookUpFailed("http_broken") from None


def _connected(host: str, network: Network, lifeline: Lifeline) -> socket:
    """The name is resolved once, here; the certificate must be for the name."""
    policy = ConnectPolicy(network.policy.allow_private, frozenset({PORT}), network.policy.ca_file)
    addresses = allowed_addresses(Endpoint(host, PORT, TlsMode.IMPLICIT), policy, network.records.addresses)
    connection = network.dial(addresses, PORT, network.seconds, lifeline)
    return protected(connection, host, tls_context(policy.ca_file), lifeline)


def _read(response: HTTPResponse) -> "bytes | _Redirect":
    if response.status in _REDIRECTS:
        return _Redirect(response.getheader("Location", ""))
    if response.status != 200:
        raise LookUpFailed("not_there")
    media_type = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    is_packed = response.getheader("Content-Encoding", "identity").lower() != "identity"
    if is_packed or not (media_type in _TYPES or media_type.endswith("+xml")):
        raise LookUpFailed("wrong_content_type")
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise LookUpFailed("too_large")
    if response.length:
        raise LookUpFailed("http_broken")
    return body
