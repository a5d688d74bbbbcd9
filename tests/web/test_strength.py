"""How strongly a send looks like a template, in words and bars."""

import pytest

from app.store.schema import Send
from app.texts import translator
from app.web.strength import BARS, strength_of


@pytest.mark.parametrize(
    ("flagged", "score", "bars", "word"),
    [
        (True, 0.9998, BARS, "clear"),
        (True, 0.99, BARS, "clear"),
        (True, 0.95, 1, "noticeable"),
        (True, 0.85, 1, "noticeable"),
        (False, 0.9998, 0, "unobtrusive"),
        (False, None, 0, "not looked at"),
    ],
)
def test_a_flag_is_clear_or_deserves_a_second_look(flagged: bool, score: float | None, bars: int, word: str) -> None:
    strength = strength_of(translator("en"), Send(flagged=flagged, score=score))
    assert (strength.bars, strength.word) == (bars, word)
