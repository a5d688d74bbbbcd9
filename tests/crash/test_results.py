"""An interrupted run of the crash matrix goes on with what it had."""

from collections import Counter
from pathlib import Path

from tests.crash.matrix import Tally
from tests.crash.results import keep, load


def test_what_was_kept_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    _, tallies = load(path)
    tallies["SQLite"][3] = Tally(rounds=2, kills=2, recovered=2, judged=36, nudges=Counter({1: 4, 0: 1}), capped=1)
    keep(path, 2, tallies)
    turns, again = load(path)
    assert turns == 2
    assert again["SQLite"][3] == tallies["SQLite"][3]
    assert again["PostgreSQL"][3] == Tally()
