"""From an endpoint to a greeted, protected connection: address guard, dialling, TLS. Knows no name and no password."""

import socket
from collections.abc import Sequence

from app.mail.errors import CertificateRefused, MailboxUnreachable, ProtocolBroken
from app.mail.imap_address import Resolver, allowed_addresses, host_name
from app.mail.imap_answers import greeting_refused, translated
from app.mail.imap_tls import protected, tls_context
from app.mail.imap_transport import Transport
from app.mail.imap_values import ConnectPolicy, Endpoint, Timeouts, TlsMode
from app.mail.lifeline import Lifeline


def connect(
    endpoint: Endpoint, policy: ConnectPolicy, timeouts: Timeouts, resolve: Resolver, lifeline: Lifeline
) -> Transport:
    """A connection that is ready for the login; raises `MailError`."""
    addresses = allowed_addresses(endpoint, policy, resolve)
    host = host_name(endpoint.host)
    context = tls_context(policy.ca_file)
    connected = dial(addresses, endpoint.port, timeouts.connect, lifeline)
    if endpoint.tls is TlsMode.IMPLICIT:
        connected = protected(connected, host, context, lifeline)
    with translated(greeting_refused):
        transport = Transport(connected, host, timeouts)
    try:
        # RFC 3501 lets a server skip the login; with it, an attacker would skip STARTTLS (nostarttls.secvuln.info).
        if transport.state != "NONAUTH":
            raise ProtocolBroken("preauth_refused")
        if endpoint.tls is TlsMode.STARTTLS:
            with transport.asking(lambda _: CertificateRefused("starttls_missing")):
                transport.start_tls(context, lifeline)
    except BaseException:
        transport.shutdown()
        raise
    return transport


def dial(addresses: Sequence[str], port: int, seconds: float, lifeline: Lifeline) -> socket.socket:
    """A socket to the first address that answers. Closed, filtered and unroutable look the same to the caller, so that
    nobody scans ports with us."""
    for address in addresses:
        try:
            return _dial_one(address, port, seconds, lifeline)
        except OSError:
            continue
    raise MailboxUnreachable


def _dial_one(address: str, port: int, seconds: float, lifeline: Lifeline) -> socket.socket:
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        lifeline.hold(connection)
        connection.settimeout(seconds)
        connection.connect((address, port))
        _keep_alive(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _keep_alive(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
