"""Shows on the live text what it shares with other copies and where they differ. Nothing of it is ever stored."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from classifier.explanation import LiveText, locate_words
from classifier.slots import SLOT
from classifier.values import Sample, Stretch

_COPIES = 3  # more of them hardly change the picture
_WORDS = 500  # alignment is quadratic at worst, so of longer texts only the beginning is compared
_LEAST_RUN = 2  # a single shared word between two others is chance
_LONGEST_SLOT = 8  # more words than that are the text's own, not filled in

_WORD = re.compile(r"[^\W_]")


def compare(sample: Sample, copies: Sequence[Sample]) -> tuple[Stretch, ...]:
    """Return which stretches of `sample.body` most of the copies share, and which each fills in in its own way.

    Greeting, signature and quoted text do not count, as in the judgement. Without copies nothing is marked.
    """
    live = locate_words(sample)
    words = live.words[:_WORDS]
    counts = [0] * len(words)
    for copy in copies[:_COPIES]:
        for place in _held(words, locate_words(copy).words[:_WORDS]):
            counts[place] += 1
    least = (min(len(copies), _COPIES) + 1) // 2
    shared = [bool(copies) and count >= least and word != SLOT for count, word in zip(counts, words, strict=True)]
    return tuple(_to_stretches(sample.body, live, _drop_chance(shared)))


def _held(words: Sequence[str], other: Sequence[str]) -> Iterator[int]:
    for block in SequenceMatcher(None, words, other, autojunk=False).get_matching_blocks():
        yield from range(block.a, block.a + block.size)


def _drop_chance(shared: Sequence[bool]) -> list[bool]:
    kept: list[bool] = []
    for held, run in groupby(shared):
        size = len(list(run))
        kept += [held and size >= _LEAST_RUN] * size
    return kept


def _to_stretches(body: str, live: LiveText, shared: Sequence[bool]) -> Iterator[Stretch]:
    """A differing run is a slot where it is short and stands beside shared words; other words stay unmarked."""
    runs = [[place for place, _ in run] for _, run in groupby(enumerate(shared), key=lambda one: one[1])]
    for run in runs:
        is_shared = shared[run[0]]
        if is_shared or (len(run) <= _LONGEST_SLOT and len(runs) > 1):
            yield from (Stretch(start, end, is_shared) for start, end in _join(body, live.spans[run[0] : run[-1] + 1]))


def _join(body: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Words become one span as far as nothing was left out between them, such as a quoted line."""
    joined: tuple[int, int] | None = None
    for start, end in spans:
        if joined is None:
            joined = (start, end)
        elif _WORD.search(body, joined[1], start):
            yield joined
            joined = (start, end)
        else:
            joined = (joined[0], end)
    if joined is not None:
        yield joined
