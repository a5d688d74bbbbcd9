"""Finds known phrases in the words of a text: sales talk, calls to action, opt-outs, earlier contact, routine."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, product
from pathlib import Path

LANGUAGES = ("de", "en")
ROUTINES = (
    *("invoice", "delivery", "report", "scheduling", "absence"),
    *("documents", "application", "access", "purchasing", "circular", "thanks"),
)

_FOLDER = Path(__file__).parent / "phrases"
_ANY = "*"
_NOTHING = ""  # after the last word


@dataclass(slots=True)
class _Node:
    """One step of a phrase: what may follow, and the kinds of phrases that end here.

    `other` is what may follow any word, beside what may follow this word.
    """

    next: dict[str, "_Node"] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    other: "_Node | None" = None


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
    seconds = _seconds(language)
    root = load_phrases(language).next
    found: list[Found] = []
    taken: dict[str, int] = {}
    # Most words begin some phrase, but few are followed by its second word.
    pairs = enumerate(zip(map(seconds.get, words), chain(words[1:], (_NOTHING,)), strict=False))
    for start in [place for place, (known, second) in pairs if known and (second in known or _ANY in known)]:
        for kind, end in sorted(_follow(root[words[start]], words, start + 1).items()):
            if start >= taken.get(kind, 0):
                taken[kind] = end
                found.append(Found(kind, start, end))
    return found


@cache
def _seconds(language: str) -> dict[str, frozenset[str]]:
    """Return by the first words of phrases what may stand second; `*` where the first is one alone or before any."""
    firsts = load_phrases(language).next
    return {
        first: frozenset({*node.next, _ANY} if node.kinds or node.other else node.next)
        for first, node in firsts.items()
    }


def _follow(node: _Node, words: Sequence[str], start: int) -> dict[str, int]:
    """Return the kinds of the phrases that go on from a node, and where the longest of each kind ends."""
    ends: dict[str, int] = {}
    ahead: list[tuple[_Node | None, int]] = [(node, start)]
    for following, position in ahead:
        while following:
            for kind in following.kinds:
                ends[kind] = max(position, ends.get(kind, 0))
            if position >= len(words):
                break
            if following.other:
                ahead.append((following.other, position + 1))
            following = following.next.get(words[position])
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
        if word == _ANY:
            node.other = node.other or _Node()
            node = node.other
        else:
            node = node.next.setdefault(word, _Node())
    node.kinds.add(kind)
