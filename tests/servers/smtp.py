"""A submission server on loopback: notes every envelope, refuses or breaks off where a test asks for it.

Any user may log in with the password `pw`. What is accepted goes to `deliver`, if one is given.
"""

import ssl
from asyncio import WriteTransport
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.mail.imap_values import Endpoint, TlsMode
from tests.servers.accounts import free_port

Deliver = Callable[[str, bytes], None]


@dataclass(slots=True)
class Behaviour:
    """`refuse`: a step (`MAIL`, `RCPT`, `DATA`) and what is answered to it. `lose`: the connection breaks off at RCPT,
    or at DATA before or after the message was delivered."""

    refuse: dict[str, str] = field(default_factory=dict)
    lose: Literal["RCPT", "before", "after"] | None = None


class SubmissionServer:
    """`letters` are (sender, recipients, octets); `logins` counts those that worked."""

    password = "pw"

    def __init__(self, directory: Path, tls: TlsMode = TlsMode.NONE, *, deliver: Deliver | None = None) -> None:
        authority = trustme.CA()
        self.ca_file = directory / "submission-ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self.endpoint = Endpoint("127.0.0.1", free_port(), tls)
        self.behaviour = Behaviour()
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.logins = 0
        self._deliver = deliver
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.endpoint.port,
            authenticator=self._authenticate,
            auth_require_tls=False,
            **_protection(authority, tls),
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.behaviour.refuse.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.behaviour.lose == "RCPT":
            _break_off(server)
        envelope.rcpt_tos.append(address)
        return self.behaviour.refuse.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if "DATA" in self.behaviour.refuse:
            return self.behaviour.refuse["DATA"]
        if self.behaviour.lose == "before":
            _break_off(server)
            return "250 never read"
        assert isinstance(envelope.content, bytes)
        self.letters.append((envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        if self._deliver is not None:
            for recipient in envelope.rcpt_tos:
                self._deliver(recipient, envelope.content)
        if self.behaviour.lose == "after":
            _break_off(server)
        return "250 OK"

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        right = data.password == self.password.encode()
        self.logins += right
        return AuthResult(success=right, handled=False)


def _break_off(server: SMTP) -> None:
    assert isinstance(server.transport, WriteTransport)
    server.transport.abort()


def _protection(authority: trustme.CA, tls: TlsMode) -> dict[str, Any]:
    if tls is TlsMode.NONE:
        return {}
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    if tls is TlsMode.IMPLICIT:
        return {"ssl_context": context}
    return {"tls_context": context, "require_starttls": True}
