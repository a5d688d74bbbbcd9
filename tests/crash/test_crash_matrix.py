"""Killed with -9 at each point of the table: nothing missed, nothing twice, nothing changed."""

import os
from pathlib import Path

import pytest

from tests.crash.matrix import NewDatabase, Tally, lanes
from tests.crash.points import POINTS
from tests.crash.rounds import play
from tests.crash.storm import KILLS, weather
from tests.crash.trace import UnknownName, trace_calls
from tests.servers.dovecot import Dovecot
from tests.servers.postgresql import PostgreSQL

ROUNDS = int(os.environ.get("ZURUF_TEST_CRASH_ROUNDS", "1"))
KILLED = int(os.environ.get("ZURUF_TEST_KILLS", "6"))


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    if request.param == "SQLite":
        return lambda: ""
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database


@pytest.mark.timeout(600 * ROUNDS)
def test_at_every_point_each_send_is_judged_once_and_each_burst_nudged_once(
    tmp_path: Path, dovecot: Dovecot, new_database: NewDatabase
) -> None:
    tally, problems = Tally(), []
    with lanes(tmp_path, dovecot, new_database) as installations:
        for played in installations.play(play, [*POINTS.values()] * ROUNDS):
            tally.add(played)
            problems += [f"{played.point.number}, {played.point.words}: {played.problem}"] if played.problem else []
    assert problems == []
    assert tally.nudges.keys() <= {0, 1}
    assert tally.nudges[0] == tally.capped


@pytest.mark.timeout(120 + 30 * KILLED)
def test_killed_at_random_while_several_reps_send_nothing_is_lost_or_doubled(
    tmp_path: Path, dovecot: Dovecot, new_database: NewDatabase
) -> None:
    seeds = [int.from_bytes(os.urandom(4)) for _ in range(max(1, KILLED // (2 * KILLS)))]
    with lanes(tmp_path, dovecot, new_database) as installations:
        storms = list(installations.play(weather, seeds))
    assert [(seed, storm) for seed, storm in zip(seeds, storms, strict=True) if storm.problem] == []


def test_a_point_whose_name_is_gone_is_not_passed_over() -> None:
    for name in ("app.no_such_module.Thing", "app.main.no_such_name"):
        with pytest.raises(UnknownName):
            trace_calls([name], print)
