"""The intervals and bounds of looking for answers."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ReplyTimes:
    """A mailbox is looked through `settled` after its first read, then every so often; `again` after a mail error.

    One look fetches `most` headers at most, in batches of `batch`, with `breath` between two of them; where there are
    more, the next look follows `soon`. A look that takes longer than `longest` is cut off, one into a mailbox that was
    switched off meanwhile after `parting`.
    """

    round: float = 5.0  # seconds
    settled: timedelta = timedelta(minutes=2)
    every: timedelta = timedelta(hours=24)
    soon: timedelta = timedelta(minutes=5)
    again: timedelta = timedelta(hours=2)
    batch: int = 200
    most: int = 5000
    breath: float = 0.5  # seconds
    longest: float = 600.0  # seconds
    parting: float = 20.0  # seconds
