"""Slots: what a template fills in, and merge fields that were left in."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifier import Sample
from classifier.slots import SLOT, TOKEN, blank_merge_fields, count_merge_fields, mask, read_words, recipient_words

ODD_TEXT = st.lists(st.sampled_from([*"aBß²İ.,:'’-@_3 \n(“…", ".de", "www.", "http://", "Anna", "'s", "Montag"])).map(
    "".join
)


def words(text: str, *filled: str) -> str:
    return " ".join(mask(TOKEN.findall(text), frozenset(filled)))


def test_numbers_dates_links_and_addresses_are_slots() -> None:
    assert (
        words("am 3.4. um 10:00 bei a@lang.example oder https://lang.example/x?y")
        == f"am {SLOT} um {SLOT} bei {SLOT} oder {SLOT}"
    )


def test_runs_of_slots_are_one() -> None:
    assert words("Frau Anna Weber am Montag, 3. März", "anna", "weber") == f"{SLOT} am {SLOT}"


@given(text=ODD_TEXT)
@example(text="Hallo (Anna), siehe: www.lang.example. Gr.")
def test_a_text_read_chunk_by_chunk_has_the_words_of_its_tokens(text: str) -> None:
    assert read_words(text, frozenset({"anna"}), 1000) == mask(TOKEN.findall(text), frozenset({"anna"}))


def test_no_more_words_are_read_than_asked_for() -> None:
    assert read_words("eins zwei-drei vier", frozenset(), 3) == ["eins", "zwei", "drei"]


def test_the_genitive_of_a_name_is_a_slot() -> None:
    assert words("Anna's Idee", "anna") == f"{SLOT} idee"


def test_hyphens_and_spaces_are_alike() -> None:
    assert words("follow-up") == words("follow up")


def test_names_and_company_come_from_the_recipients() -> None:
    sample = Sample("", "", recipients=("anna.weber@weber-logistik.example",), recipient_names=("Anna Weber",))
    assert {"anna", "weber", "logistik", "weber-logistik"} <= recipient_words(sample)


@pytest.mark.parametrize("address", ["info@gmx.de", "office@gmail.com", "vertrieb@t-online.de"])
def test_a_post_at_a_mail_provider_names_nobody(address: str) -> None:
    assert recipient_words(Sample("", "", recipients=(address,))) == frozenset()


@pytest.mark.parametrize(
    "field",
    [
        "{{first_name}}",
        "{{ contact.firstname | there }}",
        "[Name]",
        "[Your Company]",
        "%VORNAME%",
        "<<Firma>>",
        "«Anrede»",
        "*|FNAME|*",
    ],
)
def test_a_merge_field_is_found(field: str) -> None:
    assert count_merge_fields(f"Hallo {field}, wie geht es?") == 1


@pytest.mark.parametrize(
    "text", ["[1]", "[image: Logo]", "20 % Rabatt und 30 % mehr", "{ margin: 0 }", "[EXTERNAL]", "#Messe2025"]
)
def test_other_brackets_are_no_merge_fields(text: str) -> None:
    assert count_merge_fields(text) == 0


def test_a_merge_field_reads_as_a_slot_and_keeps_its_length() -> None:
    text = "Hallo {{first_name}}, hier"
    assert len(blank_merge_fields(text)) == len(text)
    assert words(blank_merge_fields(text)) == f"hallo {SLOT} hier"
