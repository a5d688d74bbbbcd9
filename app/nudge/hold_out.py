"""The hold-out: which due nudges are withheld, and what the rest tells about whether nudges do anything."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from typing import Final

# Below it, in either group, no difference that a nudge could make can be told from chance.
LEAST_IN_A_GROUP: Final = 100
Z: Final = 1.959964  # for 95 %
_BITS: Final = 53  # of a float's mantissa


def draw(key: bytes, burst: bytes) -> float:
    """The burst's place in the hold-out, 0 to below 1: the same at every asking, and not to be guessed without the key.

    Bursts whose place is below the share are withheld.
    """
    mac = hmac.new(key, burst, sha256).digest()
    return float(int.from_bytes(mac[:8], "big") >> (64 - _BITS)) / float(1 << _BITS)


@dataclass(frozen=True, slots=True)
class Group:
    """Of `bursts` whose nudge was due, so many were `followed` by what is hoped for."""

    bursts: int
    followed: int

    @property
    def share(self) -> float:
        return self.followed / self.bursts


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher the share was with nudges than without, and its interval with 95 % confidence."""

    share: float
    interval: Interval

    @property
    def is_told_from_chance(self) -> bool:
        return not self.interval.low <= 0 <= self.interval.high


def wilson(group: Group) -> Interval:
    """The score interval of one share (Wilson 1927); of an empty group everything is possible."""
    if group.bursts == 0:
        return Interval(0.0, 1.0)
    n, p, z2 = group.bursts, group.share, Z * Z
    middle = p + z2 / (2 * n)
    spread = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return Interval(max(0.0, (middle - spread) / (1 + z2 / n)), min(1.0, (middle + spread) / (1 + z2 / n)))


def difference(nudged: Group, held_out: Group) -> Difference:
    """With the interval of Newcombe (1998, method 10); no group may be empty."""
    share = nudged.share - held_out.share
    one, other = wilson(nudged), wilson(held_out)
    below = sqrt((nudged.share - one.low) ** 2 + (other.high - held_out.share) ** 2)
    above = sqrt((one.high - nudged.share) ** 2 + (held_out.share - other.low) ** 2)
    return Difference(share, Interval(share - below, share + above))


def compare(nudged: Group, held_out: Group) -> Difference | None:
    """The difference; None where there are too few bursts to tell."""
    if min(nudged.bursts, held_out.bursts) < LEAST_IN_A_GROUP:
        return None
    return difference(nudged, held_out)
