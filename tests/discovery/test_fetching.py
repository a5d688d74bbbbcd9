"""Fetching a published file from servers that mean harm, or know no better."""

import time
from http.server import BaseHTTPRequestHandler

import pytest

from app.discovery.errors import LookUpFailed
from app.discovery.fetching import LARGEST, fetch
from app.mail.imap_address import MOST_ADDRESSES
from tests.discovery.conftest import PUBLIC, World
from tests.discovery.private_web import Page

URL = "https://autoconfig.keller-maschinen.example/mail/config-v1.1.xml"
TARGET = "https://config.provider.example/shared.xml"


def refused(world: World, url: str = URL) -> str:
    with pytest.raises(LookUpFailed) as failed:
        fetch(url, world.network)
    return failed.value.code


def redirect(target: str, status: int = 302) -> Page:
    return Page(b"", status, {"Location": target})


def test_a_document_is_fetched_from_the_address_that_was_checked(world: World) -> None:
    world.publish(URL, Page(b"<clientConfig/>"))
    assert fetch(URL, world.network) == b"<clientConfig/>"
    assert world.web.dialled == [((PUBLIC,), 443)]
    assert [name for name, _ in world.dns.asked].count("autoconfig.keller-maschinen.example") == 2  # A and AAAA


def test_the_request_tells_nothing_but_the_name(world: World) -> None:
    fetch(world.publish(URL, Page(b"x")), world.network)
    ((host, path, headers),) = world.web.requests
    assert (host, path) == ("autoconfig.keller-maschinen.example", "/mail/config-v1.1.xml")
    assert set(headers) == {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_https_address_is_followed(world: World, status: int) -> None:
    world.publish(URL, redirect(TARGET, status))
    world.publish(TARGET, Page(b"shared"))
    assert fetch(URL, world.network) == b"shared"


def test_a_relative_redirect_stays_at_its_host(world: World) -> None:
    world.publish(URL, redirect("/elsewhere.xml?a=b"))
    world.publish("https://autoconfig.keller-maschinen.example/elsewhere.xml?a=b", Page(b"moved"))
    assert fetch(URL, world.network) == b"moved"


def test_a_third_redirect_is_not_followed(world: World) -> None:
    world.publish(URL, redirect(URL))
    assert refused(world) == "too_many_redirects"
    assert len(world.web.requests) == 3


@pytest.mark.parametrize(
    "target",
    [
        "http://config.provider.example/shared.xml",
        "https://config.provider.example:8443/shared.xml",
        "https://jonas@config.provider.example/shared.xml",
        "https://config.provider.example:99999/",
        "https://[config/",
        "file:///etc/passwd",
        "ftp://config.provider.example/",
    ],
)
def test_a_redirect_to_anything_but_plain_https_is_refused(world: World, target: str) -> None:
    world.publish(URL, redirect(target))
    world.publish(TARGET, Page(b"shared"))
    assert refused(world) == "url_forbidden"
    assert len(world.web.dialled) == 1


@pytest.mark.parametrize("target", ["https://127.0.0.1/", "https://[::1]/", "https://localhost/"])
def test_a_redirect_to_what_is_no_full_name_is_refused(world: World, target: str) -> None:
    world.publish(URL, redirect(target))
    assert refused(world) == "host_invalid"
    assert len(world.web.dialled) == 1


@pytest.mark.parametrize("address", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "100.64.0.1", "192.168.1.1"])
def test_a_redirect_into_a_private_network_is_refused(world: World, address: str) -> None:
    world.publish(URL, redirect("https://intranet.keller-maschinen.example/"))
    world.dns.add("intranet.keller-maschinen.example", "A", address)
    assert refused(world) == "address_forbidden"
    assert world.web.dialled == [((PUBLIC,), 443)]


def test_one_private_address_among_public_ones_forbids_the_name(world: World) -> None:
    world.dns.add("autoconfig.keller-maschinen.example", "A", PUBLIC, "10.0.0.5")
    assert refused(world) == "address_forbidden"
    assert world.web.dialled == []


