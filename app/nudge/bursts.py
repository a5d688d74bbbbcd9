"""Which sends belong together in one burst, and so in one nudge."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.nudge.policy import FlaggedSend

# Over a weekend: what went out on Friday afternoon and on Monday morning is one story for the rep.
LONGEST_GAP: Final = timedelta(days=3)


def current_burst(sends: Sequence[FlaggedSend], nudged_at: datetime | None = None) -> tuple[FlaggedSend, ...]:
    """The newest sends of one template with no gap over three days between them, and none from before its last nudge.

    Takes and gives the sends in time order.
    """
    start = len(sends)
    while start > 0 and _continues(sends, start, nudged_at):
        start -= 1
    return tuple(sends[start:])


def _continues(sends: Sequence[FlaggedSend], start: int, nudged_at: datetime | None) -> bool:
    earlier = sends[start - 1].sent_at
    if nudged_at is not None and earlier < nudged_at:
        return False
    return start == len(sends) or sends[start].sent_at - earlier <= LONGEST_GAP
