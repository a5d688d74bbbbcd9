"""When a digest comes: in the morning of every open day, or in that of the week's first one."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from app.nudge.facts import WEEK, Action, Decision, Digest, NudgeHistory, Why
from app.nudge.quiet_hours import OpenHours

MORNING: Final = time(8)
DAY: Final = timedelta(days=1)
# A holiday or a mailbox out of reach may put a digest off, but not for ever.
LONGEST_AGE: Final = {Digest.DAILY: WEEK, Digest.WEEKLY: 2 * WEEK}


def next_digest(moment: datetime, kind: Digest, hours: OpenHours) -> datetime:
    """The first moment of a digest at or after `moment`; UTC."""
    step = WEEK if kind is Digest.WEEKLY else DAY
    day = hours.day(moment)
    if kind is Digest.WEEKLY:
        day -= timedelta(days=day.weekday())
    while (morning := hours.next_open(hours.at(day, MORNING))) < moment:
        day += step
    return morning


def next_morning(moment: datetime, hours: OpenHours) -> datetime:
    """The first open moment of a later day; UTC."""
    return hours.next_open(hours.at(hours.day(moment) + DAY, MORNING))


def has_had_one(moment: datetime, kind: Digest, hours: OpenHours, history: NudgeHistory) -> bool:
    """Whether another digest came on that day (in that week). At the very same moment it is the same digest."""
    digests = {past.at for past in history.nudges if past.in_digest} - {moment}
    return any(_is_same_period(digest, moment, kind, hours) for digest in digests)


def _is_same_period(one: datetime, other: datetime, kind: Digest, hours: OpenHours) -> bool:
    if kind is Digest.DAILY:
        return hours.day(one) == hours.day(other)
    return hours.day(one).isocalendar()[:2] == hours.day(other).isocalendar()[:2]


def of_digest(parts: Sequence[Decision]) -> Decision:
    """What to do about a digest of bursts with these decisions: it goes with those whose time has come.

    Before it goes, the others are taken out; once it may be in the mailbox, only "stop" about all of them counts.
    """
    joining = [part for part in parts if part.action is Action.JOIN_DIGEST]
    if joining:
        return min(joining, key=lambda part: part.at.timestamp() if part.at else 0.0)
    stopped = all(part.reason is Why.STOPPED for part in parts)
    return Decision(Action.SILENT, Why.STOPPED if stopped else Why.ANSWERED)
