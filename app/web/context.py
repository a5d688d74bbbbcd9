"""What the pages are handed: the database, the clock, the address they are served at. Knows no settings and no demo."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from app.connect.admission import Admission
from app.connect.oauth_flow import SignIns
from app.discovery import Discovery
from app.mail.imap import ConnectPolicy
from app.metrics import Metrics
from app.store.engine import Database
from app.store.keys import Keys
from app.texts import Language
from classifier import Phrase, Sample


class DemoAccount(Protocol):
    """How a fresh demo mailbox is reached; always on loopback and without TLS."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def address(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...


class DemoInboxMail(Protocol):
    """One mail of the invented rep's inbox; `text` is for reading, `at` is aware UTC."""

    @property
    def subject(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def text(self) -> str: ...
    @property
    def is_nudge(self) -> bool: ...


class DemoDesk(Protocol):
    """The embedded demo server, seen from a page."""

    def open(self, language: Language) -> DemoAccount: ...
    def send_personal(self, address: str) -> None: ...
    def send_template(self, address: str, people: int = 5) -> None: ...
    def inbox(self, address: str, limit: int = 20) -> Sequence[DemoInboxMail]: ...
    def close(self, address: str) -> None: ...


Explain = Callable[[Sample], tuple[Phrase, ...]]


@dataclass(frozen=True, slots=True)
class Web:
    """Everything that a page may use. `public_url` has no trailing slash.

    `discover` proposes servers for a domain; None: nobody is asked. `sign_ins` take the place of passwords where a
    provider wants that. `explain` finds the turns of phrase that count. `instance_figure`: the
    operator may ask for the one figure of the whole installation.
    """

    database: Database
    keys: Keys
    clock: Callable[[], datetime]
    public_url: str
    loopback_only: bool
    policy: ConnectPolicy
    default_rules: Mapping[str, Any]
    demo: DemoDesk | None
    is_ready: Callable[[], bool]
    version: str
    retention_days: int = 90
    metrics: Metrics = field(default_factory=Metrics)
    metrics_token: str = field(default="", repr=False)
    discover: Callable[[str], Discovery] | None = None
    sign_ins: SignIns | None = None
    explain: Explain | None = None
    admission: Admission = field(default_factory=Admission)
    instance_figure: bool = False

    @property
    def is_https(self) -> bool:
        return urlsplit(self.public_url).scheme == "https"

    @property
    def public_host(self) -> str | None:
        """The name that the page is served under, lower-case and without port."""
        return urlsplit(self.public_url).hostname


def web_of(connection: HTTPConnection) -> Web:
    """The `Web` that this application was made with."""
    web = connection.app.state.web
    if not isinstance(web, Web):
        raise TypeError("the application was not made by create_app")
    return web
