"""Finds known phrases in the words of a text: sales talk, calls to action, opt-outs, earlier contact, routine."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product, zip_longest
from pathlib import Path

LANGUAGES = ("de", "en")
ROUTINES = (
    *("invoice", "delivery", "report", "scheduling", "absence"),
    *("documents", "application", "access", "purchasing", "circular", "thanks"),
)

_FOLDER = Path(__file__).parent / "phrases"
_ANY = "*"


@dataclass(slots=True)
class _Node:
    """One step of a phrase: what may follow, and the kinds of phrases that end here."""

    next: dict[str, "_Node"] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of some kind at words `[start, end)`."""

    kind: str
    start: int
    end: int


@cache
def load_phrases(language: str) -> _Node:
    """Return the tree of all phrases of "de" or "en"."""
    root = _Node()
    table = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    routine = table.pop("routine")
    for kind, phrases in [*table.items(), *routine.items()]:
        for phrase in phrases:
            for words in _spell_out(phrase):
                _plant(root, words, kind)
    return root


def find_phrases(words: Sequence[str], language: str) -> list[Found]:
    """Return the longest phrase of each kind that starts at each word; phrases of one kind do not overlap."""
    root = load_phrases(language)
    openings, alone = _openings(language)
    found: list[Found] = []
    taken: dict[str, int] = {}
    # Most words begin some phrase, but few are followed by its second word.
    pairs = enumerate(zip_longest(words, words[1:]))
    for start in [place for place, pair in pairs if pair in openings or pair[0] in alone]:
        for kind, end in sorted(_follow(root.next[words[start]], words, start + 1).items()):
            if start >= taken.get(kind, 0):
                taken[kind] = end
                found.append(Found(kind, start, end))
    return found


@cache
def _openings(language: str) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """Return the first two words of all phrases, and the words that are one alone or before any other."""
    firsts = load_phrases(language).next
    pairs = frozenset((first, second) for first, node in firsts.items() for second in node.next)
    return pairs, frozenset(first for first, node in firsts.items() if node.kinds or _ANY in node.next)


def _follow(node: _Node, words: Sequence[str], position: int) -> dict[str, int]:
    """Return the kinds of the phrases that go on from a node, and where the longest of each kind ends."""
    nodes, ends = [node], {}
    while nodes:
        for one in nodes:
            for kind in one.kinds:
                ends[kind] = position
        if position >= len(words):
            break
        steps = (words[position], _ANY)
        nodes = [following for one in nodes for step in steps if (following := one.next.get(step))]
        position += 1
    return ends


def _spell_out(phrase: str) -> Iterator[list[str]]:
    """Yield every word sequence that a phrase with "a|b" and "word?" stands for."""
    choices = [
        [*part.removesuffix("?").casefold().split("|"), *([""] if part.endswith("?") else [])]
        for part in phrase.split()
    ]
    for words in product(*choices):
        yield [word for word in words if word]


def _plant(root: _Node, words: Sequence[str], kind: str) -> None:
    node = root
    for word in words:
        node = node.next.setdefault(word, _Node())
    node.kinds.add(kind)
