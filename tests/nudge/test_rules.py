"""Nudge rules between their stored form and the policy."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.nudge.facts import Digest, NudgeRules
from app.nudge.public_holidays import UnknownRegion
from app.nudge.quiet_hours import OpenHours, QuietHours, QuietHoursError
from app.nudge.reminders import OwnRule, ReminderTone
from app.nudge.rules import WrongRule, own_rule_of, rules_from, stored_rules, tone_of, with_defaults

OLD: dict[str, Any] = {
    "settle_seconds": 600,
    "quiet_hours": "18:00-08:00,sat,sun",
    "time_zone": "Europe/Vienna",
    "cap_per_day": 1,
    "cap_per_week": 3,
    "threaded": True,
}
HOURS = OpenHours(QuietHours.parse("18:00-08:00,sat,sun"), ZoneInfo("Europe/Vienna"), "AT")


def test_rules_stored_before_a_setting_existed_mean_its_default() -> None:
    assert rules_from(OLD) == NudgeRules(hours=HOURS)
    assert tone_of(OLD) == "sie"
    assert with_defaults(OLD) == stored_rules(**OLD)
    assert (own_rule_of(OLD), own_rule_of({**OLD, "remind_above": 9})) == (None, OwnRule(9, ReminderTone.GENTLE))


def test_every_setting_reaches_the_policy() -> None:
    chosen: dict[str, Any] = {
        "digest": "daily",
        "remind_above": 9,
        "remind_tone": "frank",
        "back_off": False,
        "hold_out": 0.2,
        "tone": "du",
        "region": "AT-9",
    }
    stored = stored_rules(**OLD, **chosen)
    rules = rules_from(stored)
    assert (rules.digest, rules.remind_above, rules.back_off, rules.hold_out) == (Digest.DAILY, 9, False, 0.2)
    assert (rules.hours.region, tone_of(stored)) == ("AT-9", "du")
    assert own_rule_of(stored) == OwnRule(9, ReminderTone.FRANK)
    assert rules_from(stored_rules(**OLD, rest_in_digest=True)).rest_in_digest


@pytest.mark.parametrize(
    ("changed", "region"),
    [
        ({}, "AT"),
        ({"time_zone": "UTC"}, None),
        ({"region": "none"}, None),
        ({"region": "CH-ZH"}, "CH-ZH"),
        ({"quiet_hours": ""}, None),  # who has no quiet hours is told at any time
        ({"quiet_hours": "", "region": "DE"}, "DE"),
    ],
)
def test_the_region_is_by_the_time_zone_unless_chosen(changed: dict[str, Any], region: str | None) -> None:
    assert rules_from({**OLD, **changed}).hours.region == region


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("digest", "hourly"), ("remind_above", 1), ("remind_above", 501), ("remind_tone", "harsh")),
        *(("tone", "Ihr"), ("hold_out", 0.6), ("mood", 1)),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named(name: str, value: Any) -> None:
    with pytest.raises(WrongRule) as refusal:
        stored_rules(**OLD, **{name: value})
    assert refusal.value.name == name


def test_a_wrong_region_or_quiet_time_is_refused() -> None:
    with pytest.raises(UnknownRegion):
        stored_rules(**OLD, region="DE-XX")
    with pytest.raises(QuietHoursError):
        stored_rules(**{**OLD, "quiet_hours": "satt"})
