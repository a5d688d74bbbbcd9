"""The nudge rules of a mailbox as they are stored, and as the policy reads them.

Rules that were stored before a setting existed lack its key; they mean its default.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.nudge.facts import Digest, NudgeRules
from app.nudge.public_holidays import check_region, usual_region
from app.nudge.quiet_hours import OpenHours, QuietHours
from app.nudge.reminders import OwnRule, ReminderTone
from app.texts.catalogue import TONES, Tone

# `region`: as the time zone says, or no public holidays at all; else a region such as DE-BY.
BY_TIME_ZONE: Final = ""
NO_HOLIDAYS: Final = "none"
LEAST_OWN_RULE: Final = 2
MOST_OWN_RULE: Final = 500
MOST_HELD_OUT: Final = 0.5
# What the form offers: small enough to cost the rep little; more would tell sooner.
HOLD_OUT: Final = 0.1

_DEFAULTS: Final[Mapping[str, Any]] = {
    "region": BY_TIME_ZONE,
    "digest": Digest.SINGLE.value,
    "rest_in_digest": False,
    "remind_above": None,
    "remind_tone": ReminderTone.GENTLE.value,
    "tone": "sie",
    "back_off": True,
    "hold_out": 0.0,
    "call_slot": False,
}


class WrongRule(ValueError):
    """A rule that cannot be meant. `name` is that of the setting."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(f"{name}: {value!r} cannot be meant")
        self.name = name


def stored_rules(
    *,
    settle_seconds: int,
    quiet_hours: str,
    time_zone: str,
    cap_per_day: int,
    cap_per_week: int,
    threaded: bool = True,
    **further: Any,
) -> dict[str, Any]:
    """The JSON form; `further` are settings that have a default.

    Raises `QuietHoursError`, `UnknownRegion` or `WrongRule` where one of them cannot be meant.
    """
    QuietHours.parse(quiet_hours)
    rules = {**_DEFAULTS, **further}
    _check(rules)
    return {
        "settle_seconds": settle_seconds,
        "quiet_hours": quiet_hours,
        "time_zone": time_zone,
        "cap_per_day": cap_per_day,
        "cap_per_week": cap_per_week,
        "threaded": threaded,
        **rules,
    }


def with_defaults(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored rules with every key."""
    return {**_DEFAULTS, **stored}


def rules_from(stored: Mapping[str, Any]) -> NudgeRules:
    """What the policy needs of them."""
    rules = with_defaults(stored)
    return NudgeRules(
        settle=timedelta(seconds=rules["settle_seconds"]),
        cap_per_day=rules["cap_per_day"],
        cap_per_week=rules["cap_per_week"],
        hours=OpenHours(QuietHours.parse(rules["quiet_hours"]), ZoneInfo(rules["time_zone"]), _region(rules)),
        digest=Digest(rules["digest"]),
        rest_in_digest=rules["rest_in_digest"],
        remind_above=rules["remind_above"],
        back_off=rules["back_off"],
        hold_out=rules["hold_out"],
    )


def tone_of(stored: Mapping[str, Any]) -> Tone:
    """How nudges address the rep in German."""
    return "du" if stored.get("tone") == "du" else "sie"


def own_rule_of(stored: Mapping[str, Any]) -> OwnRule | None:
    """The rep's own rule, as its reminders speak of it."""
    rules = with_defaults(stored)
    return OwnRule(rules["remind_above"], ReminderTone(rules["remind_tone"])) if rules["remind_above"] else None


def _region(rules: Mapping[str, Any]) -> str | None:
    if rules["region"] == NO_HOLIDAYS:
        return None
    if rules["region"] != BY_TIME_ZONE:
        return str(rules["region"])
    # Who has no quiet hours at all has chosen to be told at any time.
    return usual_region(rules["time_zone"]) if rules["quiet_hours"] else None


def _check(rules: Mapping[str, Any]) -> None:
    if rules["region"] not in {BY_TIME_ZONE, NO_HOLIDAYS}:
        check_region(rules["region"])
    own_rule = rules["remind_above"]
    meant = {
        "digest": rules["digest"] in set(Digest),
        "remind_above": own_rule is None or LEAST_OWN_RULE <= own_rule <= MOST_OWN_RULE,
        "remind_tone": rules["remind_tone"] in set(ReminderTone),
        "tone": rules["tone"] in TONES,
        "hold_out": 0 <= rules["hold_out"] <= MOST_HELD_OUT,
    }
    wrong = [name for name in rules if not meant.get(name, name in _DEFAULTS)]
    if wrong:
        raise WrongRule(wrong[0], rules[wrong[0]])
