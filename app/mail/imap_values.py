"""The plain values that go into and come out of an IMAP session. Knows no network."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from app.mail.message import MailMessage


class TlsMode(StrEnum):
    """How a connection is protected; `none` is for loopback addresses only."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a mailbox is served: a host name (or IP address), a port and how it is protected."""

    host: str
    port: int
    tls: TlsMode


@dataclass(frozen=True, slots=True)
class Login:
    """Name and password of a mailbox."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """Name of a mailbox and an OAuth 2 access token for it."""

    username: str = field(repr=False)
    token: str = field(repr=False)


class AccessTokens(Protocol):
    """Gives the access tokens of stored mailboxes."""

    def access_token(self, mailbox_id: UUID, refused: str | None = None) -> str:
        """A token that should work now, and another one than the `refused`. Raises `MailError`."""


@dataclass(frozen=True, slots=True)
class ConnectPolicy:
    """Where connections may go: `ports` None means any; `ca_file` is trusted beside the system's certificates.

    `hosts` are the only mail servers there are, in-house ones among them, by their ASCII names; None: any public one.
    `tokens` opens mailboxes that have no password; None: nobody signs in by OAuth here.
    """

    allow_private: bool
    ports: frozenset[int] | None
    ca_file: Path | None
    tokens: AccessTokens | None = field(default=None, compare=False, repr=False)
    hosts: frozenset[str] | None = None

    @property
    def any_host(self) -> bool:
        """Whether nothing is refused but ports."""
        return self.allow_private and self.hosts is None


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect (each address), to wait for the next bytes, and for one whole answer."""

    connect: float = 10.0
    read: float = 30.0
    answer: float = 300.0


DEFAULT_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the mailbox: `name` is the server's, decoded from modified UTF-7; `flags` such as `\\Sent`."""

    name: str
    flags: frozenset[str]
    delimiter: str | None


@dataclass(frozen=True, slots=True)
class FolderState:
    """An opened folder; UIDs mean something only together with `uidvalidity`."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message read from the server: when it was filed (aware, UTC), its size in octets, and its value."""

    uid: int
    internal_date: datetime
    size: int
    message: MailMessage


@dataclass(frozen=True, slots=True)
class Unfetchable:
    """A message that exists but could not be read; `reason` is a short code."""

    uid: int
    reason: str


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the server put an appended message (RFC 4315 APPENDUID); both None where it does not tell."""

    uidvalidity: int | None
    uid: int | None
