"""Bursts, histories and rules that the policy's tests speak of; days are of March 2026, the 12th is a Thursday."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.nudge.facts import (
    Action,
    BurstFacts,
    Decision,
    FlaggedSend,
    NudgeHistory,
    NudgeRules,
    PastNudge,
    Reaction,
    Why,
)
from app.nudge.quiet_hours import OpenHours, QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
RULES = NudgeRules(hours=OpenHours(QuietHours.parse("18:00-08:00,sat,sun"), BERLIN))
NONE = NudgeHistory()
PEOPLE = ("anna", "boris", "carla", "dora", "emil", "frida")


def at(clock: str, day: str = "2026-03-12") -> datetime:
    """Wall clock time in Berlin, on a Thursday unless told otherwise, as UTC."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=BERLIN).astimezone(UTC)


def sends(*times: datetime, template: int | None = 7, score: float = 0.9) -> tuple[FlaggedSend, ...]:
    """One send to one person at each time."""
    return tuple(
        FlaggedSend(time, template, frozenset({person}), score) for time, person in zip(times, PEOPLE * 3, strict=False)
    )


def burst_to(people: int, template: int | None = 7) -> BurstFacts:
    """At ten o'clock on Thursday."""
    return BurstFacts(sends(*[at("10:00")] * people, template=template))


def past(*nudges: datetime, template: int | None = 1, reaction: Reaction = Reaction.UNKNOWN) -> NudgeHistory:
    return NudgeHistory(tuple(PastNudge(nudge, template, reaction) for nudge in nudges))


def every_other_day(reactions: str, until: datetime | None = None) -> NudgeHistory:
    """A nudge every other day up to two days before the 12th: `s` silence, `a` an answer, `w` wrong, `?` unknown."""
    meaning = {"s": Reaction.SILENCE, "a": Reaction.ANSWER, "w": Reaction.WRONG, "?": Reaction.UNKNOWN}
    last = until or at("09:00") - timedelta(days=8)
    return NudgeHistory(
        tuple(
            PastNudge(last - timedelta(days=2 * age), 100 + age, meaning[word])
            for age, word in reversed(list(enumerate(reversed(reactions))))
        )
    )


def silent(why: Why) -> Decision:
    return Decision(Action.SILENT, why)


def planned(why: Why, time: datetime) -> Decision:
    return Decision(Action.AT, why, time)


def joins(why: Why, time: datetime) -> Decision:
    return Decision(Action.JOIN_DIGEST, why, time)


NOW = Decision(Action.NOW, Why.SETTLED)
