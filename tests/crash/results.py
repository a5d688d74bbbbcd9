"""What was played so far, in a file, so that a run of an hour may be interrupted and go on."""

import json
from collections import Counter, defaultdict
from dataclasses import fields
from pathlib import Path

from tests.crash.matrix import Tally

Tallies = dict[str, defaultdict[int, Tally]]


def load(path: Path | None) -> tuple[int, Tallies]:
    """The turns that were played whole, and their sums by database and point."""
    tallies: Tallies = {"SQLite": defaultdict(Tally), "PostgreSQL": defaultdict(Tally)}
    if path is None or not path.exists():
        return 0, tallies
    kept = json.loads(path.read_text("utf-8"))
    for name, points in kept["tallies"].items():
        for number, values in points.items():
            nudges = Counter({int(count): bursts for count, bursts in values.pop("nudges").items()})
            tallies[name][int(number)] = Tally(**values, nudges=nudges)
    return int(kept["turns"]), tallies


def keep(path: Path | None, turns: int, tallies: Tallies) -> None:
    if path is not None:
        values = {name: {number: _values(tally) for number, tally in each.items()} for name, each in tallies.items()}
        path.write_text(json.dumps({"turns": turns, "tallies": values}), "utf-8")


def _values(tally: Tally) -> dict[str, object]:
    return {field.name: getattr(tally, field.name) for field in fields(tally)} | {"nudges": dict(tally.nudges)}
