"""The campaigns, sequences, routine notes and stock phrases that were written for the simulator, and how they vary."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from classifier.dataset import CORPUS, Row
from classifier.own_text import own_text
from classifier.simulation.rewriting import edit_lightly, join, rewrite_half, split_sentences

SLOTS_ONLY, LIGHT_EDITS, HALF_REWRITTEN = "slots only", "light edits", "half rewritten"
SPINTAX, REWORDED, FOLLOW_UPS, ROUTINE = "spintax", "reworded", "follow-ups", "routine"
CAMPAIGN_MODES = (SLOTS_ONLY, LIGHT_EDITS, HALF_REWRITTEN, SPINTAX, REWORDED, FOLLOW_UPS)

_CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")
_LEAST_WORDS = 25  # shorter templates are hard for other reasons and would blur what is measured
_NEIGHBOURS = 2  # neighbours in the files often belong to one firm and share a sentence: they are drawn together
_ROUTINES = 8

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """Mails from one template; `write(n)` gives the text of copy n (from 0), without greeting and closing.

    `most` bounds the copies. In a sequence `step` counts from 0, `crowd` seeds the people that all its steps go to, and
    `threaded` steps are answers to the first.
    """

    name: str
    mode: str
    subject: Callable[[], str]
    write: Callable[[int], str]
    most: int | None = None
    step: int = 0
    crowd: int | None = None
    threaded: bool = False


@cache
def load_families(language: str) -> Mapping[str, Any]:
    """Return `spun`, `varied`, `sequence`, `routine` (lists) and `stock` (lists by name) of "de" or "en"."""
    return tomllib.loads((CORPUS / f"families-{language}.toml").read_text(encoding="utf-8"))


def draw_campaigns(random: Random, language: str, templates: Sequence[Row], half: int) -> Iterator[Family]:
    """Yield the families of one outbox: two campaigns of each mode and one sequence, all of one half of the files."""
    yield from _from_corpus(random, language, templates)
    for entry in _draw_neighbours(random, load_families(language)["spun"], half):
        yield _spun(random, entry)
    for entry in _draw_neighbours(random, load_families(language)["varied"], half):
        yield _reworded(random, entry)
    yield from _sequence(random, random.choice(_half_of(load_families(language)["sequence"], half)))


def draw_routine(random: Random, language: str, half: int) -> Iterator[Family]:
    """Yield families of routine notes."""
    for entry in random.sample(_half_of(load_families(language)["routine"], half), _ROUTINES):
        yield Family(f"routine {entry['subject']}", ROUTINE, _always(entry["subject"]), _same(entry["text"]))


def _from_corpus(random: Random, language: str, templates: Sequence[Row]) -> Iterator[Family]:
    usable = [row for row in templates if len(row.words) >= _LEAST_WORDS]
    strangers = [sentence for row in templates for sentence in split_sentences(own_text(row.sample).message)]
    changes: Mapping[str, Callable[[list[str]], list[str]]] = {
        SLOTS_ONLY: lambda sentences: sentences,
        LIGHT_EDITS: lambda sentences: edit_lightly(sentences, random, language),
        HALF_REWRITTEN: lambda sentences: rewrite_half(sentences, random, strangers),
    }
    modes = [*changes] * 2
    for mode, row in zip(modes, random.sample(usable, len(modes)), strict=True):
        yield Family(row.id, mode, _always(row.sample.subject), _changed(row, changes[mode]))


def _changed(row: Row, change: Callable[[list[str]], list[str]]) -> Callable[[int], str]:
    sentences = split_sentences(own_text(row.sample).message)
    return lambda _: join(change(sentences))


def _spun(random: Random, entry: Entry) -> Family:
    return Family(
        entry["name"], SPINTAX, lambda: spin(entry["subject"], random), lambda _: spin(entry["text"], random).strip()
    )


def spin(text: str, random: Random) -> str:
    """Return a text with one alternative drawn for each `{one|other}`."""
    return _CHOICE.sub(lambda found: random.choice(found.group(1).split("|")), text)


def _reworded(random: Random, entry: Entry) -> Family:
    texts: list[str] = random.sample(entry["texts"], len(entry["texts"]))
    return Family(
        entry["name"], REWORDED, lambda: random.choice(entry["subjects"]), lambda copy: texts[copy].strip(), len(texts)
    )


def _sequence(random: Random, entry: Entry) -> Iterator[Family]:
    crowd, threaded = random.getrandbits(32), random.random() < 0.5
    for number, step in enumerate(entry["steps"]):
        yield Family(
            name=f"{entry['name']}/{number}",
            mode=FOLLOW_UPS,
            subject=_always(step["subject"]),
            write=_same(step["text"]),
            step=number,
            crowd=crowd,
            threaded=threaded and number > 0,
        )


def _draw_neighbours(random: Random, entries: Sequence[Entry], half: int) -> Sequence[Entry]:
    chosen = _half_of(entries, half)
    start = random.randrange(len(chosen) - _NEIGHBOURS + 1)
    return chosen[start : start + _NEIGHBOURS]


def _half_of(entries: Sequence[Entry], half: int) -> Sequence[Entry]:
    middle = len(entries) // 2
    return entries[middle:] if half else entries[:middle]


def _always(text: str) -> Callable[[], str]:
    return lambda: text


def _same(text: str) -> Callable[[int], str]:
    return lambda _: text.strip()
