"""Characters: invisible marks, look-alikes, line ends, and where they came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.cleaning import LIMIT, clean, clean_with_origin


def test_zero_width_and_bidi_marks_are_removed() -> None:
    assert clean("An\u200bge\u202ebot\ufeff") == "Angebot"


@given(text=st.text(st.sampled_from("aZ ~\t\n\r\x7f§»°·–’“„•€…é¨²ÿ\u0301\u00a0\u200bаο")))
def test_ordinary_text_is_cleaned_like_any_other(text: str) -> None:
    assert clean(text) == clean(text + "\u200b")


def test_cyrillic_and_greek_look_alikes_in_latin_text_become_latin() -> None:
    assert clean("unverbindliсhes Аngebοt für Sie") == "unverbindliches Angebot für Sie"


def test_text_that_is_really_russian_is_left_alone() -> None:
    assert clean("Привет, как дела?") == "Привет, как дела?"


def test_a_mixed_word_within_russian_text_is_made_latin() -> None:
    assert clean("Привет, это наш оffеr для вас") == "Привет, это наш offer для вас"


def test_compatibility_forms_are_folded() -> None:
    assert clean("ﬁnanziell Ａｎｇｅｂｏｔ") == "finanziell Angebot"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\x85", "\x0b"])
def test_every_kind_of_line_end_is_one(end: str) -> None:
    assert clean(f"a{end}b") == "a\nb"


def test_lone_surrogates_vanish() -> None:
    assert clean("a\ud800b").encode() == b"ab"


def test_a_long_body_is_cut() -> None:
    assert len(clean("a" * (LIMIT + 5))) == LIMIT


@pytest.mark.parametrize("text", ["plain", "Ang\u200bebot für\r\nМüller", "ﬁ\u0301 u\u0308ber\n\n😀", ""])
def test_the_text_with_its_origin_is_the_cleaned_text(text: str) -> None:
    cleaned, origin = clean_with_origin(text)
    assert cleaned == clean(text)
    assert len(origin) == len(cleaned) + 1


def test_the_origin_leads_back_to_the_words_as_they_were_written() -> None:
    text = "Ang\u200bebot u\u0308ber\r\nﬁnal 7"
    cleaned, origin = clean_with_origin(text)
    for word, written in (("Angebot", "Ang\u200bebot"), ("über", "u\u0308ber"), ("final", "ﬁnal"), ("7", "7")):
        start = cleaned.index(word)
        assert text[origin[start] : origin[start + len(word)]] == written
