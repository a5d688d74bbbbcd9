"""The appointment for a call: when it is, and what stands in the file."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from app.nudge.calendar_file import SLOT, Appointment, calendar_file, next_call_slot
from app.nudge.quiet_hours import OpenHours, QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
WORK = "18:00-08:00,sat,sun"
APPOINTMENT = Appointment(
    uid="call-n1@zuruf.example",
    start=datetime(2026, 3, 30, 10, tzinfo=BERLIN),
    stamp=datetime(2026, 3, 27, 9, tzinfo=UTC),
    title="Anna Weber anrufen",
    description="089 99998123\nZum Anknüpfen: „Größe; Maß, Zahl“ " + "ä" * 200,
)


def slot(now: str, quiet: str, region: str | None = None) -> str | None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    found = next_call_slot(moment, OpenHours(QuietHours.parse(quiet), BERLIN, region))
    return found.astimezone(BERLIN).isoformat(" ", "minutes")[:16] if found else None


@pytest.mark.parametrize(
    ("now", "quiet", "expected"),
    [
        ("2026-03-12 09:00", WORK, "2026-03-13 10:00"),
        ("2026-03-12 23:30", WORK, "2026-03-13 10:00"),
        ("2026-03-13 09:00", WORK, "2026-03-16 10:00"),
        ("2026-03-13 09:00", "", "2026-03-16 10:00"),
        ("2026-03-12 09:00", "18:00-08:00,09:30-10:40", "2026-03-13 09:15"),
        ("2026-03-12 09:00", "00:00-13:10", "2026-03-13 13:15"),
        ("2026-03-27 09:00", WORK, "2026-03-30 10:00"),
        ("2026-03-12 09:00", "fri", "2026-03-16 10:00"),
        ("2026-03-12 09:00", "mon,tue,wed,thu,fri", None),
        ("2026-03-12 09:00", "00:10-00:00", None),
    ],
)
def test_a_slot_lies_on_the_next_working_day_near_ten_outside_quiet_hours(
    now: str, quiet: str, expected: str | None
) -> None:
    assert slot(now, quiet) == expected


def test_a_slot_lies_on_no_public_holiday() -> None:
    assert slot("2026-04-02 09:00", WORK, "DE-BY") == "2026-04-07 10:00"  # Easter


def test_the_file_reads_back_in_the_reps_own_time_zone() -> None:
    calendar = Calendar.from_ical(calendar_file(APPOINTMENT))
    event = calendar.events[0]
    assert (calendar["method"], calendar["version"]) == ("PUBLISH", "2.0")
    assert event["dtstart"].params["tzid"] == "Europe/Berlin"
    assert [zone["tzid"] for zone in calendar.timezones] == ["Europe/Berlin"]
    assert (event.start, event.end) == (APPOINTMENT.start, APPOINTMENT.start + SLOT)
    assert (event["uid"], event["summary"]) == (APPOINTMENT.uid, APPOINTMENT.title)
    assert event["description"] == APPOINTMENT.description


def test_the_time_zone_in_the_file_means_the_same_moment() -> None:
    calendar = Calendar.from_ical(calendar_file(APPOINTMENT))
    zone = calendar.timezones[0].to_tz()
    assert datetime(2026, 3, 30, 10, tzinfo=zone) == APPOINTMENT.start
    assert datetime(2026, 11, 2, 10, tzinfo=zone) == datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_lines_are_folded_and_end_with_crlf() -> None:
    lines = calendar_file(APPOINTMENT).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not [line for line in lines if b"\n" in line or b"\r" in line]


def test_there_is_a_reminder_and_nobody_else() -> None:
    event = Calendar.from_ical(calendar_file(APPOINTMENT)).events[0]
    assert [alarm["action"] for alarm in event.walk("VALARM")] == ["DISPLAY"]
    assert event["class"] == "PRIVATE"
    assert not {"ATTENDEE", "ORGANIZER"} & set(event)
