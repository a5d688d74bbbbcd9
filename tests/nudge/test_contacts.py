"""Whom to call: out of real mails from the people of a burst."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.message import MailMessage, read_message
from app.nudge.contacts import (
    CallReason,
    CallSuggestion,
    CorrespondentFacts,
    NextStep,
    next_step,
    one_each,
    suggest_calls,
)
from app.nudge.phone_labels import NumberKind
from app.nudge.private_addresses import looks_private
from app.nudge.roles import deciding_role
from app.nudge.talking_points import LONGEST_SUBJECT, talking_point

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
SIGNATURE = "Passt gut.\n\nViele Grüße\nAnna Weber\nTel. 089 99998123"


def mail(days_ago: float, text: str = "Danke!", subject: str = "Angebot", **fields: str) -> MailMessage:
    """A mail from Anna Weber as bytes read anew; further header fields with underscores for hyphens."""
    date = NOW - timedelta(days=days_ago)
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    head = (
        f"From: Anna Weber <anna@weber.example>\r\nTo: jonas@keller-maschinen.example\r\nSubject: {subject}\r\n{more}"
    )
    plain = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return read_message(f"{head}{plain}Date: {date:%a, %d %b %Y %H:%M:%S +0000}\r\n\r\n{text}".encode())


def answer(days_ago: float, text: str = "Danke!") -> MailMessage:
    return mail(days_ago, text, In_Reply_To="<a1@keller-maschinen.example>")


def person(
    name: str, *received: MailMessage, address: str = "", last_written: datetime | None = NOW
) -> CorrespondentFacts:
    """Somebody to whom the rep wrote just now, unless told otherwise."""
    first_name = name.partition(" ")[0].casefold()
    return CorrespondentFacts(address or f"{first_name}@weber.example", name, received, last_written)


def suggest(*people: CorrespondentFacts) -> tuple[CallSuggestion, ...]:
    return suggest_calls(people, NOW, "de", home="DE")


def test_a_suggestion_holds_all_that_a_call_needs() -> None:
    newest, older = answer(3, "Gern."), answer(9, SIGNATURE)
    assert suggest(person("Anna Weber", older, newest)) == (
        CallSuggestion(
            name="Anna Weber",
            address="anna@weber.example",
            number="+498999998123",
            extension=None,
            number_display="089 99998123",
            number_kind=NumberKind.PHONE,
            found_in_date=NOW - timedelta(days=9),
            why=(CallReason.ANSWERED, CallReason.NUMBER_KNOWN),
            talking_point=("Angebot", NOW - timedelta(days=3)),
        ),
    )


def test_the_number_of_the_newest_mail_that_has_one_is_taken() -> None:
    old = mail(200, SIGNATURE.replace("123", "199"))
    assert suggest(person("Anna Weber", old, mail(9, SIGNATURE)))[0].number == "+498999998123"


def test_who_wrote_after_the_rep_waits() -> None:
    waiting = person("Anna Weber", mail(3), last_written=NOW - timedelta(days=4))
    assert suggest(waiting)[0].why == (CallReason.WAITS,)


def test_who_wrote_before_the_rep_does_not_wait() -> None:
    assert suggest(person("Anna Weber", mail(3), last_written=NOW - timedelta(days=2)))[0].why == ()


def test_who_wrote_long_ago_no_longer_waits() -> None:
    assert suggest(person("Anna Weber", mail(61), last_written=NOW - timedelta(days=62)))[0].why == ()


def test_nobody_is_said_to_wait_where_it_is_not_known() -> None:
    assert suggest(person("Anna Weber", mail(3), last_written=None))[0].why == ()


def test_five_mails_are_a_long_relationship() -> None:
    assert suggest(person("Anna Weber", *map(mail, range(1, 6))))[0].why == (CallReason.LONG_RELATIONSHIP,)
    assert suggest(person("Anna Weber", *map(mail, range(1, 5))))[0].why == ()


def test_nobody_who_never_wrote_is_suggested() -> None:
    assert suggest(person("Anna Weber")) == ()


def test_nobody_with_a_private_address_is_suggested() -> None:
    assert suggest(person("Anna Weber", answer(3, SIGNATURE), address="anna.weber@gmx.de")) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Unsubscribe": "<https://weber.example/u>"},
        {"List_Id": "<news.weber.example>"},
    ],
)
def test_a_machine_in_the_name_of_a_person_does_not_count(fields: dict[str, str]) -> None:
    assert suggest(person("Anna Weber", mail(3, SIGNATURE, **fields))) == ()


def test_more_reasons_come_first_and_only_three_are_named() -> None:
    people = [
        person("Dora Neu", mail(1)),
        person("Carla Stein", mail(1, SIGNATURE)),
        person("Boris Lang", answer(1)),
        person("Anna Weber", answer(1, SIGNATURE)),
        person("Emil Roth", mail(2)),
    ]
    assert [found.name for found in suggest(*people)] == ["Anna Weber", "Boris Lang", "Carla Stein"]


def test_the_newest_mail_decides_between_equals_and_then_the_address() -> None:
    nobody = person("Emil Roth")
    people = [person("Carla Stein", mail(2)), person("Boris Lang", mail(2)), person("Anna Weber", mail(5)), nobody]
    assert [found.name for found in suggest(*people)] == ["Boris Lang", "Carla Stein", "Anna Weber"]
    assert suggest(*people) == suggest(*reversed(people))


def test_never_all_recipients_are_named() -> None:
    people = [person("Anna Weber", mail(1)), person("Boris Lang", mail(2)), person("Carla Stein", mail(3))]
    assert [len(suggest(*people[:count])) for count in (1, 2, 3)] == [1, 1, 2]


def test_nobody_whom_the_rep_keeps_out_is_named() -> None:
    people = [person("Anna Weber", answer(1, SIGNATURE)), person("Boris Lang", mail(2))]
    found = suggest_calls(people, NOW, "de", is_kept_out=lambda address: address == "anna@weber.example")
    assert [suggestion.name for suggestion in found] == ["Boris Lang"]


def test_a_deciding_role_in_the_own_signature_is_a_reason() -> None:
    buyer = suggest(person("Anna Weber", mail(1, "Gern.\n\nGruß\nAnna Weber\nLeiterin Einkauf | Weber GmbH")))[0]
    assert (buyer.why, buyer.role) == ((CallReason.ROLE,), "Leiterin Einkauf")


def test_a_role_weighs_less_than_any_other_reason() -> None:
    buyer = person("Anna Weber", mail(1, "Gruß\nAnna Weber\nEinkauf"))
    old_hand = person("Boris Lang", *map(mail, range(2, 7)))
    assert suggest(buyer, old_hand)[0].name == "Boris Lang"


ROLES = """Einkauf, Geschäftsführerin, Head of Purchasing, Managing Director, Bereichsleitung, Responsable des achats,
CEO, Senior Buyer, Inhaberin"""


@pytest.mark.parametrize("role", re.split(r",\s", ROLES))
def test_roles_that_decide_are_told(role: str) -> None:
    assert deciding_role(f"Gruß\nAnna Weber\n{role}\nWeber Anlagen", "Anna Weber", "a@weber.example") == role


@pytest.mark.parametrize(
    "text",
    [
        "Gruß\nAnna Weber\nAssistentin der Geschäftsführung",
        "Gruß\nAnna Weber\nPA to the Managing Director",
        "Gruß\nAnna Weber\nWeber GmbH\nGeschäftsführer: Max Weber",
        "Gruß\nAnna Weber\nRohrleitung Weber GmbH",
        "Unser Einkauf meldet sich.\n\nGruß\nAnna Weber",
        "Gruß\nAnna Weber\n\nVon: Jonas\nGesendet: heute\n\nAnna Weber\nEinkauf",
    ],
)
def test_a_role_of_somebody_else_is_not_told(text: str) -> None:
    assert deciding_role(text, "Anna Weber", "a@weber.example") is None


def test_the_next_step_is_the_easiest_that_is_possible() -> None:
    waits = suggest(person("Anna Weber", mail(3), last_written=NOW - timedelta(days=4)))
    assert next_step(suggest(person("Anna Weber", mail(3, SIGNATURE)))) is NextStep.CALL
    assert next_step(waits) is NextStep.ANSWER_LAST_MAIL
    assert next_step(suggest(person("Anna Weber", mail(3)))) is NextStep.ASK_FOR_NUMBER
    assert next_step(()) is NextStep.WRITE_TO_ONE


def test_the_talking_point_is_a_subject_without_reply_marks() -> None:
    point = suggest(person("Anna Weber", mail(3, subject="AW: Re: WG: Angebot Frässpindel")))[0].talking_point
    assert point == ("Angebot Frässpindel", NOW - timedelta(days=3))


def test_a_mail_without_subject_gives_no_talking_point() -> None:
    assert suggest(person("Anna Weber", mail(3, subject="AW:")))[0].talking_point is None


SENSITIVE = """Krankmeldung, AW: Kündigung, Gehalt März, privat: Grillen, Sick leave, Private, Condolences,
Congé maladie, Your dismissal, Vertraulich"""


@pytest.mark.parametrize("subject", re.split(r",\s", SENSITIVE))
def test_what_nobody_wants_to_be_called_about_is_no_talking_point(subject: str) -> None:
    assert suggest(person("Anna Weber", mail(1, subject=subject), mail(3)))[0].talking_point is None


@pytest.mark.parametrize("subject", ["Lohnt sich das?", "Operation manual", "Angebot Klinikum", "Termin am Montag"])
def test_common_subjects_are_talking_points(subject: str) -> None:
    assert suggest(person("Anna Weber", mail(1, subject=subject)))[0].talking_point == (
        subject,
        NOW - timedelta(days=1),
    )


def test_a_talking_point_has_no_link() -> None:
    point = suggest(person("Anna Weber", mail(3, subject="Angebot https://evil.example/x jetzt")))[0].talking_point
    assert point == ("Angebot jetzt", NOW - timedelta(days=3))


def test_a_mail_with_only_a_link_for_a_subject_gives_no_talking_point() -> None:
    assert suggest(person("Anna Weber", mail(3, subject="www.evil.example")))[0].talking_point is None


BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(st.text() | st.text("\u202e\u2066\u2069\r\n\0:/.a w", max_size=20))
def test_a_talking_point_is_one_short_visible_line(subject: str) -> None:
    message = replace(mail(1), subject=subject)
    point = talking_point([message])
    assert point is None or (len(point[0]) <= LONGEST_SUBJECT and "://" not in point[0])
    assert point is None or not any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in point[0])
    assert point is None or not any(unicodedata.bidirectional(sign) in BIDI_CONTROLS for sign in point[0])


def test_a_name_that_the_rep_never_wrote_is_taken_from_the_mail() -> None:
    assert suggest(person("", mail(3), address="anna@weber.example"))[0].name == "Anna Weber"


@pytest.mark.parametrize(
    "address",
    [
        "a@gmx.de",
        "a@gmx.at",
        "a@GMAIL.com",
        "a@web.de",
        "a@t-online.de",
        "a@yahoo.co.uk",
        "a@outlook.de",
        "a@icloud.com",
    ],
)
def test_addresses_at_freemail_providers_look_private(address: str) -> None:
    assert looks_private(address)


@pytest.mark.parametrize(
    "address", ["a@weber.example", "a@outlook-berater.example", "a@gmx-partner.example", "a@mail.weber.example"]
)
def test_company_addresses_do_not_look_private(address: str) -> None:
    assert not looks_private(address)


def names_for(*texts: tuple[CorrespondentFacts, ...]) -> list[str | None]:
    return [one.name if one else None for one in one_each(suggest(*people) for people in texts)]


def test_of_several_texts_each_names_somebody_else() -> None:
    anna, boris = person("Anna Weber", answer(3, SIGNATURE)), person("Boris Lang", mail(9))
    extra = person("Carla Stein")
    assert names_for((anna, boris, extra), (anna, boris, extra)) == ["Anna Weber", "Boris Lang"]


def test_a_text_whose_people_are_all_named_before_names_nobody() -> None:
    anna, boris = person("Anna Weber", answer(3, SIGNATURE)), person("Boris Lang", mail(9))
    assert names_for((anna,), (anna,), (boris,)) == ["Anna Weber", None, "Boris Lang"]


def test_somebody_with_two_addresses_is_one_person() -> None:
    anna = person("Anna Weber", answer(3, SIGNATURE))
    again = person("Anna  Weber", answer(3, SIGNATURE), address="a.weber@weber-guss.example")
    assert names_for((anna,), (again,)) == ["Anna Weber", None]
