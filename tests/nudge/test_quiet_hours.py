"""Quiet hours: how they are read, and the next open moment, also where the clock is changed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.nudge.quiet_hours import OpenHours, QuietHours, QuietHoursError

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = QuietHours.parse("18:00-08:00,sat,sun")
HOURS = OpenHours(OFFICE, BERLIN)


def berlin(text: str, fold: int = 0) -> datetime:
    """A wall clock reading in Berlin as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def test_spans_and_days_are_read() -> None:
    assert QuietHours(((time(18), time(8)),), frozenset({5, 6})) == OFFICE


def test_german_days_and_loose_spelling_are_read() -> None:
    assert QuietHours.parse(" 18:00 - 8:00 , Sa, SO ") == OFFICE


def test_an_empty_line_means_no_quiet_hours() -> None:
    assert QuietHours.parse("") == QuietHours()


def test_a_span_may_end_at_midnight() -> None:
    assert QuietHours.parse("18:00-24:00") == QuietHours(((time(18), time(0)),))


@pytest.mark.parametrize(
    ("line", "problem", "part"),
    [
        ("18:00-08:00,satt", "form", "satt"),
        ("18-8", "form", "18-8"),
        ("18:00-25:00", "time", "18:00-25:00"),
        ("sat,18:60-08:00", "time", "18:60-08:00"),
        ("08:00-08:00", "empty_span", "08:00-08:00"),
        ("mo,di,mi,do,fr,sa,so", "never_open", "mo,di,mi,do,fr,sa,so"),
        ("08:00-18:00,18:00-08:00", "never_open", "08:00-18:00,18:00-08:00"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_and_named(line: str, problem: str, part: str) -> None:
    with pytest.raises(QuietHoursError) as refusal:
        QuietHours.parse(line)
    assert refusal.value.problem == problem
    assert repr(part) in str(refusal.value)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-12 10:00", "2026-03-12 10:00"),  # a Thursday
        ("2026-03-12 17:59", "2026-03-12 17:59"),
        ("2026-03-12 18:00", "2026-03-13 08:00"),
        ("2026-03-12 23:59", "2026-03-13 08:00"),
        ("2026-03-13 00:00", "2026-03-13 08:00"),
        ("2026-03-13 08:00", "2026-03-13 08:00"),
        ("2026-03-13 18:30", "2026-03-16 08:00"),  # over the weekend
        ("2026-03-15 12:00", "2026-03-16 08:00"),
        ("2026-03-27 19:00", "2026-03-30 08:00"),  # the clock goes forward on the 29th
        ("2026-10-23 19:00", "2026-10-26 08:00"),  # the clock goes back on the 25th
    ],
)
def test_the_next_open_moment(now: str, opens: str) -> None:
    assert HOURS.next_open(berlin(now)) == berlin(opens)


def test_a_quiet_time_that_ends_in_the_missing_hour_ends_after_it() -> None:
    hours = OpenHours(QuietHours.parse("22:00-02:30"), BERLIN)
    assert hours.next_open(berlin("2026-03-29 01:59")) == berlin("2026-03-29 03:30")


def test_a_quiet_time_in_the_repeated_hour_comes_twice() -> None:
    hours = OpenHours(QuietHours.parse("02:00-02:30"), BERLIN)
    assert hours.next_open(berlin("2026-10-25 02:10")) == berlin("2026-10-25 02:30")
    assert hours.next_open(berlin("2026-10-25 02:10", fold=1)) == berlin("2026-10-25 02:30", fold=1)


def test_open_time_leaves_out_nights_and_weekends() -> None:
    assert HOURS.open_time(berlin("2026-03-13 17:00"), berlin("2026-03-16 09:30")) == timedelta(hours=2.5)


def test_open_time_without_quiet_hours_is_the_time_between() -> None:
    start, end = berlin("2026-03-28 12:00"), berlin("2026-03-29 12:00")
    assert OpenHours(zone=BERLIN).open_time(start, end) == timedelta(hours=23)


def test_no_time_passes_backwards() -> None:
    assert HOURS.open_time(berlin("2026-03-13 17:00"), berlin("2026-03-13 16:00")) == timedelta()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - made aware by hypothesis
def test_the_next_open_moment_is_open_and_never_in_the_past(now: datetime) -> None:
    opens = HOURS.next_open(now)
    assert opens >= now
    assert not OFFICE.covers(opens.astimezone(BERLIN))
    assert HOURS.open_time(now, opens) == timedelta()


@pytest.mark.parametrize(
    ("region", "now", "opens"),
    [
        ("DE-BY", "2026-06-03 19:00", "2026-06-05 08:00"),  # Corpus Christi is a Thursday of Bavaria
        ("DE", "2026-06-03 19:00", "2026-06-04 08:00"),
        ("DE", "2026-12-24 18:00", "2026-12-28 08:00"),  # Christmas, then a weekend
        ("AT", "2026-05-13 20:00", "2026-05-15 08:00"),
        (None, "2026-12-24 18:00", "2026-12-25 08:00"),
    ],
)
def test_public_holidays_of_the_region_are_passed_over(region: str | None, now: str, opens: str) -> None:
    assert OpenHours(OFFICE, BERLIN, region).next_open(berlin(now)) == berlin(opens)


def test_open_time_leaves_out_public_holidays() -> None:
    hours = OpenHours(OFFICE, BERLIN, "DE")
    assert hours.open_time(berlin("2026-04-02 17:00"), berlin("2026-04-07 09:00")) == timedelta(hours=2)  # Easter
