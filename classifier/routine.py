"""Recognises routine notes, often repeated and never sales: invoice, delivery, absence, a form that is missing."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from classifier.phrases import ROUTINES, Found, find_phrases
from classifier.slots import SLOT

# How far each kind speaks against sales, in log-odds: a note about an invoice is clear, thanks stand in sales mail too.
_STRENGTH = {
    "invoice": 6.0,
    "delivery": 5.0,
    "report": 4.5,
    "absence": 4.5,
    "application": 4.5,
    "access": 4.5,
    "purchasing": 4.5,
    "documents": 4.0,
    "circular": 4.0,
    "scheduling": 3.0,
    "thanks": 1.0,
}
_NUMBERED, _NAMED = 1.0, 0.6  # the share of that for a subject with such a phrase, with and without a number
_EACH = 0.25  # the share for each phrase, subject and text together, until it is whole
_SHORT = 40  # words; a shorter text has room for little else, each of its phrases says twice as much
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


def find_foreign_routine(subject: str) -> Routine | None:
    """Return the routine that a subject in a language without phrases of its own shows, or None."""
    return Routine("invoice", _NAMED * _STRENGTH["invoice"]) if _FOREIGN_SUBJECT.search(subject) else None


def find_routine(title: Sequence[str], found: Sequence[Found], words: int, language: str) -> Routine | None:
    """Return the strongest kind of routine that the words of the subject and the text show, or None.

    `found` are the phrases of the text, `words` is its length. Raises FileNotFoundError for a language without phrases.
    """
    counts = Counter(phrase.kind for phrase in found)
    named = {phrase.kind for phrase in find_phrases(title, language)}
    shown = [kind for kind in ROUTINES if kind in counts or kind in named]
    routines = [Routine(kind, _weigh(kind, counts[kind], kind in named, SLOT in title, words)) for kind in shown]
    return max(routines, key=lambda routine: routine.strength, default=None)


def _weigh(kind: str, count: int, named: bool, numbered: bool, words: int) -> float:
    """Full strength for a subject like "Invoice 4711" or four phrases (two in a short text), less in a long text."""
    told = min(1.0, _EACH * (count + named) * (2 if words < _SHORT else 1))
    title = (_NUMBERED if numbered else _NAMED) if named else 0.0
    return _STRENGTH[kind] * max(told, title) * min(1.0, _LONG / max(1, words))
