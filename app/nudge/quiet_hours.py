"""Quiet hours of a rep, read from a line such as `18:00-08:00,sat,sun`, and from any moment to the next open one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Self
from zoneinfo import ZoneInfo

from app.nudge.public_holidays import is_public_holiday

DAYS: Final = {
    **dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), range(7), strict=True)),
    **dict(zip(("mo", "di", "mi", "do", "fr", "sa", "so"), range(7), strict=True)),
}
MIDNIGHT: Final = time()
_UTC: Final = ZoneInfo("UTC")
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class QuietHoursError(ValueError):
    """A line of quiet hours that cannot be meant. `part` is the piece that is wrong, `problem` a short code for it."""

    def __init__(self, problem: str, part: str, advice: str) -> None:
        super().__init__(f"quiet hours: {part!r} {advice}")
        self.problem = problem
        self.part = part


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local spans (start included, end not; may go over midnight) on every day, and whole quiet days (Monday is 0)."""

    spans: tuple[tuple[time, time], ...] = ()
    days: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, line: str) -> Self:
        """Reads spans and day names (mon..sun or mo..so), separated by commas; empty means none.

        Raises QuietHoursError naming the wrong piece, or saying that no open time is left.
        """
        spans: list[tuple[time, time]] = []
        days: set[int] = set()
        for part in filter(None, map(str.strip, line.casefold().split(","))):
            if part in DAYS:
                days.add(DAYS[part])
            else:
                spans.append(_read_span(part))
        quiet = cls(tuple(spans), frozenset(days))
        if not quiet._ever_opens():
            raise QuietHoursError("never_open", line.strip(), "leaves no time open at all")
        return quiet

    def covers(self, local: datetime) -> bool:
        """Whether the wall clock `local` shows a quiet time."""
        return local.weekday() in self.days or any(_within(local.time(), span) for span in self.spans)

    def edges(self) -> frozenset[time]:
        """The times of day at which quiet may begin or end."""
        return frozenset({MIDNIGHT}.union(*self.spans))

    def _ever_opens(self) -> bool:
        open_times = (edge for edge in self.edges() if not any(_within(edge, span) for span in self.spans))
        return len(self.days) < len(set(DAYS.values())) and any(True for _ in open_times)


@dataclass(frozen=True, slots=True)
class OpenHours:
    """When a rep may be nudged: outside the quiet hours, by the clock of `zone`, on no public holiday of `region`."""

    quiet: QuietHours = QuietHours()
    zone: ZoneInfo = _UTC
    region: str | None = None

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def day(self, moment: datetime) -> date:
        """The rep's day."""
        return self.local(moment).date()

    def at(self, day: date, clock: time) -> datetime:
        """A time of the rep's clock, as UTC."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def cover(self, moment: datetime) -> bool:
        local = self.local(moment)
        return not self.quiet.covers(local) and not is_public_holiday(local.date(), self.region)

    def next_open(self, moment: datetime) -> datetime:
        """`moment` where it is open, else the first open one after it; UTC."""
        if self.cover(moment):
            return moment
        return next(edge for edge in self._edges_after(moment) if self.cover(edge))

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments was open; nothing where `end` is not after `start`."""
        moments = [start]
        for edge in self._edges_after(start):
            if edge >= end:
                break
            moments.append(edge)
        pieces = pairwise([*moments, max(start, end)])
        return sum((b - a for a, b in pieces if self.cover(a)), timedelta())

    def _edges_after(self, moment: datetime) -> Iterator[datetime]:
        day = self.day(moment)
        while True:
            yield from (edge for edge in self._edges_on(day) if edge > moment)
            day += timedelta(days=1)

    def _edges_on(self, day: date) -> list[datetime]:
        # Both folds: on the day when the clock goes back, an edge in the repeated hour comes twice.
        return sorted(
            {
                datetime.combine(day, edge, self.zone).replace(fold=fold).astimezone(UTC)
                for edge in self.quiet.edges()
                for fold in (0, 1)
            }
        )


def _read_span(part: str) -> tuple[time, time]:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise QuietHoursError("form", part, "is neither a day such as sat nor a span such as 18:00-08:00")
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    try:
        start = time(start_hour, start_minute)
        end = MIDNIGHT if (end_hour, end_minute) == (24, 0) else time(end_hour, end_minute)
    except ValueError:
        raise QuietHoursError("time", part, "holds a time that no clock shows") from None
    if start == end:
        raise QuietHoursError("empty_span", part, "begins and ends at the same time")
    return start, end


def _within(clock: time, span: tuple[time, time]) -> bool:
    start, end = span
    return start <= clock < end if start < end else clock >= start or clock < end
