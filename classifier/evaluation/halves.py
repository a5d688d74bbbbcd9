"""Halves all mail so that what one half teaches the other half asks: other writers, industries, outboxes, senders."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from classifier.dataset import Row
from classifier.judge import Judge
from classifier.phrases import LANGUAGES
from classifier.simulation.replays import Outcome, judge_alone, make_material, replay_real, replay_simulated
from classifier.train import train

HALVES = (0, 1)
SEED = "measured"
OUTBOXES = 12  # simulated ones for each language and half


@dataclass(frozen=True, slots=True)
class Half:
    """A judge, the rows that taught it, and those that it never saw."""

    number: int
    judge: Judge
    learned: Sequence[Row]
    held: Sequence[Row]


def train_halves(rows: Sequence[Row]) -> Iterator[Half]:
    """Yield both halves, each with a judge trained on the other one."""
    for number in HALVES:
        learned = [row for row in rows if half_of(row) != number]
        yield Half(
            number,
            train(learned, halves=[1 - number]).judge(),
            learned,
            [row for row in rows if half_of(row) == number],
        )


def half_of(row: Row) -> int:
    """Return the half of a row: written mail goes by file, real mail by outbox, sender and series."""
    if row.synthetic and not row.routine:
        return (ord(row.source[-1]) - ord("a")) % 2
    return zlib.crc32(row.group.encode()) % 2


def judge_half(half: Half) -> Iterator[Outcome]:
    """Yield the outcome of every mail that the judge of a half never saw, alone and in outboxes."""
    yield from judge_alone(half.judge, half.held)
    yield from replay_real(half.judge, half.held)
    for language in LANGUAGES:
        yield from replay_simulated(half.judge, make_material(half.held, language, half.number), SEED, OUTBOXES)


def of_language(rows: Iterable[Row], language: str) -> list[Row]:
    """Return the rows of one language."""
    return [row for row in rows if row.language == language]
