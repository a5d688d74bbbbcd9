"""When a template was sent, week by week, as bars to draw and rows to read. Plain values."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MOST_WEEKS: Final = 26
LEAST_WEEKS: Final = 8  # fewer bars say little beside each other
HEIGHT: Final = 80
WIDTH: Final = 24
_GAP: Final = 4
_LEAST_HEIGHT: Final = 3  # one mail beside hundreds stays visible
_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Week:
    """One bar: the Monday, how many mails, and where it is drawn, in units of the drawing."""

    monday: date
    count: int
    x: int
    y: int
    width: int
    height: int


def weeks(moments: Sequence[datetime], now: datetime, zone: ZoneInfo) -> list[Week]:
    """The weeks up to this one without a gap, from that of the first moment on, but not too few or too many."""
    counts = Counter(_monday(moment, zone) for moment in moments)
    last = max(_monday(now, zone), max(counts, default=date.min))
    first = min(min(counts, default=last), last - (LEAST_WEEKS - 1) * _WEEK)
    number = min((last - first) // _WEEK + 1, MOST_WEEKS)
    mondays = [last - place * _WEEK for place in reversed(range(number))]
    most = max((counts[monday] for monday in mondays), default=0) or 1
    return [_bar(place, monday, counts[monday], most) for place, monday in enumerate(mondays)]


def _bar(place: int, monday: date, count: int, most: int) -> Week:
    height = max(_LEAST_HEIGHT, round(HEIGHT * count / most)) if count else 0
    return Week(monday, count, place * WIDTH + _GAP // 2, HEIGHT - height, WIDTH - _GAP, height)


def _monday(moment: datetime, zone: ZoneInfo) -> date:
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())
