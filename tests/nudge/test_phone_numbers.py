"""The number to call, from the end of a mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.nudge.phone_numbers import FoundNumber, best_number
from tests.nudge.signatures import Case, read_cases


def number_of_anna(text: str, home: str | None = None) -> FoundNumber:
    found = best_number(text, "Anna Weber", "anna.weber@weber-anlagen.example", "de", home)
    assert found is not None
    return found


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.title)
def test_the_best_number_of_a_signature_is_found(case: Case) -> None:
    found = best_number(case.text, case.name, case.address, case.language)
    told = [found.e164, found.kind, found.extension] if found else ["none"]
    assert " ".join(filter(None, told)) == case.expected


def test_a_number_of_the_home_country_is_spelled_nationally() -> None:
    assert number_of_anna("Gruß\nAnna Weber\nTel. +49 89 99998123", home="DE").display == "089 99998123"


def test_a_number_abroad_is_spelled_internationally() -> None:
    assert number_of_anna("Gruß\nAnna Weber\nTel. +43 1 2345678", home="DE").display == "+43 1 2345678"


def test_a_national_number_is_read_for_the_country_of_its_neighbour() -> None:
    assert number_of_anna("Gruß\nAnna Weber\nMobil +43 664 1234567\nTel. 01 2345678").e164 == "+4312345678"


@given(st.text(), st.text(), st.sampled_from(["de", "en", "fr", "und"]))
def test_any_text_is_read_without_an_error(text: str, name: str, language: str) -> None:
    found = best_number(text, name, "x@y.example", language)
    assert found is None or found.e164.startswith("+")
