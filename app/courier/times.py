"""The courier's intervals."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CourierTimes:
    """`grace`: how long an unconfirmed APPEND waits before it is looked for, `submitted` the same for SMTP.

    An absent one is looked for again after `second_look`. `verify` is when a repeated delivery is checked once more.
    After a refusal the next try waits for `refused`, then for twice that, and so on. A `claim` keeps other couriers
    away; it outlives the longest APPEND that the connection's timeouts allow (below 13 minutes). A delivery into a
    mailbox that the rep paused or removed meanwhile may end by itself for `parting` seconds, then it is cut off.
    After `worry` in need of attention, the rep is told so by mail.
    """

    round: float = 1.0  # seconds
    grace: timedelta = timedelta(seconds=60)
    second_look: timedelta = timedelta(seconds=30)
    verify: timedelta = timedelta(minutes=10)
    unreachable: timedelta = timedelta(seconds=60)
    refused: timedelta = timedelta(hours=1)
    retention: timedelta = timedelta(days=90)
    submitted: timedelta = timedelta(minutes=10)
    claim: timedelta = timedelta(minutes=15)
    worry: timedelta = timedelta(minutes=15)
    parting: float = 20.0  # seconds
