"""What discovery finds: proposals of IMAP servers for a person to look at. Connects to nothing."""

from dataclasses import dataclass
from enum import StrEnum

from app.mail.imap_values import Endpoint, TlsMode
from app.mail.providers import Provider, UsernameForm, find_provider_by_host


class Source(StrEnum):
    """Where a proposal comes from, the most trusted first."""

    TABLE = "table"
    AUTOCONFIG = "autoconfig"
    ISPDB = "ispdb"
    MX = "mx"
    MX_AUTOCONFIG = "mx_autoconfig"
    MX_ISPDB = "mx_ispdb"
    SRV = "srv"


@dataclass(frozen=True, slots=True)
class Offer:
    """A server as one source names it; `username` is None where the login name cannot be told from the address."""

    endpoint: Endpoint
    username: UsernameForm | None
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """An IMAP server that nobody has agreed to yet. `hints` are codes of `app.mail.providers`."""

    endpoint: Endpoint
    username: UsernameForm | None
    source: Source
    hints: tuple[str, ...]
    provider: Provider | None

    @classmethod
    def of(cls, offer: Offer, source: Source, provider: Provider | None = None) -> "Proposal":
        """The offer with what is known about its server, whoever named it."""
        known = provider or find_provider_by_host(offer.endpoint.host)
        hints = dict.fromkeys((*offer.hints, *(known.hints if known else ())))
        return cls(offer.endpoint, offer.username, source, tuple(hints), known)


@dataclass(frozen=True, slots=True)
class Miss:
    """A source that had no proposal, or dropped one; `code` is one of `LookUpFailed`."""

    source: Source
    code: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """All that was found for a domain: proposals with the best first, and why there are no more.

    `provider` is who runs the mail of the domain; it is known by name or by MX, and may serve no IMAP at all.
    """

    domain: str
    provider: Provider | None
    proposals: tuple[Proposal, ...]
    misses: tuple[Miss, ...]


def offer_of(provider: Provider, host: str, is_own_domain: bool = False) -> Offer:
    """What the table says of a provider, served on `host`.

    A login name that is the local part belongs to an address of the provider; the local part of a customer's own
    domain says nothing about it.
    """
    told = is_own_domain or provider.username is UsernameForm.ADDRESS
    return Offer(Endpoint(host, provider.port, provider.tls), provider.username if told else None, provider.hints)


def ranked(proposals: list[Proposal]) -> tuple[Proposal, ...]:
    """Each server once, as its most trusted source names it; with equal trust, TLS from the first byte (RFC 8314)."""
    order = list(Source)
    best: dict[Endpoint, Proposal] = {}
    for proposal in sorted(proposals, key=lambda one: (order.index(one.source), one.endpoint.tls != TlsMode.IMPLICIT)):
        best.setdefault(proposal.endpoint, proposal)
    return tuple(best.values())
