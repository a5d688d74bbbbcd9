"""Shares, intervals and differences against published values."""

import pytest

from app.nudge.proportions import Share, difference


# Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_of_a_share_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    interval = Share(count, of).interval
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


# Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(0, 56), Share(0, 29), -0.1170, 0.0641),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(one: Share, other: Share, low: float, high: float) -> None:
    found = difference(one, other, least=10)
    assert found is not None
    assert found.value == pytest.approx(one.value - other.value)
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(("more", "is_told"), [(150, True), (102, False)])
def test_only_a_large_difference_is_told_from_chance(more: int, is_told: bool) -> None:
    found = difference(Share(more, 1000), Share(100, 1000))
    assert found is not None
    assert found.is_told_from_chance is is_told


def test_of_too_few_there_is_no_difference() -> None:
    assert difference(Share(20, 29), Share(1, 500)) is None
    assert difference(Share(20, 30), Share(1, 500)) is not None


def test_of_nothing_everything_is_possible() -> None:
    nothing = Share(0, 0)
    assert (nothing.value, nothing.interval.low, nothing.interval.high, nothing.tells) == (0.0, 0.0, 1.0, False)
