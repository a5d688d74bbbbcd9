"""Guessing is slowed down, by network and by address."""

import pytest

from app.web.throttle import network_of
from tests.web.site import Site

SOMEBODY = {"address": "jonas@keller-maschinen.example", "password": "x"}


def tries(site: Site, path: str, count: int, *, address: str | None = None, client: str = "203.0.113.7") -> list[int]:
    """The statuses of so many attempts; without an address each is for another one."""
    browser = site.visitor((client, 1))
    values = [{**SOMEBODY, "address": address or f"rep{number}@keller-maschinen.example"} for number in range(count)]
    if path == "/sign-in":
        values = [{"address": value["address"]} for value in values]
    return [browser.post(path, data=value).status_code for value in values]


def test_one_address_can_be_tried_eight_times(site: Site) -> None:
    assert tries(site, "/connect", 9, address="jonas@keller-maschinen.example") == [422] * 8 + [429]


def test_another_network_cannot_go_on_with_the_address(site: Site) -> None:
    tries(site, "/connect", 8, address="jonas@keller-maschinen.example")
    assert tries(site, "/connect", 1, address=" JONAS@keller-maschinen.example", client="198.51.100.1") == [429]


def test_one_network_can_try_thirty_addresses(site: Site) -> None:
    assert tries(site, "/connect", 31) == [422] * 30 + [429]
    assert tries(site, "/connect", 1, client="198.51.100.1") == [422]


def test_links_are_asked_for_three_times(site: Site) -> None:
    assert tries(site, "/sign-in", 4, address="jonas@keller-maschinen.example") == [200] * 3 + [429]


def test_links_are_tried_thirty_times(site: Site) -> None:
    browser = site.visitor()
    assert [browser.post(f"/sign-in/{number}").status_code for number in range(31)] == [410] * 30 + [429]


def test_the_page_says_when_to_try_again(site: Site) -> None:
    tries(site, "/sign-in", 3, address="jonas@keller-maschinen.example")
    answer = site.visitor().post("/sign-in", data={"address": "jonas@keller-maschinen.example"})
    assert "You can try again at " in answer.text
    assert 0 < int(answer.headers["retry-after"]) <= 900


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_ipv6_subscriber_counts_as_one(host: str, network: str) -> None:
    assert network_of(host) == network
