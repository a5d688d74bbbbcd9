"""Shares and their differences with 95 % intervals, and from when on they tell anything."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

Z: Final = 1.959964  # for 95 %
# Of fewer, the interval of a share is wider than most shares that could be told apart.
LEAST: Final = 30


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """0 to 1; of nothing it is 0."""
        return self.count / self.of if self.of else 0.0

    @property
    def tells(self) -> bool:
        return self.of >= LEAST

    @property
    def interval(self) -> Interval:
        """The score interval (Wilson 1927); of nothing everything is possible."""
        if self.of == 0:
            return Interval(0.0, 1.0)
        n, p, z2 = self.of, self.value, Z * Z
        middle = p + z2 / (2 * n)
        spread = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return Interval(max(0.0, (middle - spread) / (1 + z2 / n)), min(1.0, (middle + spread) / (1 + z2 / n)))


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher one share is than the other."""

    value: float
    interval: Interval

    @property
    def is_told_from_chance(self) -> bool:
        return not self.interval.low <= 0 <= self.interval.high


def difference(one: Share, other: Share, least: int = LEAST) -> Difference | None:
    """With the interval of Newcombe (1998, method 10); None where either is of fewer than `least`."""
    if min(one.of, other.of) < least:
        return None
    value = one.value - other.value
    below = sqrt((one.value - one.interval.low) ** 2 + (other.interval.high - other.value) ** 2)
    above = sqrt((one.interval.high - one.value) ** 2 + (other.value - other.interval.low) ** 2)
    return Difference(value, Interval(value - below, value + above))
