"""What a template looks like: the words that its copies share, and slots where they differ. Live texts only."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from classifier.cleaning import clean
from classifier.values import Segment

_COPIES = 8  # more copies hardly change the picture
_WORDS = 600  # alignment is quadratic at worst, so long texts are cut
_PIECE = re.compile(r"\S+|\n")
_LEAST_RUN = 2  # a single shared word between two slots is chance


def skeleton(texts: Sequence[str]) -> list[Segment]:
    """Return what at least two texts share, in the order of the first, with a slot wherever any of them differs.

    Line breaks are kept. One text alone comes back whole; no text gives an empty list.
    """
    pieces = [_PIECE.findall(clean(text))[:_WORDS] for text in texts[:_COPIES]]
    if not pieces:
        return []
    first = pieces[0]
    shared = [True] * len(first)
    for other in pieces[1:]:
        held = _mark_shared(first, other)
        shared = [before and now for before, now in zip(shared, held, strict=True)]
    return _to_segments(first, _drop_short_runs(first, shared))


def _mark_shared(first: Sequence[str], other: Sequence[str]) -> list[bool]:
    marks = [False] * len(first)
    for block in SequenceMatcher(None, first, other, autojunk=False).get_matching_blocks():
        marks[block.a : block.a + block.size] = [True] * block.size
    return marks


def _drop_short_runs(pieces: Sequence[str], shared: list[bool]) -> list[bool]:
    """Turn runs of fewer than `_LEAST_RUN` shared words between slots into slots; line breaks stay."""
    kept = list(shared)
    start = 0
    while start < len(shared):
        end = start
        while end < len(shared) and shared[end] == shared[start]:
            end += 1
        words = sum(piece != "\n" for piece in pieces[start:end])
        if shared[start] and words < _LEAST_RUN and (start, end) != (0, len(shared)):
            kept[start:end] = [piece == "\n" for piece in pieces[start:end]]
        start = end
    return kept


def _to_segments(pieces: Sequence[str], shared: Sequence[bool]) -> list[Segment]:
    segments: list[Segment] = []
    run: list[str] = []
    for piece, held in zip(pieces, shared, strict=True):
        if held:
            run.append(piece)
            continue
        if run:
            segments.append(Segment(_join(run)))
            run = []
        if not segments or segments[-1].text is not None:
            segments.append(Segment(None))
    return [*segments, Segment(_join(run))] if run else segments


def _join(pieces: Sequence[str]) -> str:
    return re.sub(r" ?\n ?", "\n", " ".join(pieces))
