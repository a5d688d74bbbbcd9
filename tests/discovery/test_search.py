"""The sources side by side: their order, what each is told, and how each may fail."""

import pytest

from app.discovery import LookUpFailed, Miss, Source, discover
from app.mail.imap_values import Endpoint, TlsMode
from tests.discovery.conftest import PUBLIC, World
from tests.discovery.layouts import AUTOCONFIG, DOMAIN, ISPDB, WELL_KNOWN, published
from tests.discovery.private_web import Page
from tests.discovery.test_client_config import BOMB
from tests.discovery.test_fetching import drip

MAILCOW = Endpoint("mail.hosting.example", 993, TlsMode.IMPLICIT)
XML = """<clientConfig><emailProvider><incomingServer type="imap"><hostname>{}</hostname><port>{}</port>
<socketType>{}</socketType><username>%EMAILADDRESS%</username><authentication>{}</authentication></incomingServer>
</emailProvider></clientConfig>"""


def offer(host: str = "imap.a.example", port: str = "993", tls: str = "SSL", login: str = "password-cleartext") -> Page:
    return Page(XML.format(host, port, tls, login).encode())


def sources(world: World, ask_ispdb: bool = True) -> list[tuple[str, Source]]:
    found = discover(DOMAIN, world.network, ask_ispdb)
    return [(one.endpoint.host, one.source) for one in found.proposals]


def test_every_source_has_its_place_in_the_order(world: World) -> None:
    world.dns.add(DOMAIN, "MX", "10 mx.provider.example.")
    world.dns.add(f"_imaps._tcp.{DOMAIN}", "SRV", "0 0 993 srv.a.example.")
    world.publish(ISPDB.format("provider.example"), offer("ispdb-mx.a.example"))
    world.publish(WELL_KNOWN.format("provider.example"), offer("mx.a.example"))
    world.publish(ISPDB.format(DOMAIN), offer("ispdb.a.example"))
    world.publish(WELL_KNOWN.format(DOMAIN), offer("second.a.example"))
    world.publish(AUTOCONFIG.format(DOMAIN), offer("first.a.example"))
    assert sources(world) == [
        ("first.a.example", Source.AUTOCONFIG),
        ("second.a.example", Source.AUTOCONFIG),
        ("ispdb.a.example", Source.ISPDB),
        ("mx.a.example", Source.MX_AUTOCONFIG),
        ("ispdb-mx.a.example", Source.MX_ISPDB),
        ("srv.a.example", Source.SRV),
    ]


def test_the_ispdb_is_asked_only_where_it_is_switched_on(world: World) -> None:
    world.publish(ISPDB.format(DOMAIN), Page(published("mailcow")))
    assert sources(world, ask_ispdb=False) == []
    assert world.web.requests == []
    assert sources(world) == [("mail.hosting.example", Source.ISPDB)] * 2


def test_a_server_that_several_sources_name_is_proposed_once(world: World) -> None:
    world.publish(AUTOCONFIG.format(DOMAIN), offer())
    world.publish(WELL_KNOWN.format(DOMAIN), offer())
    world.dns.add(f"_imaps._tcp.{DOMAIN}", "SRV", "0 0 993 IMAP.a.example.")
    assert sources(world) == [("imap.a.example", Source.AUTOCONFIG)]


def test_a_published_server_of_a_known_provider_brings_its_hints(world: World) -> None:
    world.publish(AUTOCONFIG.format(DOMAIN), offer("imap.gmail.com"))
    (proposal,) = discover(DOMAIN, world.network).proposals
    assert proposal.hints == ("app_password",)
    assert proposal.provider is not None


def test_a_domain_with_umlauts_is_asked_for_in_ascii(world: World) -> None:
    world.publish(AUTOCONFIG.format("xn--mller-kva.example"), offer())
    assert discover("Müller.example", world.network).domain == "xn--mller-kva.example"
    assert len(world.web.requests) == 1


@pytest.mark.parametrize(
    "domain", ["", "localhost", "127.0.0.1", "a..example", "x@evil.example", "a.example/b", "a\n.b"]
)
def test_what_is_no_domain_leads_to_no_question(world: World, domain: str) -> None:
    with pytest.raises(LookUpFailed, match="host_invalid"):
        discover(domain, world.network)
    assert (world.dns.asked, world.web.dialled) == ([], [])


