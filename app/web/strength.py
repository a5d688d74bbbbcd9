"""How strongly a send looks like a template, as a word and up to three bars. The score itself is never shown."""

from dataclasses import dataclass
from typing import Final

from app.store.schema import Send
from app.texts import Translator

BARS: Final = 3
_VERY_CLEAR: Final = 0.97
_CLEAR: Final = 0.85


@dataclass(frozen=True, slots=True)
class Strength:
    """`bars` of three are filled."""

    bars: int
    word: str


def strength_of(texts: Translator, send: Send) -> Strength:
    """A send that was excluded before analysis has no score."""
    if send.score is None:
        return Strength(0, texts.gettext("not looked at"))
    if not send.flagged:
        return Strength(0, texts.gettext("unobtrusive"))
    if send.score >= _VERY_CLEAR:
        return Strength(3, texts.gettext("very clear"))
    if send.score >= _CLEAR:
        return Strength(2, texts.gettext("clear"))
    return Strength(1, texts.gettext("noticeable"))
