"""Which nudges are withheld, and what can be said of the rest."""

import pytest

from app.nudge.hold_out import LEAST_IN_A_GROUP, Difference, Group, compare, difference, draw, wilson

KEY = b"a key of this rep"


def bursts(number: int) -> list[bytes]:
    return [f"burst {n}".encode() for n in range(number)]


def test_a_burst_is_drawn_the_same_at_every_asking() -> None:
    assert [draw(KEY, burst) for burst in bursts(5)] == [draw(KEY, burst) for burst in bursts(5)]


def test_another_key_draws_others() -> None:
    assert [draw(KEY, burst) for burst in bursts(5)] != [draw(b"another", burst) for burst in bursts(5)]


def test_draws_are_spread_evenly() -> None:
    draws = sorted(draw(KEY, burst) for burst in bursts(4000))
    assert 0 <= draws[0] < draws[-1] < 1
    assert max(abs(place - n / 4000) for n, place in enumerate(draws)) < 0.03


@pytest.mark.parametrize(
    ("calls", "bursts", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_of_one_share_is_that_of_newcombes_paper(calls: int, bursts: int, low: float, high: float) -> None:
    interval = wilson(Group(bursts, calls))
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_known_of_an_empty_group() -> None:
    assert (wilson(Group(0, 0)).low, wilson(Group(0, 0)).high) == (0.0, 1.0)


def test_too_few_bursts_tell_nothing() -> None:
    assert compare(Group(5000, 600), Group(LEAST_IN_A_GROUP - 1, 0)) is None
    assert compare(Group(0, 0), Group(0, 0)) is None


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (Group(70, 56), Group(80, 48), 0.0524, 0.3339),
        (Group(10, 9), Group(10, 3), 0.1705, 0.8090),
        (Group(56, 0), Group(29, 0), -0.1170, 0.0641),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombes_paper(
    one: Group, other: Group, low: float, high: float
) -> None:
    interval = difference(one, other).interval
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-4)


def test_a_large_difference_is_told_from_chance() -> None:
    told = compare(Group(1000, 150), Group(1000, 100))
    assert told is not None
    assert told.share == pytest.approx(0.05)
    assert told.is_told_from_chance


def test_a_small_difference_is_not_told_from_chance() -> None:
    told = compare(Group(100, 12), Group(100, 10))
    assert isinstance(told, Difference)
    assert not told.is_told_from_chance
