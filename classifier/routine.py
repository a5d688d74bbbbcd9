"""Recognises routine notes, often repeated and never sales: invoice, delivery, report, scheduling, thanks."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from classifier.phrases import LANGUAGES, ROUTINES, Found, find_phrases
from classifier.slots import SLOT, TOKEN, mask

# How far each kind speaks against sales, in log-odds: a note about an invoice is clear, thanks stand in sales mail too.
_STRENGTH = {"invoice": 6.0, "delivery": 5.0, "report": 4.5, "scheduling": 3.0, "thanks": 1.0}
_NUMBERED, _NAMED, _AGREED, _SINGLE = 1.0, 0.6, 0.5, 0.25
_FOREIGN_SUBJECT = re.compile(
    r"\b(?:facture|factura|fattura|factuur|faktura|bon de livraison|albarán|pakbon|pedido|commande|ordine|invoice)\b",
    re.IGNORECASE,
)
_LONG = 120  # words; in a longer text one such phrase means little


@dataclass(frozen=True, slots=True)
class Routine:
    """The kind of a routine note, and how far it speaks against sales in log-odds (positive)."""

    kind: str
    strength: float


def find_routine(subject: str, found: Sequence[Found], words: int, language: str) -> Routine | None:
    """Return the strongest kind of routine that subject and text show, or None.

    `found` are the phrases of the text, `words` is its length.
    """
    if language not in LANGUAGES:
        return Routine("invoice", _NAMED * _STRENGTH["invoice"]) if _FOREIGN_SUBJECT.search(subject) else None
    counts = Counter(phrase.kind for phrase in found)
    title = mask(TOKEN.findall(subject[:200]), frozenset())
    named = {phrase.kind for phrase in find_phrases(title, language)}
    routines = [Routine(kind, _weigh(kind, counts[kind], kind in named, SLOT in title, words)) for kind in ROUTINES]
    best = max(routines, key=lambda routine: routine.strength)
    return best if best.strength > 0 else None


def _weigh(kind: str, count: int, named: bool, numbered: bool, words: int) -> float:
    """Full strength for a subject like "Invoice 4711", less for a subject alone or the text alone or in a long text."""
    share = (_NUMBERED if numbered else _NAMED) if named else (_AGREED if count >= 2 else _SINGLE * count)
    return _STRENGTH[kind] * share * min(1.0, _LONG / max(1, words))
