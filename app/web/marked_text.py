"""Cuts the text of a mail where something is to be marked: shared words, slots, turns of phrase. Plain values."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from classifier import Phrase, Stretch

SHOWN: Final = 200_000  # characters; the classifier looks no further either
_WORD: Final = re.compile(r"[^\W_]")

Kind = Literal["", "shared", "slot"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; `phrase` is the code of the turn of phrase that they are, else empty."""

    text: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Words of one kind: shared with other mails, a slot, or neither."""

    kind: Kind
    pieces: tuple[Piece, ...]


def cut_text(text: str, stretches: Sequence[Stretch], phrases: Sequence[Phrase]) -> tuple[Marked, ...]:
    """The whole text, in order, at most `SHOWN` characters of it; stretches do not overlap."""
    text = text[:SHOWN]
    spans = _join_alike(text, phrases)
    marked = []
    for start, end, kind in _fill_gaps(stretches, len(text)):
        pieces = tuple(_pieces(text, spans, start, end))
        if pieces:
            marked.append(Marked(kind, pieces))
    return tuple(marked)


def _fill_gaps(stretches: Sequence[Stretch], length: int) -> Iterator[tuple[int, int, Kind]]:
    position = 0
    for stretch in stretches:
        yield position, stretch.start, ""
        yield stretch.start, stretch.end, "shared" if stretch.shared else "slot"
        position = stretch.end
    yield position, length, ""


def _join_alike(text: str, phrases: Sequence[Phrase]) -> list[tuple[int, int, str]]:
    """Phrases of one kind with no word between them are one; of two that overlap the earlier one stays whole."""
    spans: list[tuple[int, int, str]] = []
    for phrase in sorted(phrases, key=lambda one: (one.start, one.end)):
        start, end, code = spans[-1] if spans else (0, 0, "")
        if code == phrase.code and not _WORD.search(text, end, phrase.start):
            spans[-1] = (start, max(end, phrase.end), code)
        elif phrase.end > end:
            spans.append((max(end, phrase.start), phrase.end, phrase.code))
    return spans


def _pieces(text: str, spans: Sequence[tuple[int, int, str]], start: int, end: int) -> Iterator[Piece]:
    inside = [(max(start, first), min(end, last), code) for first, last, code in spans if first < end and last > start]
    edges = sorted({start, end, *(edge for first, last, _ in inside for edge in (first, last))})
    for first, last in pairwise(edges):
        yield Piece(text[first:last], next((code for low, high, code in inside if low <= first < high), ""))
