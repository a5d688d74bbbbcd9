"""Submits a letter to the rep's own address over SMTP (RFC 6409): one sender, one recipient, both the rep.

The same guard, pinned addresses and TLS as IMAP. Tells what was refused from what is in doubt; keeps no connection.
"""

import asyncio
from dataclasses import replace
from ipaddress import ip_address
from types import TracebackType
from typing import Final, Self

from aiosmtplib import SMTP
from aiosmtplib.response import SMTPResponse

from app.mail.errors import LoginRefused
from app.mail.imap_address import Resolver, allowed_addresses, host_name, resolve_host
from app.mail.imap_connect import dial
from app.mail.imap_strings import guarded
from app.mail.imap_tls import tls_context
from app.mail.imap_values import ConnectPolicy, Endpoint, Login, Timeouts, TlsMode
from app.mail.letter import insist_on_recipient
from app.mail.lifeline import Lifeline
from app.mail.smtp_answers import before_the_message, connecting, with_the_message

SUBMISSION_PORTS: Final = frozenset({465, 587})
# Whoever delivers has a claim of some minutes; all commands of a submission together must end within it.
DEFAULT_TIMEOUTS: Final = Timeouts(connect=10, read=30, answer=60)


class Submission:
    """A logged-in connection to a submission server, owned by one thread. Its methods raise `MailError` only."""

    def __init__(self, runner: asyncio.Runner, client: SMTP, timeouts: Timeouts) -> None:
        self._runner = runner
        self._client = client
        self._timeouts = timeouts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send_to_self(self, address: str, raw: bytes) -> None:
        """Hand over a letter of ours from `address` to `address`; returns once the server has taken it (250).

        Raises `UnsafeLetter` or `SubmissionRefused`, and then nothing was sent; after any other error it may have been.
        """
        insist_on_recipient(raw, address)
        with before_the_message():
            self._runner.run(self._client.mail(address))
            self._runner.run(self._client.rcpt(address))
        with with_the_message():
            self._runner.run(self._client.data(raw, timeout=self._timeouts.answer))

    def close(self) -> None:
        """Never raises, never waits for an answer, may be called twice."""
        _close(self._runner, self._client)


def open_submission(
    endpoint: Endpoint,
    login: Login,
    policy: ConnectPolicy,
    *,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    resolve: Resolver = resolve_host,
    lifeline: Lifeline | None = None,
) -> Submission:
    """Connect, protect and log in; sends nothing. Raises `MailError`.

    `policy.ports` are those of IMAP; where they are limited, only the two ports of submission are allowed here.
    """
    if policy.ports is not None:
        policy = replace(policy, ports=SUBMISSION_PORTS)
    addresses = allowed_addresses(endpoint, policy, resolve)
    name, password = guarded(login.username), guarded(login.password, "unsafe_password")
    context = tls_context(policy.ca_file)
    connected = dial(addresses, endpoint.port, timeouts.connect, lifeline or Lifeline())
    connected.setblocking(False)
    client = SMTP(
        hostname=host_name(endpoint.host),
        sock=connected,
        use_tls=endpoint.tls is TlsMode.IMPLICIT,
        # Wanted means needed: a server, or somebody in between, that offers no STARTTLS ends the connection.
        start_tls=endpoint.tls is TlsMode.STARTTLS,
        tls_context=context,
        timeout=timeouts.read,
        local_hostname=_literal(connected.getsockname()[0]),
    )
    runner = asyncio.Runner()
    try:
        with connecting():
            runner.run(_greet(client, name, password))
        return Submission(runner, client, timeouts)
    except BaseException:
        _close(runner, client)
        connected.close()
        raise


async def _greet(client: SMTP, name: str, password: str) -> SMTPResponse:
    await client.connect()
    if not client.supports_esmtp:
        await client.ehlo()
    # One method only: a wrong password that is tried with each of them locks accounts.
    if "plain" in client.server_auth_methods:
        return await client.auth_plain(name, password)
    if "login" in client.server_auth_methods:
        return await client.auth_login(name, password)
    raise LoginRefused("smtp_no_password_login")


def _close(runner: asyncio.Runner, client: SMTP) -> None:
    """Says QUIT without waiting for an answer; an orderly end of TLS would wait for the server's, too."""

    async def end() -> None:
        if client.protocol is not None and client.is_connected:
            client.protocol.write(b"QUIT\r\n")
        if isinstance(client.transport, asyncio.WriteTransport):
            client.transport.abort()
        client.close()
        await asyncio.sleep(0)  # the loop closes the socket in its next turn

    if not runner.get_loop().is_closed():
        runner.run(end())
    runner.close()


def _literal(address: str) -> str:
    """Our side of the connection as an address literal (RFC 5321 section 4.1.3): the machine's name is not told."""
    ip = ip_address(address.partition("%")[0])
    return f"[{ip}]" if ip.version == 4 else f"[IPv6:{ip}]"
