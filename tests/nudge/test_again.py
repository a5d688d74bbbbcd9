"""When a nudge that was put off comes once more."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.nudge.again import LONGEST_AGE, again_at, decide_again
from app.nudge.policy import Action, Decision, Why
from app.nudge.quiet_hours import OpenHours, QuietHours

HOURS = OpenHours(QuietHours.parse("18:00-08:00,sat,sun"), ZoneInfo("Europe/Berlin"))
NOW = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)  # a Thursday
SENT = NOW - timedelta(days=1)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wished", "comes"),
    [
        (None, at(6, 7)),
        (at(6, 9), at(6, 9)),
        (at(6, 19), at(9, 7)),
        (at(4, 9), at(6, 7)),
        (SENT + LONGEST_AGE, SENT + LONGEST_AGE),
        (SENT + LONGEST_AGE + timedelta(seconds=1), None),
    ],
)
def test_it_comes_when_the_rep_said_or_on_the_next_working_morning(
    wished: datetime | None, comes: datetime | None
) -> None:
    assert again_at(NOW, wished, SENT, HOURS) == comes


def decide(now: datetime, *, stopped: bool = False, is_put_off: bool = True) -> Decision:
    return decide_again(now, at(6, 9), SENT, HOURS, stopped=stopped, is_put_off=is_put_off)


def test_it_waits_for_its_moment() -> None:
    assert decide(at(6, 8)) == Decision(Action.AT, Why.SNOOZED, at(6, 9))
    assert decide(at(6, 9)) == Decision(Action.NOW, Why.SETTLED)


def test_it_waits_for_the_end_of_quiet_hours() -> None:
    assert decide(at(6, 18)) == Decision(Action.AT, Why.QUIET, at(9, 7))


def test_it_stays_away_when_it_is_not_wanted_any_more_or_too_old() -> None:
    assert decide(at(6, 9), stopped=True) == Decision(Action.SILENT, Why.STOPPED)
    assert decide(at(6, 9), is_put_off=False) == Decision(Action.SILENT, Why.ANSWERED)
    assert decide(at(20, 9)) == Decision(Action.SILENT, Why.TOO_LATE)
