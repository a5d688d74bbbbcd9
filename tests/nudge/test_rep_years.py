"""Fifty simulated rep-years; `python -m benchmarks.nudge_year` plays a thousand."""

from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from app.nudge.facts import NudgeRules, Why
from app.nudge.quiet_hours import OpenHours
from benchmarks.rep_years import SETTINGS, TEMPERAMENTS, Played, faults_of, play_year


@pytest.fixture(scope="module")
def years() -> list[Played]:
    return [play_year(seed) for seed in range(50)]


def test_caps_quiet_hours_and_the_reps_word_hold_and_no_burst_is_lost(years: list[Played]) -> None:
    assert [(seed, played.faults) for seed, played in enumerate(years) if played.faults] == []


def test_the_years_are_varied(years: list[Played]) -> None:
    assert {played.year.settings for played in years} == set(SETTINGS)
    assert {played.year.temperament for played in years} == set(TEMPERAMENTS)
    reasons = Counter(burst.decision.reason for played in years for burst in played.play.bursts)
    told = {Why.SETTLED, Why.OWN_RULE, Why.DIGEST, Why.BACKING_OFF}
    not_told = {Why.STOPPED, Why.WRONG, Why.TOO_FEW, Why.DOUBTED, Why.SAME_TEMPLATE, Why.SNOOZED, Why.HELD_OUT}
    assert told | not_told <= set(reasons)


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        (NudgeRules(cap_per_day=0), "over the cap of a day"),
        (NudgeRules(cap_per_week=1), "over the cap of a week"),
        (NudgeRules(hours=OpenHours(zone=ZoneInfo("Asia/Tokyo"))), "in quiet hours"),
    ],
)
def test_the_checks_see_a_broken_rule(years: list[Played], rules: NudgeRules, fault: str) -> None:
    played = years[0]
    faults = faults_of(replace(played.year, rules=rules), played.play, played.temper)
    assert any(one.startswith(fault) for one in faults)


def test_the_checks_see_a_lost_send(years: list[Played]) -> None:
    played = years[0]
    fewer = replace(played.year, sends=played.year.sends[:-1])
    assert "a send is in no burst, or in two" in set(faults_of(fewer, played.play, played.temper))
