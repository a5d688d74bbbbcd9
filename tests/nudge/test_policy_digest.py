"""When a burst joins a digest, and which one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.nudge.facts import Action, BurstFacts, Digest, NudgeHistory, PastNudge, Why
from app.nudge.policy import decide
from app.nudge.quiet_hours import OpenHours
from tests.nudge.policy_cases import BERLIN, NONE, RULES, at, burst_to, joins, past, planned, sends, silent

DAILY, WEEKLY = replace(RULES, digest=Digest.DAILY), replace(RULES, digest=Digest.WEEKLY)
REST = replace(RULES, rest_in_digest=True)
FRIDAY, MONDAY, TUESDAY = (at("08:00", f"2026-03-{day}") for day in (13, 16, 17))
FULL = past(at("09:00", "2026-03-10"), at("09:00", "2026-03-11"), at("09:00"))


def digest_at(*times: datetime, template: int = 1) -> NudgeHistory:
    return NudgeHistory(tuple(PastNudge(time, template, in_digest=True) for time in times))


def test_a_daily_digest_comes_on_the_next_open_morning() -> None:
    assert decide(at("10:12"), DAILY, burst_to(3), NONE) == joins(Why.DIGEST, FRIDAY)
    friday = BurstFacts(sends(*[at("16:00", "2026-03-13")] * 3))
    assert decide(at("16:12", "2026-03-13"), DAILY, friday, NONE) == joins(Why.DIGEST, MONDAY)


def test_a_weekly_digest_comes_on_monday_or_after_its_holiday() -> None:
    assert decide(at("10:12"), WEEKLY, burst_to(3), NONE) == joins(Why.DIGEST, MONDAY)
    before_easter = BurstFacts(sends(*[at("10:00", "2026-04-01")] * 3))
    rules = replace(WEEKLY, hours=replace(RULES.hours, region="DE"))
    tuesday = joins(Why.DIGEST, at("08:00", "2026-04-07"))
    assert decide(at("10:12", "2026-04-01"), rules, before_easter, NONE) == tuesday


def test_without_quiet_hours_a_digest_still_comes_in_the_morning() -> None:
    rules = replace(DAILY, hours=OpenHours(zone=BERLIN))
    assert decide(at("10:12"), rules, burst_to(3), NONE) == joins(Why.DIGEST, FRIDAY)


def test_a_digest_is_due_at_its_moment_and_after_it() -> None:
    assert decide(MONDAY, WEEKLY, burst_to(3), NONE) == joins(Why.DIGEST, MONDAY)
    later = MONDAY + timedelta(hours=3)
    assert decide(later, WEEKLY, burst_to(3), NONE) == joins(Why.DIGEST, later)


def test_the_same_digest_has_room_for_every_burst() -> None:
    assert decide(MONDAY, WEEKLY, burst_to(3), digest_at(MONDAY)) == joins(Why.DIGEST, MONDAY)


def test_what_missed_the_digest_waits_for_the_next() -> None:
    late = MONDAY + timedelta(minutes=1)
    next_one = at("08:00", "2026-03-23")
    assert decide(late, WEEKLY, burst_to(3), digest_at(MONDAY)) == joins(Why.DIGEST, next_one)


def test_a_digest_waits_out_the_pause_of_the_template() -> None:
    named = past(at("09:00"), template=7)
    assert decide(at("10:12"), DAILY, burst_to(3), named) == joins(Why.DIGEST, at("08:00", "2026-03-19"))
    rules = replace(DAILY, template_pause=timedelta(days=30))
    assert decide(at("10:12"), rules, burst_to(3), named) == silent(Why.SAME_TEMPLATE)


def test_a_digest_does_not_come_on_a_day_that_has_had_its_nudges() -> None:
    assert decide(at("10:12"), DAILY, burst_to(3), past(at("07:30", "2026-03-13"))) == joins(Why.DIGEST, MONDAY)
    assert decide(at("10:12"), WEEKLY, burst_to(3), past(MONDAY)) == joins(Why.DIGEST, TUESDAY)


def test_a_digest_counts_for_the_caps() -> None:
    assert decide(at("10:12"), RULES, burst_to(3), digest_at(at("08:00"))) == planned(Why.CAP, FRIDAY)


def test_a_digest_waits_for_the_end_of_a_snooze() -> None:
    snoozed = NudgeHistory(snoozed_until=at("12:00", "2026-03-16"))
    assert decide(at("10:12"), DAILY, burst_to(3), snoozed) == joins(Why.DIGEST, TUESDAY)
    long = NudgeHistory(snoozed_until=at("12:00", "2026-03-20"))
    assert decide(at("10:12"), DAILY, burst_to(3), long) == silent(Why.SNOOZED)


def test_a_digest_of_a_mailbox_out_of_reach_is_too_late_in_the_end() -> None:
    assert decide(at("10:00", "2026-03-26"), WEEKLY, burst_to(3), NONE).action is Action.JOIN_DIGEST
    assert decide(at("10:01", "2026-03-26"), WEEKLY, burst_to(3), NONE) == silent(Why.TOO_LATE)


def test_what_the_caps_leave_over_may_join_a_weekly_digest() -> None:
    assert decide(at("10:12"), REST, burst_to(3), FULL) == joins(Why.DIGEST, MONDAY)
    assert decide(at("10:12"), RULES, burst_to(3), FULL) == silent(Why.CAP)


def test_what_joined_the_digest_is_still_in_it_on_monday() -> None:
    assert decide(MONDAY, REST, burst_to(3), FULL) == joins(Why.DIGEST, MONDAY)


@pytest.mark.parametrize(("draw", "action"), [(0.05, Action.SILENT), (0.5, Action.JOIN_DIGEST)])
def test_the_hold_out_withholds_from_a_digest_once_it_is_due(draw: float, action: Action) -> None:
    rules, burst = replace(WEEKLY, hold_out=0.1), replace(burst_to(3), draw=draw)
    assert decide(at("10:12"), rules, burst, NONE).action is Action.JOIN_DIGEST
    due = decide(MONDAY, rules, burst, NONE)
    assert (due.action, due.at) == (action, MONDAY)
