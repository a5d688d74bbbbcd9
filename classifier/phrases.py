"""Finds known phrases in the words of a text: sales talk, calls to action, opt-outs, earlier contact, routine."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

LANGUAGES = ("de", "en")
ROUTINES = (
    *("invoice", "delivery", "report", "scheduling", "absence"),
    *("documents", "application", "access", "circular", "thanks"),
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
    found: list[Found] = []
    taken: dict[str, int] = {}
    following = [*words[1:], ""]
    for start, word in enumerate(words):
        node = root.next.get(word)
        # Most words begin some phrase, but few are followed by its second word.
        if node is None or not (node.kinds or following[start] in node.next or _ANY in node.next):
            continue
        ends = list(_follow(node, words, start + 1))
        for kind, end in dict(sorted(ends)).items() if ends else ():
            if start >= taken.get(kind, 0):
                taken[kind] = end
                found.append(Found(kind, start, end))
    return found


def _follow(node: _Node, words: Sequence[str], position: int) -> Iterator[tuple[str, int]]:
    nodes = [node]
    while nodes:
        for one in nodes:
            for kind in one.kinds:
                yield kind, position
        if position >= len(words):
            return
        steps = (words[position], _ANY)
        nodes = [following for one in nodes for step in steps if (following := one.next.get(step))]
        position += 1


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
