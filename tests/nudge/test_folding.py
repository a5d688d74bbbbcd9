"""Words of time are read in spite of dialect, shorthand and slips of the keyboard."""

import pytest

from app.nudge.answer_text import own_sentences
from app.nudge.folding import fold, folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Naechste Woche", "nachste woche "),
        ("am Friitig am Morge", "am freitag am morgen "),
        ("heit Nomittog", "heute nachmittag "),
        ("tmrw arvo", "tomorrow afternoon "),
        ("on Wendesday", "on wednesday "),
        ("am Donerstag", "am donnerstag "),
        ("Bei Ben", "bei ben "),
    ],
)
def test_a_word_of_time_is_mended(text: str, plain: str) -> None:
    (sentence,) = own_sentences(text)
    assert folded(sentence) == plain


@pytest.mark.parametrize(
    "text", ["call morgan", "nach der montage", "wo gehen wir hin", "left a vm for eve", "hr lang"]
)
def test_words_and_names_that_only_look_like_a_time_are_left_alone(text: str) -> None:
    (sentence,) = own_sentences(text)
    assert folded(sentence) == f"{text} "


def test_marks_above_letters_and_apostrophes_do_not_matter() -> None:
    assert fold("Spät’s") == "spats"
