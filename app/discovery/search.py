"""Looks for the IMAP server of a domain at all sources, side by side, within about eight seconds."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from app.discovery.client_config import published_servers
from app.discovery.errors import LookUpFailed
from app.discovery.fetching import Network, fetch
from app.discovery.names import domains_of_exchanger, server_name
from app.discovery.offers import published_offer, srv_offer
from app.discovery.proposal import Discovery, Miss, Offer, Proposal, Source, offer_of, ranked
from app.mail.imap_values import TlsMode
from app.mail.providers import Provider, find_provider, find_provider_by_mx

AUTOCONFIG: Final = (
    "https://autoconfig.{}/mail/config-v1.1.xml",
    "https://{}/.well-known/autoconfig/mail/config-v1.1.xml",
)
ISPDB: Final = "https://autoconfig.thunderbird.net/v1.1/{}"
SERVICES: Final = {"_imaps._tcp": TlsMode.IMPLICIT, "_imap._tcp": TlsMode.STARTTLS}
MOST_EXCHANGER_DOMAINS: Final = 2
AT_ONCE: Final = 12

_Written = TypeVar("_Written")
_Taken = TypeVar("_Taken")


@dataclass(frozen=True, slots=True)
class _Found:
    """What one question brought: offers in their order, and codes for what was not there or not taken."""

    source: Source
    offers: Sequence[Offer]
    codes: Sequence[str] = ()
    provider: Provider | None = None


def discover(domain: str, network: Network, ask_ispdb: bool = False) -> Discovery:
    """Proposals for the domain of a mail address; the rest of the address is of no use here.

    A domain of the table is answered without any question to anybody. Otherwise the domain is told to its own servers
    and to the DNS, the domain of its mail exchanger to the servers of that, and both to the ISPDB where `ask_ispdb`
    allows it. Nobody logs in anywhere. Raises `LookUpFailed` for what is no domain.
    """
    name = server_name(domain)
    provider = find_provider(f"@{name}")
    if provider is not None:
        return _discovery(name, [_from_table(provider)])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        exchangers = pool.submit(_exchangers, name, network)
        own = _ask_published(pool, name, network, Source.AUTOCONFIG, Source.ISPDB if ask_ispdb else None)
        services = [pool.submit(_services, name, service, network) for service in SERVICES]
        found = _by_exchangers(pool, name, exchangers.result(), network, ask_ispdb)
        return _discovery(name, [*found, *(future.result() for future in (*own, *services))])


def _discovery(name: str, found: Sequence[_Found]) -> Discovery:
    proposals = [Proposal.of(offer, one.source, one.provider) for one in found for offer in one.offers]
    misses = dict.fromkeys(Miss(one.source, code) for one in found for code in one.codes)
    provider = next((one.provider for one in found if one.provider), None)
    return Discovery(name, provider, ranked(proposals), tuple(misses))


def _from_table(provider: Provider) -> _Found:
    if not provider.host:
        return _Found(Source.TABLE, (), ("not_offered",), provider)
    return _Found(Source.TABLE, (offer_of(provider, provider.host, is_own_domain=True),), (), provider)


def _ask_published(
    pool: ThreadPoolExecutor, name: str, network: Network, published: Source, ispdb: Source | None
) -> list[Future[_Found]]:
    questions = [(published, url) for url in AUTOCONFIG] + ([(ispdb, ISPDB)] if ispdb else [])
    return [pool.submit(_published, source, url.format(name), network) for source, url in questions]


def _by_exchangers(
    pool: ThreadPoolExecutor, name: str, exchangers: "_Exchangers", network: Network, ask_ispdb: bool
) -> list[_Found]:
    """What the table says of the mail exchangers, else what those publish that run them."""
    found = [exchangers.found]
    if found[0].offers or (found[0].provider and found[0].provider.barrier):
        return found
    domains = dict.fromkeys(domain for host in exchangers.hosts for domain in domains_of_exchanger(host))
    asked = [domain for domain in domains if domain != name][:MOST_EXCHANGER_DOMAINS]
    ispdb = Source.MX_ISPDB if ask_ispdb else None
    futures = [future for one in asked for future in _ask_published(pool, one, network, Source.MX_AUTOCONFIG, ispdb)]
    return found + [future.result() for future in futures]


@dataclass(frozen=True, slots=True)
class _Exchangers:
    hosts: Sequence[str]
    found: _Found


def _exchangers(name: str, network: Network) -> _Exchangers:
    try:
        written = network.records.exchangers(name)
    except LookUpFailed as error:
        return _Exchangers((), _Found(Source.MX, (), (error.code,)))
    hosts, codes = _taken(written, server_name)
    known = ((host, find_provider_by_mx(host)) for host in hosts)
    host, provider = next(((host, provider) for host, provider in known if provider), ("", None))
    if provider is None:
        return _Exchangers(hosts, _Found(Source.MX, (), codes))
    server = host if provider.mx_is_host else provider.host
    offers = [offer_of(provider, server)] if server else []
    return _Exchangers(hosts, _Found(Source.MX, offers, codes, provider))


def _published(source: Source, url: str, network: Network) -> _Found:
    try:
        servers = published_servers(fetch(url, network))
    except LookUpFailed as error:
        return _Found(source, (), (error.code,))
    return _Found(source, *_taken(servers, published_offer))


def _services(name: str, service: str, network: Network) -> _Found:
    try:
        records = network.records.services(f"{service}.{name}")
    except LookUpFailed as error:
        return _Found(Source.SRV, (), (error.code,))
    return _Found(Source.SRV, *_taken(records, lambda record: srv_offer(record, SERVICES[service])))


def _taken(written: Iterable[_Written], take: Callable[[_Written], _Taken]) -> tuple[list[_Taken], list[str]]:
    """What is taken of what was written, and codes for the rest; a source without anything gets one, too."""
    taken: list[_Taken] = []
    codes: list[str] = []
    for one in written:
        try:
            taken.append(take(one))
        except LookUpFailed as error:
            codes.append(error.code)
    return taken, codes or ([] if taken else ["not_offered"])
