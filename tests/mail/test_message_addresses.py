"""Address lists as mail programs really write them."""

import pytest

from app.mail.message import read_message
from tests.mails import read_example


def read_to(value: str) -> list[tuple[str, str]]:
    return [(to.name, to.email) for to in read_message(f"To: {value}\n\ntext".encode()).to]


def test_every_kind_of_entry_is_read_in_order() -> None:
    message = read_example("recipients_of_all_kinds")
    assert [(to.name, to.email) for to in message.to] == [
        ("Weber, Anna", "anna.weber@weber.example"),
        ("Lang, Boris", "boris@lang.example"),
        ("", "carla@stein.example"),
        ("Ben Whitfield", "ben@whitfield.example"),
        ("Jürgen Müller", "j.mueller@mueller.example"),
        ("", "second@field.example"),
    ]


def test_groups_give_their_members_only() -> None:
    assert [cc.email for cc in read_example("recipients_of_all_kinds").cc] == ["dora@team.example", "emil@team.example"]


def test_entries_without_an_address_are_left_out() -> None:
    assert [(bcc.name, bcc.email) for bcc in read_example("recipients_of_all_kinds").bcc] == [
        ("", "frida@hidden.example"),
        ("", "anna.weber@weber.example"),
        ('Hugo "Hu" Hart', "hugo@hart.example"),
    ]


def test_recipients_are_each_address_once() -> None:
    emails = [recipient.email for recipient in read_example("recipients_of_all_kinds").recipients]
    assert len(emails) == len(set(emails)) == 10
    assert emails[0] == "anna.weber@weber.example"


def test_a_quote_that_is_never_closed_costs_nobody() -> None:
    assert [(to.name, to.email) for to in read_example("quote_never_closed").to] == [
        ("Anna", "anna@weber.example"),
        ("Boris", "boris@lang.example"),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=?utf-8?Q?Weber,_Anna?= <a@b.example>", [("Weber, Anna", "a@b.example")]),
        ('"=?utf-8?q?J=C3=B6rg?=" <a@b.example>', [("Jörg", "a@b.example")]),
        ("=?utf-8?q?eve@evil.example?= <a@b.example>", [("eve@evil.example", "a@b.example")]),
        ("=?utf-8?q?eve@evil.example?=", []),
        ("a@b.example (Anna (die Chefin))", [("die Chefin", "a@b.example")]),
        ("Anna Weber a@b.example", [("Anna Weber", "a@b.example")]),
        ("a@b.example c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("<@relay.example,@other.example:a@b.example>", [("", "a@b.example")]),
        ("'a@b.example' <A@B.Example>", [("", "a@b.example")]),
        ("\u200ba@b.example", [("", "a@b.example")]),
        ("jürgen@müller.example", [("", "jürgen@müller.example")]),
        ('"anna weber"@b.example, <"a b"@c.example>', [("", '"a b"@c.example')]),
        (";,:<><(", []),
    ],
)
def test_an_odd_entry_is_read_as_a_person_would(value: str, expected: list[tuple[str, str]]) -> None:
    assert read_to(value) == expected


def test_a_name_is_cut_at_two_hundred_characters() -> None:
    ((name, _),) = read_to(f"{'n' * 1000} <a@b.example>")
    assert len(name) == 200


def test_an_address_longer_than_mail_allows_is_left_out() -> None:
    assert read_to(f"{'a' * 400}@b.example, c@d.example") == [("", "c@d.example")]


def test_the_sender_field_stands_in_for_a_missing_from() -> None:
    sender = read_message(b"Sender: Jonas Keller <jonas@keller-maschinen.example>\n\n").sender
    assert sender is not None
    assert sender.email == "jonas@keller-maschinen.example"
