"""The table of rules, row by row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.nudge.facts import Action, BurstFacts, Decision, Digest, NudgeHistory, PastNudge, Why
from app.nudge.policy import decide
from app.nudge.quiet_hours import OpenHours, QuietHours
from tests.nudge.policy_cases import BERLIN, NONE, NOW, RULES, at, burst_to, past, planned, sends, silent

THREE = sends(at("10:00"), at("10:01"), at("10:02"))
BURST = BurstFacts(THREE)


def test_a_settled_burst_is_nudged_now() -> None:
    assert decide(at("10:12"), RULES, BURST, NONE) == NOW


def test_a_stopped_template_stays_silent() -> None:
    assert decide(at("10:12"), RULES, replace(BURST, stopped=True), NONE) == silent(Why.STOPPED)


def test_sends_from_before_connecting_stay_silent() -> None:
    burst = replace(BURST, connected_at=at("10:03"))
    assert decide(at("10:12"), RULES, burst, NONE) == silent(Why.BEFORE_CONNECTING)


def test_only_sends_after_connecting_count() -> None:
    burst = replace(BURST, connected_at=at("10:01"))
    assert decide(at("10:12"), RULES, burst, NONE) == silent(Why.TOO_FEW)


def test_two_copies_are_too_few() -> None:
    assert decide(at("10:12"), RULES, BurstFacts(THREE[:2]), NONE) == silent(Why.TOO_FEW)


def test_three_copies_to_two_people_are_too_few() -> None:
    burst = BurstFacts((*THREE[:2], replace(THREE[0], sent_at=at("10:02"))))
    assert decide(at("10:12"), RULES, burst, NONE) == silent(Why.TOO_FEW)


def test_one_mail_to_three_people_is_enough() -> None:
    burst = BurstFacts((replace(THREE[0], recipients=frozenset("abc")),))
    assert decide(at("10:12"), RULES, burst, NONE) == NOW


def test_one_very_sure_mail_outside_any_template_is_enough() -> None:
    burst = BurstFacts(sends(at("10:00"), template=None, score=0.97))
    assert decide(at("10:12"), RULES, burst, NONE) == NOW


def test_one_less_sure_mail_is_too_few() -> None:
    burst = BurstFacts(sends(at("10:00"), template=None, score=0.96))
    assert decide(at("10:12"), RULES, burst, NONE) == silent(Why.TOO_FEW)


def test_one_very_sure_mail_of_a_template_waits_for_more() -> None:
    burst = BurstFacts(sends(at("10:00"), score=1.0))
    assert decide(at("10:12"), RULES, burst, NONE) == silent(Why.TOO_FEW)


def test_a_second_lone_mail_waits_for_the_next_day_whatever_the_cap() -> None:
    rules = replace(RULES, cap_per_day=5, cap_per_week=20)
    lone = BurstFacts(sends(at("10:00"), template=None, score=1.0))
    assert decide(at("10:12"), rules, lone, past(at("09:00"), template=None)) == planned(
        Why.CAP, at("08:00", "2026-03-13")
    )
    assert decide(at("10:12"), rules, BURST, past(at("09:00"), template=None)) == NOW


def test_people_whom_the_rep_wants_no_nudges_about_do_not_count() -> None:
    spared = replace(BURST, spared=frozenset({"anna"}))
    assert decide(at("10:12"), RULES, spared, NONE) == silent(Why.TOO_FEW)
    nobody_else = replace(BURST, spared=frozenset({"anna", "boris", "carla"}))
    assert decide(at("10:12"), RULES, nobody_else, NONE) == silent(Why.NOT_FOR_PERSON)


@pytest.mark.parametrize(("people", "decision"), [(5, silent(Why.TOO_FEW)), (6, Decision(Action.NOW, Why.OWN_RULE))])
def test_the_reps_own_rule_says_from_how_many_people_on(people: int, decision: Decision) -> None:
    assert decide(at("10:12"), replace(RULES, remind_above=5), burst_to(people), NONE) == decision


def test_under_an_own_rule_no_mail_counts_alone() -> None:
    lone = BurstFacts(sends(at("10:00"), template=None, score=1.0))
    assert decide(at("10:12"), replace(RULES, remind_above=5), lone, NONE) == silent(Why.TOO_FEW)


def test_a_burst_may_form_over_days() -> None:
    burst = BurstFacts(sends(at("16:00", "2026-03-06"), at("10:00", "2026-03-09"), at("11:00")))
    assert decide(at("11:05"), RULES, burst, NONE) == planned(Why.SETTLING, at("11:10"))
    assert decide(at("11:10"), RULES, burst, NONE) == NOW


def test_the_same_template_is_not_named_twice_in_seven_days() -> None:
    history = past(at("08:30", "2026-03-06"), template=7)
    assert decide(at("10:12"), RULES, BURST, history) == silent(Why.SAME_TEMPLATE)


def test_the_same_template_may_be_named_again_on_the_same_day_of_the_next_week() -> None:
    history = past(at("17:30", "2026-03-05"), template=7)
    assert decide(at("10:12"), RULES, BURST, history) == NOW


def test_two_mails_outside_any_template_are_not_the_same_template() -> None:
    burst = BurstFacts(sends(at("10:00"), template=None, score=1.0))
    history = NudgeHistory((PastNudge(at("10:00", "2026-03-10"), None),))
    assert decide(at("10:12"), RULES, burst, history) == NOW


def test_a_burst_settles_ten_minutes_after_its_last_send() -> None:
    assert decide(at("10:03"), RULES, BURST, NONE) == planned(Why.SETTLING, at("10:12"))


def test_a_burst_that_goes_on_waits_forty_minutes_after_its_third_send() -> None:
    burst = BurstFacts(sends(*(at("10:00") + timedelta(minutes=9 * n) for n in range(6))))
    assert decide(at("10:46"), RULES, burst, NONE) == planned(Why.SETTLING, at("10:55"))
    longer = BurstFacts(sends(*(at("10:00") + timedelta(minutes=9 * n) for n in range(7))))
    assert decide(at("10:54"), RULES, longer, NONE) == planned(Why.SETTLING, at("10:58"))
    assert decide(at("10:58"), RULES, longer, NONE) == NOW


def test_a_send_dated_in_the_future_settles_from_now() -> None:
    burst = BurstFacts(sends(at("10:00"), at("10:01"), at("10:00", "2099-01-01")))
    assert decide(at("10:02"), RULES, burst, NONE) == planned(Why.SETTLING, at("10:12"))


def test_sends_may_come_in_any_order() -> None:
    assert decide(at("10:03"), RULES, BurstFacts(THREE[::-1]), NONE) == planned(Why.SETTLING, at("10:12"))


def test_a_burst_that_settles_in_the_evening_waits_for_the_morning() -> None:
    burst = BurstFacts(sends(at("17:50"), at("17:51"), at("17:52")))
    assert decide(at("17:53"), RULES, burst, NONE) == planned(Why.QUIET, at("08:00", "2026-03-13"))


def test_a_burst_of_friday_evening_waits_for_monday() -> None:
    burst = BurstFacts(sends(*[at("17:55", "2026-03-13")] * 3))
    assert decide(at("18:05", "2026-03-13"), RULES, burst, NONE) == planned(Why.QUIET, at("08:00", "2026-03-16"))


def test_monday_morning_is_eight_by_the_clock_when_the_clock_has_changed() -> None:
    burst = BurstFacts(sends(*[at("17:55", "2026-03-27")] * 3))
    decision = decide(at("18:05", "2026-03-27"), RULES, burst, NONE)
    assert decision.at == datetime(2026, 3, 30, 6, tzinfo=UTC)


def test_a_burst_before_a_public_holiday_waits_for_the_day_after() -> None:
    rules = replace(RULES, hours=replace(RULES.hours, region="DE"))
    burst = BurstFacts(sends(*[at("17:55", "2026-04-30")] * 3))
    now = at("18:05", "2026-04-30")
    assert decide(now, rules, burst, NONE) == planned(Why.HOLIDAY, at("08:00", "2026-05-04"))
    assert decide(now, RULES, burst, NONE) == planned(Why.QUIET, at("08:00", "2026-05-01"))


def test_a_snooze_holds_back_every_nudge_until_its_end() -> None:
    snoozed = NudgeHistory(snoozed_until=at("12:00", "2026-03-13"))
    assert decide(at("10:12"), RULES, BURST, snoozed) == planned(Why.SNOOZED, at("12:00", "2026-03-13"))
    assert decide(at("12:00", "2026-03-13"), RULES, BURST, snoozed) == NOW


def test_what_a_long_snooze_makes_too_old_is_dropped() -> None:
    snoozed = NudgeHistory(snoozed_until=at("12:00", "2026-03-18"))
    assert decide(at("10:12"), RULES, BURST, snoozed) == silent(Why.SNOOZED)


@pytest.mark.parametrize(("draw", "decision"), [(0.09, silent(Why.HELD_OUT)), (0.1, NOW)])
def test_a_share_of_the_due_nudges_is_withheld(draw: float, decision: Decision) -> None:
    assert decide(at("10:12"), replace(RULES, hold_out=0.1), replace(BURST, draw=draw), NONE) == decision


def test_only_what_is_due_is_withheld() -> None:
    rules, drawn = replace(RULES, hold_out=0.1), replace(BURST, draw=0.0)
    assert decide(at("10:03"), rules, drawn, NONE) == planned(Why.SETTLING, at("10:12"))
    assert decide(at("10:12"), RULES, drawn, NONE) == NOW


def test_a_second_nudge_of_a_day_waits_for_the_next() -> None:
    assert decide(at("10:12"), RULES, BURST, past(at("09:00"))) == planned(Why.CAP, at("08:00", "2026-03-13"))


def test_a_day_begins_at_the_midnight_of_the_rep() -> None:
    rules = replace(RULES, hours=OpenHours(zone=BERLIN))
    burst = BurstFacts(sends(*[at("00:10")] * 3))
    late_yesterday = past(at("23:59", "2026-03-11"))  # still the same day in UTC
    assert decide(at("00:20"), rules, burst, late_yesterday) == NOW
    assert decide(at("00:20"), rules, burst, past(at("00:01"))) == planned(Why.CAP, at("00:00", "2026-03-13"))


def test_a_fourth_nudge_of_seven_days_waits_until_the_first_is_a_week_old() -> None:
    history = past(at("09:00", "2026-03-06"), at("09:00", "2026-03-09"), at("09:00", "2026-03-11"))
    assert decide(at("10:12"), RULES, BURST, history) == planned(Why.CAP, at("08:00", "2026-03-13"))


def test_a_burst_that_the_cap_would_make_too_old_is_dropped() -> None:
    history = past(at("09:00", "2026-03-10"), at("09:00", "2026-03-11"), at("09:00"))
    assert decide(at("10:12"), RULES, BURST, history) == silent(Why.CAP)


def test_a_cap_of_nothing_drops_everything() -> None:
    assert decide(at("10:12"), replace(RULES, cap_per_day=0), BURST, NONE) == silent(Why.CAP)


def test_a_burst_found_after_a_long_outage_is_too_late() -> None:
    assert decide(at("14:01", "2026-03-16"), RULES, BURST, NONE) == NOW
    assert decide(at("14:03", "2026-03-16"), RULES, BURST, NONE) == silent(Why.TOO_LATE)


def test_nothing_is_said_of_a_burst_older_than_a_week_however_quiet_it_was() -> None:
    rules = replace(RULES, hours=OpenHours(QuietHours.parse("09:00-08:00"), BERLIN))
    assert decide(at("08:30", "2026-03-20"), rules, BURST, NONE) == silent(Why.TOO_LATE)


@given(
    now=st.integers(0, 20_000),
    minutes=st.lists(st.integers(0, 20_000), min_size=1, max_size=6),
    nudges=st.lists(st.integers(0, 20_000), max_size=6),
    kind=st.sampled_from(Digest),
)
def test_caps_and_quiet_hours_hold_for_any_history(
    now: int, minutes: list[int], nudges: list[int], kind: Digest
) -> None:
    rules = replace(RULES, digest=kind, hours=replace(RULES.hours, region="DE"))
    start = at("00:00", "2026-03-23")  # the clock changes within
    moment = start + timedelta(minutes=now)
    burst = BurstFacts(sends(*(start + timedelta(minutes=minute) for minute in minutes)))
    history = past(*(start + timedelta(minutes=minute) for minute in nudges))
    decision = decide(moment, rules, burst, history)
    when = moment if decision.action is Action.NOW else decision.at
    if when is None:
        return
    local = when.astimezone(BERLIN)
    days = [nudge.at.astimezone(BERLIN).date() for nudge in history.nudges]
    assert not RULES.hours.quiet.covers(local)
    assert local.date() not in days
    assert local.date().isoformat() not in {"2026-04-03", "2026-04-06"}  # Easter
    assert kind is not Digest.SINGLE or sum(timedelta() <= local.date() - day < timedelta(7) for day in days) < 3
    assert decision.at is None or decision.at > moment or decision.action is Action.JOIN_DIGEST


@pytest.mark.parametrize(("text", "decision"), [("spindles", silent(Why.SAME_TEMPLATE)), ("coolant", NOW), (None, NOW)])
def test_a_second_lone_mail_that_is_alike_brings_no_second_nudge(text: str | None, decision: Decision) -> None:
    lone = replace(sends(at("10:00"), template=None, score=0.99)[0], text=text)
    history = NudgeHistory((PastNudge(at("10:00") - timedelta(days=1), None, text="spindles"),))
    assert decide(at("11:00"), RULES, BurstFacts((lone,)), history) == decision
