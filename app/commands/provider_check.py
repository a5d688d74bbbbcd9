"""`zuruf check --provider`: how far a domain's mail server is reached, without any login.

What is printed may go into a ticket: no address, no name of a host or domain, and nothing that a server said but the
capabilities that are on the list below.
"""

import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import typer

from app.discovery import Discovery, LookUpFailed, Network, Proposal, discover
from app.mail.errors import MailError
from app.mail.imap_address import resolve_host
from app.mail.imap_connect import connect
from app.mail.imap_values import ConnectPolicy, Timeouts
from app.mail.lifeline import Lifeline

if TYPE_CHECKING:
    from app.main import Service

_TOLD: Final = (
    "IMAP4REV1", "IMAP4REV2", "IDLE", "UIDPLUS", "SPECIAL-USE", "CONDSTORE", "QRESYNC", "LITERAL+", "LOGINDISABLED",
    "SASL-IR", "AUTH=PLAIN", "AUTH=LOGIN", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER", "STARTTLS",
)  # fmt: skip
_SHORT: Final = Timeouts(connect=5.0, read=10.0, answer=20.0)


def check_provider(service: "Service", domain: str) -> bool:
    """Print what was found for a domain, or for the part of an address behind the @; True when a server answers."""
    network = Network(service.policy)
    try:
        found = discover(domain.rpartition("@")[2], network, service.settings.discovery == "ispdb")
    except LookUpFailed as error:
        typer.echo(f"look-up: {error.code}")
        return False
    for line in _told_of_look_up(found):
        typer.echo(line)
    # Whoever may run this command may reach the network anyway: private hosts are allowed.
    policy = ConnectPolicy(True, None, service.policy.ca_file)
    reached = [reaches(number, one, policy) for number, one in enumerate(found.proposals, start=1)]
    return any(reached)


def _told_of_look_up(found: Discovery) -> Iterator[str]:
    yield f"provider: {found.provider.name if found.provider else 'not in the table'}"
    if found.provider is not None and found.provider.hints:
        yield f"to know: {', '.join(found.provider.hints)}"
    for miss in found.misses:
        yield f"look-up by {miss.source.value}: {miss.code}"
    if not found.proposals:
        yield "server: none was found"


def reaches(number: int, proposal: Proposal, policy: ConnectPolicy) -> bool:
    """Connect and end before any login; print how that went."""
    endpoint = proposal.endpoint
    typer.echo(f"server {number}: by {proposal.source.value}, port {endpoint.port}, {endpoint.tls.value}")
    lifeline = Lifeline()
    try:
        transport = connect(endpoint, policy, _SHORT, resolve_host, lifeline)
    except MailError as error:
        typer.echo(f"server {number}: {error.code}")
        return False
    try:
        told = {str(word).upper() for word in transport.capabilities}
        protection = transport.sock.version() if isinstance(transport.sock, ssl.SSLSocket) else "none"
    finally:
        transport.shutdown()
    typer.echo(f"server {number}: answers; protection {protection}")
    typer.echo(f"server {number}: {' '.join(word for word in _TOLD if word in told) or 'no known capability'}")
    return True
