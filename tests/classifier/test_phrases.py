"""Named phrases and routine notes."""

import pytest

from classifier.phrases import LANGUAGES, find_phrases, load_phrases
from classifier.routine import find_routine


def kinds(text: str, language: str) -> set[str]:
    return {found.kind for found in find_phrases(text.split(), language)}


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("de", "wir helfen betrieben", "sales_phrases"),
        ("de", "hätten sie kurz zeit", "call_to_action"),
        ("de", "dann melde ich mich nicht mehr", "opt_out"),
        ("de", "wie besprochen schicke ich den plan", "earlier_contact"),
        ("en", "we help companies like yours", "sales_phrases"),
        ("en", "would you be open to a quick call", "call_to_action"),
        ("en", "you can unsubscribe any time", "opt_out"),
        ("en", "as discussed here is the plan", "earlier_contact"),
    ],
)
def test_a_phrase_is_found_by_its_kind(language: str, text: str, kind: str) -> None:
    assert kind in kinds(text, language)


def test_a_wildcard_stands_for_exactly_one_word() -> None:
    assert "earlier_contact" in kinds("mit hubert gesprochen", "de")
    assert "earlier_contact" not in kinds("mit ihm und hubert gesprochen", "de")


def test_the_longest_phrase_of_a_kind_is_counted_once() -> None:
    found = [one for one in find_phrases(["kostenlos", "und", "unverbindlich"], "de") if one.kind == "sales_phrases"]
    assert [(one.start, one.end) for one in found] == [(0, 3)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_found_in_an_empty_text(language: str) -> None:
    assert find_phrases((), language) == []
    assert load_phrases(language).next


def test_an_invoice_with_its_number_is_a_clear_routine_note() -> None:
    words = ["anbei", "erhalten", "sie", "unsere", "rechnung", "•"]
    routine = find_routine("Rechnung 2025-117", find_phrases(words, "de"), len(words), "de")
    assert routine is not None
    assert (routine.kind, routine.strength) == ("invoice", 6.0)


def test_a_word_of_routine_in_a_long_text_means_little() -> None:
    words = ["rechnung", *["wort"] * 599]
    routine = find_routine("Neues", find_phrases(words, "de"), len(words), "de")
    assert routine is not None
    assert routine.strength < 0.5


def test_a_sales_mail_is_no_routine_note() -> None:
    assert find_routine("Rüstzeiten", find_phrases(["wir", "helfen", "betrieben"], "de"), 3, "de") is None


def test_an_invoice_in_another_language_is_known_by_its_subject() -> None:
    assert find_routine("Votre facture", (), 20, "fr") is not None
    assert find_routine("Votre équipe", (), 20, "fr") is None