def test_a_private_ipv6_address_beside_a_public_one_forbids_the_name(world: World) -> None:
    world.publish(URL, Page(b"x"))
    world.dns.add("autoconfig.keller-maschinen.example", "AAAA", "fd12::1")
    assert refused(world) == "address_forbidden"


def test_a_name_that_turns_private_is_checked_again_after_a_redirect(world: World) -> None:
    world.publish(URL, redirect(URL))
    world.dns.add("autoconfig.keller-maschinen.example", "A", "10.0.0.5")
    assert refused(world) == "address_forbidden"
    assert world.web.dialled == [((PUBLIC,), 443)]


def test_of_very_many_addresses_a_few_are_tried(world: World) -> None:
    world.dns.add("autoconfig.keller-maschinen.example", "A", *(f"93.184.215.{last}" for last in range(1, 21)))
    refused(world)
    assert [len(addresses) for addresses, _ in world.web.dialled] == [MOST_ADDRESSES]


def test_a_certificate_of_an_unknown_authority_ends_it(world: World) -> None:
    world.publish(URL, Page(b"x"))
    world.web.untrusted.add("autoconfig.keller-maschinen.example")
    assert refused(world) == "certificate_untrusted"
    assert world.web.requests == []


def test_the_largest_document_is_taken_and_one_octet_more_is_not(world: World) -> None:
    world.publish(URL, Page(b"x" * LARGEST))
    assert len(fetch(URL, world.network)) == LARGEST
    world.publish(URL, Page(b"x" * (LARGEST + 1)))
    assert refused(world) == "too_large"


def test_ten_megabytes_are_not_read(world: World) -> None:
    written = 0

    def pour(handler: BaseHTTPRequestHandler) -> None:
        nonlocal written
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        for _ in range(160):
            handler.wfile.write(b"x" * 65_536)
            written += 65_536

    world.publish(URL, Page(pour))
    assert refused(world) == "too_large"
    assert written < 10 * 1024 * 1024


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html; charset=utf-8"},
        {"Content-Type": "image/png"},
        {"Content-Type": "text/xml", "Content-Encoding": "gzip"},
    ],
)
def test_what_is_no_plain_xml_is_refused(world: World, headers: dict[str, str]) -> None:
    world.publish(URL, Page(b"<clientConfig/>", headers=headers))
    assert refused(world) == "wrong_content_type"


@pytest.mark.parametrize("kind", ["text/xml", "APPLICATION/XML", "application/autoconfig+xml", "text/plain"])
def test_the_types_that_servers_give_to_such_files_are_taken(world: World, kind: str) -> None:
    world.publish(URL, Page(b"x", headers={"Content-Type": kind}))
    assert fetch(URL, world.network) == b"x"


@pytest.mark.parametrize("status", [204, 304, 401, 403, 404, 410, 500, 503])
def test_any_other_status_is_no_document(world: World, status: int) -> None:
    world.publish(URL, Page(b"", status))
    assert refused(world) == "not_there"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"220 smtp.example ESMTP\r\n", "http_broken"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "http_broken"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", "http_broken"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "http_broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "http_broken"),
        (b"", "connection_lost"),
    ],
)
def test_a_server_that_does_not_speak_http_is_left(world: World, said: bytes, code: str) -> None:
    def speak(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(said)

    world.publish(URL, Page(speak))
    assert refused(world) == code


def drip(handler: BaseHTTPRequestHandler, first: bytes) -> None:
    handler.wfile.write(first)
    for _ in range(600):
        handler.wfile.write(b"x")
        time.sleep(0.1)


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"]
)
def test_a_server_that_drips_is_left_when_its_time_is_over(world: World, first: bytes) -> None:
    world.publish(URL, Page(lambda handler: drip(handler, first)))
    with pytest.raises(LookUpFailed, match="timeout"):
        fetch(URL, world.hurried())


def test_an_unknown_name_is_told_as_such(world: World) -> None:
    assert refused(world) == "name_unknown"
