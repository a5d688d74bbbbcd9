"""A call as an appointment for the rep's own calendar: one event, published to nobody (RFC 5545, RFC 5546 3.2.1)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from icalendar import Alarm, Calendar, Event

from app.nudge.quiet_hours import OpenHours

SLOT: Final = timedelta(minutes=15)
_QUARTERS: Final = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
# The times of a day at which a call may begin, the best first.
_CLOCKS: Final = sorted(_QUARTERS, key=lambda clock: abs(clock.hour * 60 + clock.minute - 10 * 60))
_REMINDER: Final = timedelta(minutes=5)
_SATURDAY: Final = 5
_DAYS_AHEAD: Final = 14
_TIME_ZONE_RULES: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Appointment:
    """`uid` tells it from any other for good; `start` is in the rep's zone; `stamp` is when it was written down."""

    uid: str
    start: datetime
    stamp: datetime
    title: str
    description: str


def next_call_slot(now: datetime, hours: OpenHours) -> datetime | None:
    """The open quarter of an hour nearest to ten o'clock on the rep's next open day from Monday to Friday (UTC).

    None where two weeks have no such day.
    """
    today = hours.day(now)
    days = (today + timedelta(days=ahead) for ahead in range(1, _DAYS_AHEAD + 1))
    starts = (hours.at(day, clock) for day in days if day.weekday() < _SATURDAY for clock in _CLOCKS)
    return next((start for start in starts if hours.open_time(start, start + SLOT) == SLOT), None)


def calendar_file(appointment: Appointment) -> bytes:
    """The `.ics` file with its time zone, CRLF line ends and folded lines; without organizer or attendees."""
    calendar = Calendar()
    calendar.add("prodid", "-//Zuruf//Zuruf//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(appointment))
    # The rules of a few years around it, not of all years since 1970.
    day = appointment.start.date()
    calendar.add_missing_timezones(day - _TIME_ZONE_RULES, day + _TIME_ZONE_RULES)
    return bytes(calendar.to_ical())


def _event(appointment: Appointment) -> Event:
    event = Event()
    event.add("uid", appointment.uid)
    event.add("dtstamp", appointment.stamp.astimezone(UTC))
    event.add("dtstart", appointment.start)
    event.add("dtend", appointment.start + SLOT)
    event.add("summary", appointment.title)
    event.add("description", appointment.description)
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -_REMINDER)
    alarm.add("description", appointment.title)
    event.add_component(alarm)
    return event