def test_a_domain_that_does_not_exist_leaves_a_code_for_each_source(world: World) -> None:
    found = discover(DOMAIN, world.network, ask_ispdb=True)
    assert found.proposals == ()
    assert set(found.misses) == {
        Miss(Source.AUTOCONFIG, "name_unknown"),
        Miss(Source.ISPDB, "name_unknown"),
        Miss(Source.MX, "no_record"),
        Miss(Source.SRV, "no_record"),
    }


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (offer(tls="plain", port="143"), "plaintext_offered"),
        (offer(tls="plain", port="993"), "plaintext_offered"),
        (offer(tls="", port="993"), "plaintext_offered"),
        (offer(tls="STARTTLS", port="993"), "port_forbidden"),
        (offer(port="143"), "port_forbidden"),
        (offer(port="22"), "port_forbidden"),
        (offer(port="0993"), "port_forbidden"),
        (offer(port="٩٩٣"), "port_forbidden"),
        (offer(host="10.0.0.5"), "host_invalid"),
        (offer(host="[::1]"), "host_invalid"),
        (offer(host="mail"), "host_invalid"),
        (offer(host=""), "host_invalid"),
        (offer(host="imap.a.example&#10;A LOGOUT"), "host_invalid"),
        (offer(host="imap.a.example&#127;"), "host_invalid"),
        (offer(host="imap.a.example&#x202e;"), "host_invalid"),
        (offer(host="https://a.example"), "host_invalid"),
        (offer(host="%EMAILDOMAIN%"), "host_invalid"),
        (offer(host="-imap.a.example"), "host_invalid"),
        (offer(login="GSSAPI"), "login_unknown"),
        (Page(BOMB.encode()), "xml_forbidden"),
        (Page(b"<html><body>Not found</body></html>"), "no_client_config"),
        (Page(b"<clientConfig/>"), "not_offered"),
    ],
)
def test_an_offer_that_is_not_to_be_made_is_dropped_with_a_code(world: World, page: Page, code: str) -> None:
    world.publish(AUTOCONFIG.format(DOMAIN), page)
    found = discover(DOMAIN, world.network)
    assert found.proposals == ()
    assert Miss(Source.AUTOCONFIG, code) in found.misses


def test_a_bad_offer_beside_a_good_one_leaves_the_good_one(world: World) -> None:
    world.publish(AUTOCONFIG.format(DOMAIN), Page(published("panel")))
    found = discover(DOMAIN, world.network)
    assert [one.endpoint.port for one in found.proposals] == [993]
    assert Miss(Source.AUTOCONFIG, "plaintext_offered") in found.misses


def test_mixed_records_leave_what_is_sound_among_them(world: World) -> None:
    world.dns.add(DOMAIN, "MX", "1 10.0.0.5.", "2 mx\\010.evil.example.", "5 localhost.", "10 mx.hosting.example.")
    world.dns.add(
        f"_imaps._tcp.{DOMAIN}",
        "SRV",
        "0 0 993 ima\\000p.a.example.",
        "1 0 22 imap.b.example.",
        "2 0 993 127.0.0.1.",
        "3 1 993 low.c.example.",
        "3 9 993 high.c.example.",
    )
    world.publish(AUTOCONFIG.format("hosting.example"), Page(published("mailcow")))
    found = discover(DOMAIN, world.network)
    assert [one.endpoint.host for one in found.proposals if one.endpoint.port == 993] == [
        "mail.hosting.example",
        "high.c.example",
        "low.c.example",
    ]
    assert {Miss(Source.MX, "host_invalid"), Miss(Source.SRV, "host_invalid"), Miss(Source.SRV, "port_forbidden")} <= {
        *found.misses
    }


def test_a_domain_without_mail_and_services_is_told_as_such(world: World) -> None:
    world.dns.add(DOMAIN, "MX", "0 .")
    world.dns.add(f"_imaps._tcp.{DOMAIN}", "SRV", "0 0 0 .")
    misses = discover(DOMAIN, world.network).misses
    assert {Miss(Source.MX, "not_offered"), Miss(Source.SRV, "not_offered")} <= set(misses)


def test_very_many_exchangers_lead_to_few_questions(world: World) -> None:
    world.dns.add(DOMAIN, "MX", *(f"{n} mx.host{n}.example." for n in range(1, 13)))
    discover(DOMAIN, world.network)
    asked = {name for name, kind in world.dns.asked if kind in {"A", "AAAA"}}
    assert asked == {
        f"autoconfig.{DOMAIN}", DOMAIN,
        "autoconfig.host1.example", "host1.example", "autoconfig.host2.example", "host2.example",
    }  # fmt: skip


def test_private_addresses_of_the_domain_are_not_asked(world: World) -> None:
    world.dns.add(f"autoconfig.{DOMAIN}", "A", "10.0.0.5")
    world.dns.add(DOMAIN, "A", PUBLIC, "192.168.1.1")
    assert Miss(Source.AUTOCONFIG, "address_forbidden") in discover(DOMAIN, world.network).misses
    assert world.web.dialled == []


def test_a_silent_dns_ends_in_codes(world: World) -> None:
    world.dns.is_silent = True
    misses = discover(DOMAIN, world.network).misses
    assert Miss(Source.MX, "dns_timeout") in misses
    assert Miss(Source.AUTOCONFIG, "name_unknown") in misses


def test_a_slow_source_leaves_the_others_their_say(world: World) -> None:
    world.publish(AUTOCONFIG.format(DOMAIN), Page(lambda handler: drip(handler, b"HTTP/1.1 200 OK\r\n")))
    world.dns.add(f"_imaps._tcp.{DOMAIN}", "SRV", "0 0 993 imap.a.example.")
    found = discover(DOMAIN, world.hurried())
    assert [one.source for one in found.proposals] == [Source.SRV]
    assert Miss(Source.AUTOCONFIG, "timeout") in found.misses
