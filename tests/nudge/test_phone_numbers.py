"""The number to call, from the end of a mail."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.nudge.phone_labels import NumberKind
from app.nudge.phone_numbers import FoundNumber, best_number, spelled
from tests.nudge.signatures import Case, read_cases


def number_of_anna(text: str) -> FoundNumber:
    found = best_number(text, "Anna Weber", "anna.weber@weber-anlagen.example", "de")
    assert found is not None
    return found


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: f"{case.part}: {case.title}")
def test_the_best_number_of_a_signature_is_found(case: Case) -> None:
    found = best_number(case.text, case.name, case.address, case.language)
    told = [found.e164, found.kind, found.extension] if found else ["none"]
    assert " ".join(filter(None, told)) == case.expected


@pytest.mark.parametrize("number", sorted({case.number[0] for case in read_cases() if case.number}))
def test_every_expected_number_can_be_dialled(number: str) -> None:
    assert phonenumbers.is_valid_number(phonenumbers.parse(number))


def test_a_number_of_the_home_country_is_spelled_nationally() -> None:
    assert spelled("+498999998123", "DE") == "089 99998123"


def test_a_number_abroad_is_spelled_internationally() -> None:
    assert spelled("+4312345678", "DE") == "+43 1 2345678"


def test_a_national_number_is_read_for_the_country_of_its_neighbour() -> None:
    assert number_of_anna("Gruß\nAnna Weber\nMobil +43 664 1234567\nTel. 01 2345678").e164 == "+4312345678"


@pytest.mark.parametrize(
    ("place", "number"),
    [("1060 Wien, Österreich", "+4315801234"), ("Germany", "+4915801234567"), ("", "+4915801234567")],
)
def test_a_country_at_the_end_tells_how_to_read_a_number(place: str, number: str) -> None:
    spelling = "01 5801234" if number.startswith("+43") else "01580 1234567"
    assert number_of_anna(f"Gruß\nAnna Weber\nTel. {spelling}\n{place}").e164 == number


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("Tel. 0732 6512-340", "+437326512340"),
        ("Mobil 079 123 45 61", "+41791234561"),
        ("Handy 06641234561", "+436641234561"),
        ("Tel. 0 73 26 / 12 340", "+49732612340"),
        ("Tel. 0732612340", "+49732612340"),
    ],
)
def test_the_gap_behind_an_area_code_tells_the_country(spelling: str, number: str) -> None:
    assert number_of_anna(f"Gruß\nAnna Weber\n{spelling}").e164 == number


@pytest.mark.parametrize("sign", ["ATU12345678", "FN 123456a", "Weber Ges.m.b.H.", "www.weber-anlagen.at"])
def test_a_register_or_a_web_site_tells_the_country(sign: str) -> None:
    assert number_of_anna(f"Gruß\nAnna Weber\nTel. 0732612340\n{sign}").e164 == "+43732612340"


def test_an_extension_in_a_sentence_is_dialled_behind_the_switchboards_number() -> None:
    text = "Ich bin unter meiner Durchwahl -64 zu erreichen.\n\nGruß\nAnna Weber\nTel. 0221 4710-0"
    assert number_of_anna(text).e164 == "+49221471064"


def test_a_hotline_is_the_last_resort() -> None:
    found = number_of_anna("Gruß\nAnna Weber\nHotline 030 23125111")
    assert (found.e164, found.kind) == ("+493023125111", NumberKind.SWITCHBOARD)


def test_text_below_a_marked_quote_is_the_senders_own() -> None:
    text = "Am 3.3.2026 schrieb Jonas:\n> Tel. 089 99998777\n\nGern!\nGruß\nAnna Weber\nTel. 089 99998123"
    assert number_of_anna(text).e164 == "+498999998123"


def test_a_number_is_found_in_the_last_lines_of_a_very_long_mail() -> None:
    assert number_of_anna("a@b wrote\n" * 50_000 + "Gruß\nAnna Weber\nTel. 089 99998123").e164 == "+498999998123"


def test_lines_of_nothing_but_digits_are_passed_over() -> None:
    hostile = "0301234 " * 60 + "\n"
    assert number_of_anna(hostile * 400 + "Gruß\nAnna Weber\nTel. 089 99998123").e164 == "+498999998123"


PIECES = """Gruß;Anna Weber;Tel.;Fax;DW;-0;ext. 12;+49;089 99998-123;(0);unter;mich;Ihre;>;schrieb:;Von:;Gesendet:;PS:
;02.11.2026 13;Assistenz:;|;\n\n;\u202e;030 23125"""
WORDS = st.sampled_from(PIECES.split(";"))


@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_what_is_found_is_a_valid_number_that_costs_no_extra(text: str) -> None:
    found = best_number(text, "Anna Weber", "anna@weber.example", "de")
    assert found is None or phonenumbers.is_valid_number(phonenumbers.parse(found.e164))


@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_what_stands_below_a_header_of_a_quoted_mail_changes_nothing(text: str) -> None:
    # A quote that is marked line by line ends with its marks; this one is not.
    own, quote = "Gruß\nAnna Weber\n030 23125123\n", "-----Original Message-----\nHallo Anna,\n"
    alone = best_number(own, "Anna Weber", "anna@weber.example", "de")
    assert best_number(own + quote + text, "Anna Weber", "anna@weber.example", "de") == alone


@given(st.text(), st.text(), st.sampled_from(["de", "en", "fr", "und"]))
def test_any_text_is_read_without_an_error(text: str, name: str, language: str) -> None:
    found = best_number(text, name, "x@y.example", language)
    assert found is None or found.e164.startswith("+")
