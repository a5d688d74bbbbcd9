"""What is proposed for a company's domain at each provider, and for the domains of the table."""

import pytest

from app.discovery import Discovery, Source, discover
from app.mail.providers import PROVIDERS
from tests.discovery.conftest import World
from tests.discovery.layouts import DOMAIN, LAYOUTS, Expected, Layout, published
from tests.discovery.private_web import Page


def build(world: World, layout: Layout) -> None:
    if layout.mx:
        world.dns.add(DOMAIN, "MX", *layout.mx)
    for service, rdata in layout.srv.items():
        world.dns.add(f"{service}.{DOMAIN}", "SRV", *rdata)
    for url, name in layout.pages.items():
        world.publish(url, Page(published(name)))


def told(found: Discovery) -> list[Expected]:
    return [(one.endpoint.host, one.endpoint.port, one.username, one.source) for one in found.proposals]


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_of_a_provider_leads_to_its_server(world: World, name: str) -> None:
    layout = LAYOUTS[name]
    build(world, layout)
    found = discover(DOMAIN, world.network)
    assert told(found) == list(layout.expected)
    assert (found.provider.name if found.provider else None) == layout.provider
    assert all(one.hints == layout.hints for one in found.proposals[:1])


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_of_a_provider_needs_no_ispdb(world: World, name: str) -> None:
    build(world, LAYOUTS[name])
    discover(DOMAIN, world.network)
    assert not [host for host, _, _ in world.web.requests if "thunderbird" in host]
    assert not [host for host, _ in world.dns.asked if "thunderbird" in host]


@pytest.mark.parametrize("name", ["Proton Mail", "Tuta"])
def test_a_provider_without_imap_is_named_with_the_reason(world: World, name: str) -> None:
    build(world, LAYOUTS[name])
    provider = discover(DOMAIN, world.network).provider
    assert provider is not None
    assert provider.barrier in {"bridge_only", "no_imap"}


@pytest.mark.parametrize("domain", sorted({one.domains.split()[0] for one in PROVIDERS if one.domains}))
def test_a_domain_of_the_table_is_answered_without_asking_anybody(world: World, domain: str) -> None:
    found = discover(domain, world.network, ask_ispdb=True)
    assert found.provider is not None
    assert [one.source for one in found.proposals] == ([Source.TABLE] if found.provider.host else [])
    assert (world.dns.asked, world.web.dialled) == ([], [])
