"""Reading a published file: what is in it, and what may not be in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.discovery.client_config import MOST_SERVERS, PublishedServer, published_servers
from app.discovery.errors import LookUpFailed

SERVER = (
    '<incomingServer type="imap"><hostname> imap.keller.example\n</hostname><port>993</port>'
    "<socketType>SSL</socketType><authentication>OAuth2</authentication>"
    "<authentication>password-cleartext</authentication><username>%EMAILADDRESS%</username></incomingServer>"
)
BOMB = (
    '<!DOCTYPE b [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><clientConfig><emailProvider>&a9;</emailProvider></clientConfig>"
)


def config(inside: str = SERVER, before: str = "") -> bytes:
    return f'{before}<clientConfig version="1.1"><emailProvider id="x">{inside}</emailProvider></clientConfig>'.encode()


def code_of(document: bytes) -> str:
    with pytest.raises(LookUpFailed) as failed:
        published_servers(document)
    return failed.value.code


def test_the_fields_of_a_server_are_read() -> None:
    (server,) = published_servers(config())
    assert server == PublishedServer(
        {
            "hostname": ["imap.keller.example"],
            "port": ["993"],
            "socketType": ["SSL"],
            "authentication": ["OAuth2", "password-cleartext"],
            "username": ["%EMAILADDRESS%"],
        }
    )
    assert server.first("displayName") == ""


def test_servers_of_other_kinds_and_in_other_places_are_left_out() -> None:
    pop = SERVER.replace("imap", "pop3")
    outgoing = SERVER.replace("incomingServer", "outgoingServer")
    deeper = f"<webMail>{SERVER}</webMail>"
    assert published_servers(config(pop + outgoing + deeper)) == []


@pytest.mark.parametrize(
    "document",
    [
        BOMB.encode(),
        config(before='<!DOCTYPE clientConfig SYSTEM "https://evil.example/x.dtd">'),
        config(before='<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'),
        config(before='<!DOCTYPE x [<!ENTITY % outside SYSTEM "https://evil.example/x"> %outside;]>'),
        config(before="<!DOCTYPE clientConfig>"),
        config("<a>" * 100 + "</a>" * 100),
        config(f'<incomingServer type="imap"><hostname>{"x" * 70_000}</hostname></incomingServer>'),
        config(SERVER * (MOST_SERVERS + 1)),
    ],
    ids=["billion laughs", "external DTD", "external entity", "parameter entity", "DTD", "deep", "long", "many"],
)
def test_what_such_a_file_never_needs_ends_the_reading(document: bytes) -> None:
    assert code_of(document) == "xml_forbidden"


@pytest.mark.parametrize(
    "document",
    [b"", b"not here", b"<clientConfig>", config("&nbsp;"), b"\xff\xfe<", b'<?xml version="1.0" encoding="nope"?><a/>'],
)
def test_what_is_no_xml_is_told_as_such(document: bytes) -> None:
    assert code_of(document) == "xml_broken"


def test_xml_of_another_kind_is_told_as_such() -> None:
    assert code_of(b"<html><clientConfig/></html>") == "no_client_config"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_file_in_another_encoding_is_read(encoding: str) -> None:
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{name}"?>' + config(f"<displayName>Grüße</displayName>{SERVER}").decode()
    assert len(published_servers(text.encode(encoding))) == 1


@given(st.binary(max_size=300))
def test_octets_lead_to_servers_or_to_a_code_and_to_nothing_else(noise: bytes) -> None:
    for document in (noise, config().replace(b"993", noise), config()[: len(noise)] + noise):
        assert outcome(document) in {"servers", "xml_broken", "xml_forbidden", "no_client_config"}


def outcome(document: bytes) -> str:
    try:
        published_servers(document)
    except LookUpFailed as failed:
        return failed.code
    return "servers"
