"""The weeks in which a template was sent, as bars."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.web.template_history import HEIGHT, LEAST_WEEKS, MOST_WEEKS, weeks

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 13, 5, tzinfo=UTC)  # a Wednesday


def test_mails_are_counted_by_the_week_of_the_reader() -> None:
    sunday_in_utc = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    drawn = weeks([NOW, sunday_in_utc, sunday_in_utc - timedelta(hours=1)], NOW, BERLIN)
    assert [(week.monday, week.count) for week in drawn[-2:]] == [(date(2026, 2, 23), 1), (date(2026, 3, 2), 2)]


def test_weeks_without_mail_are_there_too() -> None:
    drawn = weeks([NOW - timedelta(weeks=10), NOW], NOW, BERLIN)
    assert [week.count for week in drawn] == [1, *[0] * 9, 1]
    assert {week.height for week in drawn} == {0, HEIGHT}


def test_there_are_neither_too_few_nor_too_many_weeks() -> None:
    assert len(weeks([NOW], NOW, BERLIN)) == LEAST_WEEKS
    assert len(weeks([], NOW, BERLIN)) == LEAST_WEEKS
    assert len(weeks([NOW - timedelta(weeks=300), NOW], NOW, BERLIN)) == MOST_WEEKS


def test_one_mail_beside_hundreds_stays_visible() -> None:
    *_, before, last = weeks([NOW - timedelta(weeks=1), *[NOW] * 500], NOW, BERLIN)
    assert (before.count, before.height > 0, last.height) == (1, True, HEIGHT)


def test_bars_stand_on_the_ground_beside_each_other() -> None:
    drawn = weeks([NOW - timedelta(days=day) for day in range(60)], NOW, BERLIN)
    assert all(week.y + week.height == HEIGHT for week in drawn)
    assert all(left.x + left.width < right.x for left, right in pairwise(drawn))
