"""How strongly a send looks like a template, as a word and up to two bars. The score itself is never shown.

The score is a calibrated probability, and the trained model puts nearly nine of ten flagged copies of a campaign above
0.99 (`python -m classifier.evaluate` replays such outboxes). Finer steps up there would tell noise, and the fit has
no more than one step below. So two levels are shown: a flag that is wrong in fewer than 1 of 100 cases, and one that
deserves a second look, which at the bar for flagging is wrong in up to 1 of 7.
"""

from dataclasses import dataclass
from typing import Final

from app.store.schema import Send
from app.texts import Translator

BARS: Final = 2
_CLEAR: Final = 0.99


@dataclass(frozen=True, slots=True)
class Strength:
    """`bars` of `BARS` are filled."""

    bars: int
    word: str


def strength_of(texts: Translator, send: Send) -> Strength:
    """A send that was excluded before analysis has no score."""
    if send.score is None:
        return Strength(0, texts.gettext("not looked at"))
    if not send.flagged:
        return Strength(0, texts.gettext("unobtrusive"))
    if send.score >= _CLEAR:
        return Strength(2, texts.gettext("clear"))
    return Strength(1, texts.gettext("noticeable"))
