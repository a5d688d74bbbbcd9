"""The full form of the crash tests, which takes its time, and the tables in `docs/reliability.md`.

    python -m tests.crash [--rounds 20] [--kills 500] [--points 1,2,3] [--write] [--results FILE]

Says each round that went wrong as soon as it is over; exit status 1 if there was one.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.crash.matrix import Lanes, NewDatabase, Tally, lanes
from tests.crash.points import POINTS
from tests.crash.report import tables, write
from tests.crash.results import keep, load
from tests.crash.rounds import play
from tests.crash.storm import KILLS, weather
from tests.servers.dovecot import Dovecot
from tests.servers.postgresql import PostgreSQL


def main() -> int:
    wanted = _arguments()
    # However it is told to stop, its servers stop with it.
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.default_int_handler)
    numbers = [int(number) for number in wanted.points.split(",")] if wanted.points else list(POINTS)
    with ExitStack() as stack:
        installations = _installations(stack)
        done, tallies = load(wanted.results)
        for turn in range(done, wanted.rounds):
            for name, lanes_of in installations.items():
                _play(lanes_of, name, numbers, tallies[name])
                _weather(lanes_of, name, _share(wanted.kills // KILLS // 2, turn, wanted.rounds), tallies[name])
            # What is done is kept, however long the rest takes.
            keep(wanted.results, turn + 1, tallies)
            if wanted.write:
                write(tables(f"{datetime.now(UTC):%Y-%m-%d}", tallies))
    _say(tables(f"{datetime.now(UTC):%Y-%m-%d}", tallies))
    return int(any(tally.recovered < tally.rounds for each in tallies.values() for tally in each.values()))


def _installations(stack: ExitStack) -> dict[str, Lanes]:
    """By the name of their database."""
    dovecot, postgresql = stack.enter_context(Dovecot()), stack.enter_context(PostgreSQL())
    directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    databases: Mapping[str, NewDatabase] = {"SQLite": str, "PostgreSQL": postgresql.new_database}
    return {name: stack.enter_context(lanes(directory / name, dovecot, new)) for name, new in databases.items()}


def _share(total: int, turn: int, turns: int) -> int:
    """What of `total` falls to one of so many turns, from 0 on."""
    return total * (turn + 1) // turns - total * turn // turns


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--rounds", type=int, default=20, help="rounds for each point and database")
    parser.add_argument("--kills", type=int, default=500, help="kills at random, over both databases")
    parser.add_argument("--points", default="", help="only these")
    parser.add_argument("--write", action="store_true", help="renew docs/reliability.md")
    parser.add_argument("--results", type=Path, help="where an interrupted run is kept, to go on with")
    return parser.parse_args()


def _play(installations: Lanes, database: str, numbers: list[int], tallies: defaultdict[int, Tally]) -> None:
    begun = time.monotonic()
    for played in installations.play(play, [POINTS[number] for number in numbers]):
        tallies[played.point.number].add(played)
        if played.problem:
            _say(f"{database}, point {played.point.number}, {played.point.words}: {played.problem}")
    _say(f"{database}: {len(numbers)} points in {time.monotonic() - begun:.0f} s")


def _weather(installations: Lanes, database: str, rounds: int, tallies: defaultdict[int, Tally]) -> None:
    begun = time.monotonic()
    seeds = [random.getrandbits(32) for _ in range(rounds)]
    for seed, played in zip(seeds, installations.play(weather, seeds), strict=True):
        tallies[0].add(played)
        if played.problem:
            _say(f"{database}, seed {seed}, killed after {played.moments}: {played.problem}")
    _say(f"{database}: {rounds * KILLS} kills at random in {time.monotonic() - begun:.0f} s")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
