"""Working time before a moment as one ruler of minutes: Monday to Friday, without nights and holidays."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS_BACK: Final = 60
OPENS: Final = time(8, 30)
CLOSES: Final = time(17, 30)
DAY_MINUTES: Final = 9 * 60
HOLIDAYS: Final = frozenset({(1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31)})


class WorkingTime:
    """The working days that lie wholly within the 60 days before `now` (aware), in the local time of `timezone`."""

    def __init__(self, now: datetime, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        today = now.astimezone(self._zone).date()
        earliest = now - timedelta(days=DAYS_BACK)
        days = [today - timedelta(days=back) for back in range(DAYS_BACK, -1, -1)]
        self._days = [
            day
            for day in days
            if is_working_day(day) and self._at(day, OPENS) >= earliest and self._at(day, CLOSES) <= now
        ]

    @property
    def minutes(self) -> int:
        """The length of the ruler."""
        return len(self._days) * DAY_MINUTES

    def moment(self, minute: float) -> datetime:
        """The local time that stands at `minute`, which is held within the ruler."""
        held = min(max(minute, 0), self.minutes - 1)
        day, into = divmod(held, DAY_MINUTES)
        return (self._at(self._days[int(day)], OPENS) + timedelta(minutes=into)).astimezone(self._zone)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self._zone).astimezone(UTC)


def working_days_after(day: date, count: int) -> date:
    """The day `count` working days after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS
