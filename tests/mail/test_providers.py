"""Tests of the table of mail providers."""

import pytest

from app.mail.imap import Endpoint, TlsMode
from app.mail.imap_address import host_name
from app.mail.providers import PROVIDERS, find_provider, find_provider_by_host, find_provider_by_mx


@pytest.mark.parametrize(
    ("address", "host", "login", "hints"),
    [
        ("jonas@gmx.de", "imap.gmx.net", "jonas@gmx.de", ("enable_imap",)),
        ("jonas@GMX.at", "imap.gmx.net", "jonas@GMX.at", ("enable_imap",)),
        ("jonas@gmx.com", "imap.gmx.com", "jonas@gmx.com", ("enable_imap",)),
        ("jonas.keller@web.de", "imap.web.de", "jonas.keller", ("enable_imap",)),
        ("jonas@t-online.de", "secureimap.t-online.de", "jonas@t-online.de", ("mail_password",)),
        ("jonas@googlemail.com", "imap.gmail.com", "jonas@googlemail.com", ("app_password",)),
        ("jonas@outlook.de", "outlook.office365.com", "jonas@outlook.de", ("oauth_only",)),
        ("jonas@live.com", "outlook.office365.com", "jonas@live.com", ("oauth_only",)),
        ("jonas@mac.com", "imap.mail.me.com", "jonas", ("app_password",)),
        ("jonas@yahoo.de", "imap.mail.yahoo.com", "jonas@yahoo.de", ("app_password",)),
        ("jonas@posteo.net", "posteo.de", "jonas@posteo.net", ()),
        ("jonas@mailbox.org", "imap.mailbox.org", "jonas@mailbox.org", ()),
        ("jonas@freenet.de", "mx.freenet.de", "jonas@freenet.de", ()),
        ("jonas@bluewin.ch", "imaps.bluewin.ch", "jonas@bluewin.ch", ()),
    ],
)
def test_a_known_domain_leads_to_its_server(address: str, host: str, login: str, hints: tuple[str, ...]) -> None:
    provider = find_provider(address)
    assert provider is not None
    assert provider.endpoint == Endpoint(host, 993, TlsMode.IMPLICIT)
    assert provider.login_name(address) == login
    assert provider.hints == hints


@pytest.mark.parametrize("address", ["jonas@keller-maschinen.example", "jonas", "", "@", "gmx.de@evil.example"])
def test_any_other_address_has_no_known_provider(address: str) -> None:
    assert find_provider(address) is None


def test_no_domain_has_two_providers() -> None:
    domains = [domain for provider in PROVIDERS for domain in provider.domains.split()]
    assert len(domains) == len(set(domains))
    assert all(domain == domain.lower() for domain in domains)


def test_every_server_is_a_host_and_every_link_is_https() -> None:
    for provider in PROVIDERS:
        assert not provider.host or host_name(provider.host) == provider.host
        assert provider.help_url is None or provider.help_url.startswith("https://")


@pytest.mark.parametrize(("address", "barrier"), [("a@proton.me", "bridge_only"), ("a@tuta.com", "no_imap")])
def test_a_provider_without_a_server_says_why(address: str, barrier: str) -> None:
    provider = find_provider(address)
    assert provider is not None
    assert (provider.host, provider.barrier) == ("", barrier)


@pytest.mark.parametrize(
    ("exchanger", "name"),
    [
        ("aspmx.l.google.com", "Gmail"),
        ("keller.mail.protection.outlook.com", "Microsoft 365"),
        ("x.olc.protection.outlook.com", "Outlook.com"),
        ("w0123456.kasserver.com", "ALL-INKL.COM"),
        ("notgoogle.com", None),
        ("google.com.evil.example", None),
        ("", None),
    ],
)
def test_a_mail_exchanger_belongs_to_its_provider(exchanger: str, name: str | None) -> None:
    provider = find_provider_by_mx(exchanger)
    assert (provider.name if provider else None) == name


def test_a_server_belongs_to_its_provider() -> None:
    provider = find_provider_by_host("imap.gmx.net")
    assert provider is not None
    assert provider.name == "GMX"
    assert find_provider_by_host("") is None
