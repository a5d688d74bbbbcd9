"""Tests of the address guard."""

import pytest

from app.mail.errors import AddressForbidden, MailboxUnreachable, UnsafeArgument
from app.mail.imap import ConnectPolicy, Endpoint, TlsMode
from app.mail.imap_address import allowed_addresses, host_name, is_forbidden

PUBLIC = ConnectPolicy(allow_private=False, ports=frozenset({993, 143}), ca_file=None)
ANYWHERE = ConnectPolicy(allow_private=True, ports=None, ca_file=None)
SERVER = Endpoint("imap.keller-maschinen.example", 993, TlsMode.IMPLICIT)


@pytest.mark.parametrize("address", ["8.8.8.8", "100.128.0.1", "172.32.0.1", "2a00:1450:4001:81b::2003"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert not is_forbidden(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "::1",  # loopback
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "fd12::1", "fec0::1",  # private
        "169.254.169.254", "fe80::1", "fe80::1%eth0",  # link-local, cloud metadata
        "100.64.0.1", "100.127.255.254",  # carrier-grade NAT
        "0.0.0.0", "::", "255.255.255.255", "240.0.0.1",  # noqa: S104 - judged here, not bound
        "224.0.0.1", "ff02::1",  # multicast
        "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",  # IPv4 inside IPv6
        "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:5ef5:79fb::1",  # NAT64, 6to4, Teredo
        "192.0.2.1", "198.18.0.1", "2001:db8::1",  # documentation, benchmarks
    ],
)  # fmt: skip
def test_any_other_address_is_forbidden(address: str) -> None:
    assert is_forbidden(address)


def test_one_forbidden_address_among_several_forbids_the_host() -> None:
    with pytest.raises(AddressForbidden):
        allowed_addresses(SERVER, PUBLIC, lambda *_: ["8.8.8.8", "10.0.0.1"])


def test_private_addresses_are_allowed_where_the_policy_says_so() -> None:
    assert allowed_addresses(SERVER, ANYWHERE, lambda *_: ["10.0.0.1"]) == ["10.0.0.1"]


def test_the_name_is_resolved_once_and_the_checked_addresses_are_returned() -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8", "8.8.8.8", "9.9.9.9"]

    assert allowed_addresses(SERVER, PUBLIC, resolve) == ["8.8.8.8", "9.9.9.9"]
    assert asked == ["imap.keller-maschinen.example"]


def test_a_port_outside_of_the_policy_is_forbidden_before_anything_is_resolved() -> None:
    with pytest.raises(AddressForbidden) as caught:
        allowed_addresses(Endpoint("localhost", 22, TlsMode.IMPLICIT), PUBLIC, lambda *_: pytest.fail("resolved"))
    assert caught.value.code == "port_forbidden"


@pytest.mark.parametrize("address", ["8.8.8.8", "10.0.0.1", "::ffff:8.8.8.8"])
def test_without_tls_only_this_machine_is_spoken_to(address: str) -> None:
    with pytest.raises(AddressForbidden) as caught:
        allowed_addresses(Endpoint("mail.example", 143, TlsMode.NONE), ANYWHERE, lambda *_: ["127.0.0.1", address])
    assert caught.value.code == "plaintext_forbidden"


def test_a_number_that_means_this_machine_is_recognised() -> None:
    with pytest.raises(AddressForbidden):
        allowed_addresses(Endpoint("0x7f.1", 993, TlsMode.IMPLICIT), PUBLIC)


def test_an_unknown_name_is_unreachable() -> None:
    with pytest.raises(MailboxUnreachable) as caught:
        allowed_addresses(Endpoint("nowhere.invalid", 993, TlsMode.IMPLICIT), PUBLIC)
    assert caught.value.code == "name_unknown"


@pytest.mark.parametrize(
    "host", ["", ".", "a..b", "a b", "a/b", "user@host", "a\r\nb", "a\0b", "x" * 64 + ".de", "a." * 130 + "de"]
)
def test_what_cannot_be_a_host_is_refused(host: str) -> None:
    with pytest.raises(UnsafeArgument) as caught:
        host_name(host)
    assert caught.value.code == "unsafe_host"


def test_an_umlaut_in_a_host_is_encoded_and_a_trailing_dot_dropped() -> None:
    assert host_name("imap.müller.example.") == "imap.xn--mller-kva.example"
