"""Folds the words of an answer: small letters without umlauts, words of time without slips of the keyboard.

It knows nothing of what an answer means.
"""

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Final

from app.nudge.answer_slips import by_what_is_left, word_meant
from app.nudge.answer_text import Sentence

_TABLE: Final = tomllib.loads(Path(__file__).with_name("time_words.toml").read_text(encoding="utf-8"))
_TIME_WORDS: Final = frozenset(_TABLE["words"].split())
_LEFT_ALONE: Final = frozenset(_TABLE["left_alone"].split())
_MENDED: Final = by_what_is_left(_TIME_WORDS)
_SPELLINGS: Final[dict[str, str]] = {
    said: meant for meant, spellings in _TABLE["spellings"].items() for said in spellings.split()
}
_SPELT_UMLAUT: Final = re.compile(r"([aou])e")


def fold(word: str) -> str:
    """Small letters without umlauts and apostrophes: `Spät` and `spat` are one word."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and letter not in "'’‘`´")


def folded(sentence: Sentence) -> str:
    """The sentence as words of time are looked for: each word folded, mended, and followed by a blank."""
    return "".join(f"{_mend(fold(word))} " for word in sentence.words)


def _mend(word: str) -> str:
    if word in _TIME_WORDS or word in _LEFT_ALONE:
        return word
    without_umlaut = _SPELT_UMLAUT.sub(r"\1", word)
    if without_umlaut in _TIME_WORDS:
        return without_umlaut
    return _SPELLINGS.get(word) or word_meant(word, _MENDED) or word
