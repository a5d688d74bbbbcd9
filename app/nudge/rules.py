"""The nudge rules of a mailbox as they are stored, and as the policy reads them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.nudge.policy import NudgeRules
from app.nudge.quiet_hours import QuietHours


def stored_rules(
    *, settle_seconds: int, quiet_hours: str, time_zone: str, cap_per_day: int, cap_per_week: int, threaded: bool = True
) -> dict[str, Any]:
    """The JSON form. Raises `QuietHoursError` where the quiet hours cannot be meant."""
    QuietHours.parse(quiet_hours)
    return {
        "settle_seconds": settle_seconds,
        "quiet_hours": quiet_hours,
        "time_zone": time_zone,
        "cap_per_day": cap_per_day,
        "cap_per_week": cap_per_week,
        "threaded": threaded,
    }


def rules_from(stored: Mapping[str, Any]) -> NudgeRules:
    """What the policy needs of them."""
    return NudgeRules(
        settle=timedelta(seconds=stored["settle_seconds"]),
        cap_per_day=stored["cap_per_day"],
        cap_per_week=stored["cap_per_week"],
        quiet=QuietHours.parse(stored["quiet_hours"]),
        zone=ZoneInfo(stored["time_zone"]),
    )
