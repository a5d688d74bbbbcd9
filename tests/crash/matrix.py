"""Plays rounds on several installations at once, and counts what came of them."""

import queue
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeVar

from tests.crash.lane import Lane
from tests.crash.seats import Outcome
from tests.crash.zygote import Zygote
from tests.servers.dovecot import Dovecot

# A round mostly waits: for the server's push, for a burst to settle, for the grace time.
LANES: Final = 4

Item = TypeVar("Item")
Result = TypeVar("Result")
NewDatabase = Callable[[], str]


class Played(Protocol):
    """What every kind of round tells."""

    @property
    def kills(self) -> int: ...

    @property
    def outcomes(self) -> tuple[Outcome, ...]: ...

    @property
    def problem(self) -> str: ...


@dataclass(slots=True)
class Tally:
    """Sums over rounds. `nudges`: how many bursts brought so many; `capped`: given up after two attempts."""

    rounds: int = 0
    kills: int = 0
    recovered: int = 0
    judged: int = 0
    nudges: Counter[int] = field(default_factory=Counter)
    capped: int = 0

    def add(self, played: Played) -> None:
        self.rounds += 1
        self.kills += played.kills
        self.recovered += not played.problem
        for outcome in played.outcomes:
            self.judged += outcome.judged
            if outcome.nudges is not None:
                self.nudges[outcome.nudges] += 1
            self.capped += outcome.capped

    def __iadd__(self, other: "Tally") -> "Tally":
        for name in ("rounds", "kills", "recovered", "judged", "capped"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.nudges += other.nudges
        return self


class Lanes:
    """Installations side by side, each on a database of its own."""

    def __init__(self, lanes: Iterable[Lane]) -> None:
        self._free: queue.SimpleQueue[Lane] = queue.SimpleQueue()
        for lane in lanes:
            self._free.put(lane)

    def play(self, one: Callable[[Lane, Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """`one` for each item, in the order of the items."""

        def on_free_lane(item: Item) -> Result:
            lane = self._free.get()
            try:
                return one(lane, item)
            finally:
                self._free.put(lane)

        with ThreadPoolExecutor(self._free.qsize()) as pool:
            yield from pool.map(on_free_lane, items)


@contextmanager
def lanes(directory: Path, dovecot: Dovecot, new_database: NewDatabase) -> Iterator[Lanes]:
    """`new_database` gives the URL of an empty database each time, or nothing for SQLite."""
    with Zygote() as zygote:
        yield Lanes([Lane(directory / str(n), dovecot, zygote, new_database()) for n in range(LANES)])
