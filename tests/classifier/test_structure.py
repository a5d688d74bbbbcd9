"""What stands around the prose: headers, recipients, tracking."""

import pytest

from classifier import Sample
from classifier.own_text import own_text
from classifier.structure import Structure, read_structure
from tests.classifier.mails import mail

PIXEL = '<img src="https://t.example/o.gif?id=1" width="1" height="1">'


def structure(**fields: object) -> Structure:
    sample = mail("Guten Tag, hier ist etwas Text.", **fields)  # type: ignore[arg-type]  # as in `mail`
    return read_structure(sample, own_text(sample))


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-replied"},
        {"precedence": "list"},
        {"list-id": "<club.example>"},
        {"x-zuruf": "nudge"},
    ],
)
def test_mail_by_machines_and_lists_is_automatic(headers: dict[str, str]) -> None:
    assert structure(headers=headers).automatic


@pytest.mark.parametrize(
    "subject", ["Automatische Antwort: Termin", "Out of Office: Re: hello", "Abwesenheitsnotiz: Messe"]
)
def test_an_absence_note_is_automatic(subject: str) -> None:
    assert structure(subject=subject).automatic


def test_mail_by_a_person_is_not_automatic() -> None:
    assert not structure(headers={"auto-submitted": "no", "x-mailer": "Outlook"}).automatic


def test_mail_within_the_own_domain_is_internal() -> None:
    assert structure(recipients=("boris@keller-maschinen.example",)).internal
    assert not structure(recipients=("boris@keller-maschinen.example", "anna@lang.example")).internal


def test_two_customers_of_one_mail_provider_are_no_colleagues() -> None:
    assert not structure(sender="jonas@gmx.de", recipients=("anna@gmx.de",)).internal


@pytest.mark.parametrize(
    ("headers", "tool"),
    [
        ({"x-outreach-user": "1"}, "outreach"),
        ({"x-mailer": "Woodpecker 2"}, "woodpecker"),
        ({"x-mailer": "Thunderbird"}, None),
    ],
)
def test_a_sequence_tool_is_named(headers: dict[str, str], tool: str | None) -> None:
    assert structure(headers=headers).tool == tool


def test_a_tracking_pixel_is_counted_and_a_logo_is_not() -> None:
    assert structure(html=f"<p>Hallo</p>{PIXEL}").pixels == 1
    assert structure(html='<img src="https://keller.example/logo.png" width="180" height="40">').pixels == 0
    assert structure(html='<img src="cid:logo" width="1" height="1">').pixels == 0


def test_links_with_campaign_parameters_are_counted_once_each() -> None:
    link = '<a href="https://keller.example/?utm_source=mail">hier</a>'
    assert structure(html=f"{link}{link}<a href='https://keller.example/'>dort</a>").tracked_links == 1


def test_an_invitation_in_the_text_is_calendar_mail() -> None:
    sample = Sample("Besprechung", "When: Tuesday 5 pm\nWhere: Room 4\n\n*~*~*")
    assert read_structure(sample, own_text(sample)).calendar


def test_recipients_outside_are_counted() -> None:
    people = tuple(f"p{number}@lang.example" for number in range(12))
    assert structure(recipients=(*people, "boris@keller-maschinen.example"), hidden_recipients=5).outsiders == 12
