"""The courier's intervals."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CourierTimes:
    """`grace`: how long an unconfirmed delivery waits before it is looked for; it must outlive an APPEND's timeout.

    An absent one is looked for again after `second_look`. `verify` is when a repeated delivery is checked once more.
    """

    round: float = 1.0  # seconds
    grace: timedelta = timedelta(seconds=60)
    second_look: timedelta = timedelta(seconds=30)
    verify: timedelta = timedelta(minutes=10)
    unreachable: timedelta = timedelta(seconds=60)
    refused: timedelta = timedelta(hours=1)
    retention: timedelta = timedelta(days=90)
