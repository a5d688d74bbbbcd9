"""When is meant, as it is said in German and English."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.nudge.spoken_times import spoken_time

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 10, 15, tzinfo=BERLIN)


def meant(text: str, now: datetime = NOW) -> str | None:
    when = spoken_time(f"{text} ", now.astimezone(UTC), BERLIN)
    return when.astimezone(BERLIN).strftime("%m-%d %H:%M") if when else None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("um viertel nach zwolf", "03-04 12:15"),
        ("quarter to four", "03-04 15:45"),
        ("um dreiviertel drei", "03-04 14:45"),
        ("viertel drei", "03-04 14:15"),
        ("at half two", "03-04 14:30"),
        ("um halb zwei", "03-04 13:30"),
        ("um 11 uhr 30", "03-04 11:30"),
        ("fur 16h", "03-04 16:00"),
        ("bis 12", "03-04 12:00"),
        ("do 14 uhr", "03-05 14:00"),
    ],
)
def test_an_hour_is_read_as_it_is_said(text: str, when: str) -> None:
    assert meant(text) == when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("nach ostern", "04-07 09:00"),
        ("after whitsun", "05-26 09:00"),
        ("after christmas", "12-27 09:00"),
        ("kw 11", "03-09 09:00"),
        ("until 16 march", "03-16 09:00"),
    ],
)
def test_a_holiday_a_week_and_a_date_are_days(text: str, when: str) -> None:
    assert meant(text) == when


@pytest.mark.parametrize("text", ["in 4h", "10 to 12 people", "kw 10", "do 2 calls", "kw 54"])
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert meant(text) is None


@pytest.mark.parametrize(
    "tuesday",
    [date(1954, 4, 20), date(1981, 4, 21), date(2024, 4, 2), date(2025, 4, 22), date(2038, 4, 27), date(2049, 4, 20)],
)
def test_easter_is_found_in_any_year(tuesday: date) -> None:
    assert meant("nach ostern", datetime(tuesday.year, 1, 5, 9, tzinfo=BERLIN)) == f"{tuesday:%m-%d} 09:00"
