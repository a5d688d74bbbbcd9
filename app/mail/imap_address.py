"""The address guard: which hosts and ports a connection may go to. Resolves a name once and checks every answer."""

import ipaddress
import socket
from collections.abc import Callable, Sequence

from app.mail.errors import AddressForbidden, MailboxUnreachable, UnsafeArgument
from app.mail.imap_strings import guarded
from app.mail.imap_values import ConnectPolicy, Endpoint, TlsMode

Resolver = Callable[[str, int], Sequence[str]]

LONGEST_HOST = 253
MOST_ADDRESSES = 4

# What `is_global` lets through in some Python versions, and forms that carry an IPv4 address inside an IPv6 one.
FORBIDDEN = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "224.0.0.0/4",  # multicast and, above it, reserved
        "240.0.0.0/4",
        "::/96",  # unspecified, loopback, IPv4-compatible
        "::ffff:0:0/96",  # IPv4-mapped
        "64:ff9b::/96",  # NAT64, RFC 6052
        "64:ff9b:1::/48",  # local-use NAT64, RFC 8215
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "fc00::/7",  # unique local, RFC 4193
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast
    )
)


def host_name(host: str) -> str:
    """The host in ASCII (IDNA); raises `UnsafeArgument` for what cannot be a host."""
    try:
        name = guarded(host, "unsafe_host").removesuffix(".").encode("idna").decode("ascii")
    except UnicodeError:
        raise UnsafeArgument("unsafe_host") from None
    if not name or len(name) > LONGEST_HOST or any(char in name for char in " /\\@%\"'"):
        raise UnsafeArgument("unsafe_host")
    return name


def resolve_host(host: str, port: int) -> list[str]:
    """All addresses of a host by the system's resolver; raises OSError where there are none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def allowed_addresses(endpoint: Endpoint, policy: ConnectPolicy, resolve: Resolver = resolve_host) -> list[str]:
    """The addresses to connect to, each of them checked; connecting to the *name* afterwards would resolve it anew.

    One forbidden address among several forbids the host. Raises `AddressForbidden`, `MailboxUnreachable` or
    `UnsafeArgument`.
    """
    host = host_name(endpoint.host)
    if policy.hosts is not None and host.casefold() not in policy.hosts:
        raise AddressForbidden("host_not_allowed")
    if policy.ports is not None and endpoint.port not in policy.ports:
        raise AddressForbidden("port_forbidden")
    try:
        addresses = list(dict.fromkeys(resolve(host, endpoint.port)))
    except (OSError, UnicodeError):
        raise MailboxUnreachable("name_unknown") from None
    if not addresses:
        raise MailboxUnreachable("name_unknown")
    if not policy.allow_private and policy.hosts is None and any(is_forbidden(address) for address in addresses):
        raise AddressForbidden
    if endpoint.tls is TlsMode.NONE and not all(ipaddress.ip_address(address).is_loopback for address in addresses):
        raise AddressForbidden("plaintext_forbidden")
    return addresses[:MOST_ADDRESSES]


def is_forbidden(address: str) -> bool:
    """Whether an IP address is anything but an ordinary public one."""
    ip = ipaddress.ip_address(address)
    return not ip.is_global or any(ip in network for network in FORBIDDEN)
