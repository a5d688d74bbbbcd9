"""A private world: a DNS server, a web server, and the network that leads to both with the guard fully on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.discovery import Network
from app.mail.imap_values import ConnectPolicy
from tests.discovery.private_dns import PrivateDns
from tests.discovery.private_web import Page, PrivateWeb

PUBLIC = "93.184.215.14"


@dataclass(frozen=True, slots=True)
class World:
    dns: PrivateDns
    web: PrivateWeb
    network: Network

    def publish(self, url: str, page: Page) -> str:
        """Serve a page, under a name that leads to a public address; hands the URL back."""
        self.dns.add(url.split("/")[2], "A", PUBLIC)
        self.web.pages[url] = page
        return url

    def hurried(self) -> Network:
        """A network with little patience, for servers that are slow on purpose."""
        return replace(self.network, seconds=0.7)


@pytest.fixture(scope="session")
def private_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateWeb]:
    ca_file: Path = tmp_path_factory.mktemp("authority") / "ca.pem"
    with PrivateWeb(ca_file) as web:
        yield web


@pytest.fixture
def world(private_web: PrivateWeb) -> Iterator[World]:
    private_web.clear()
    policy = ConnectPolicy(allow_private=False, ports=frozenset({993, 143}), ca_file=private_web.ca_file)
    with PrivateDns() as dns:
        yield World(dns, private_web, Network(policy, dns.records(), private_web.dial, seconds=60))
