"""When a rep is nudged about a burst: one pure function and its table of rules, tried from the top.

| # | rule | outcome |
| --- | --- | --- |
| 1 | the rep stopped nudges about this template | silent `stopped` |
| 2 | every send is older than the connecting of the mailbox | silent `before_connecting` |
| 3 | since connecting, fewer than `least_recipients` people (a lone send: unsure) | silent `too_few` |
| 4 | `settle` after the last send not over, nor `longest_wait` times that since it ripened | at `settling` |
| 5 | quiet hours or a quiet day at that moment | at the next open moment `quiet` |
| 6 | by then a nudge about this template less than `template_pause` days ago | silent `same_template` |
| 7 | by then over `longest_age` of open time, or seven days, since the last send | silent `too_late` |
| 8 | `cap_per_day` nudges that day, or `cap_per_week` on the seven days up to it | at a later day `cap` |
| 9 | too old, as in rule 7, by the day that rule 8 allows | silent `cap` |
| 10 | that moment has come | now `settled` |

A burst ripens with its third send, or where a later flurry of sends begins. Days are the rep's local days. "At" is no
promise: the caller asks again at that time, as other nudges may have gone out first.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from app.nudge.quiet_hours import QuietHours, next_open_moment, open_time

WEEK: Final = timedelta(days=7)


class Action(StrEnum):
    NOW = "now"
    AT = "at"
    SILENT = "silent"


class Why(StrEnum):
    """The reason of a decision; see the table."""

    SETTLED = "settled"
    SETTLING = "settling"
    QUIET = "quiet"
    CAP = "cap"
    TOO_LATE = "too_late"
    STOPPED = "stopped"
    BEFORE_CONNECTING = "before_connecting"
    TOO_FEW = "too_few"
    SAME_TEMPLATE = "same_template"


@dataclass(frozen=True, slots=True)
class Decision:
    """`at` is set (UTC) where the action is AT."""

    action: Action
    reason: Why
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NudgeRules:
    """The settings of one rep. `sure_score` is the least score of a send outside any template that counts alone."""

    settle: timedelta = timedelta(seconds=600)
    longest_wait: int = 4
    least_recipients: int = 3
    sure_score: float = 0.97
    cap_per_day: int = 1
    cap_per_week: int = 3
    template_pause: timedelta = WEEK
    longest_age: timedelta = timedelta(hours=24)
    quiet: QuietHours = field(default_factory=QuietHours)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class FlaggedSend:
    """One flagged send: `template` is its number, the keys of its recipients are anything that tells people apart."""

    sent_at: datetime
    template: int | None
    recipients: frozenset[Hashable]
    score: float


@dataclass(frozen=True, slots=True)
class BurstFacts:
    """The flagged sends of one template close in time, or one send outside any template; at least one."""

    sends: tuple[FlaggedSend, ...]
    connected_at: datetime | None = None
    stopped: bool = False

    @property
    def template(self) -> int | None:
        return self.sends[0].template

    def since_connecting(self) -> list[FlaggedSend]:
        """The sends that count, oldest first."""
        start = self.connected_at
        counting = (send for send in self.sends if start is None or send.sent_at >= start)
        return sorted(counting, key=lambda send: send.sent_at)


@dataclass(frozen=True, slots=True)
class PastNudge:
    at: datetime
    template: int | None


@dataclass(frozen=True, slots=True)
class NudgeHistory:
    """The nudges that went out to this rep; those of the last seven days (or of a longer template pause) suffice."""

    nudges: tuple[PastNudge, ...] = ()


def decide(now: datetime, rules: NudgeRules, burst: BurstFacts, history: NudgeHistory) -> Decision:
    """What to do about a burst at `now` (aware), as the table of this module says."""
    sends = burst.since_connecting()
    refusal = _refusal(rules, burst, sends)
    if refusal is not None:
        return Decision(Action.SILENT, refusal)
    settled = max(now, _settles_at(sends, now, rules))
    opened = next_open_moment(settled, rules.quiet, rules.zone)
    if _is_paused(opened, burst.template, rules, history):
        return Decision(Action.SILENT, Why.SAME_TEMPLATE)
    last = sends[-1].sent_at
    if _is_too_old(last, opened, rules):
        return Decision(Action.SILENT, Why.TOO_LATE)
    allowed = _next_day_below_caps(opened, last, rules, history)
    if allowed is None:
        return Decision(Action.SILENT, Why.CAP)
    if allowed <= now:
        return Decision(Action.NOW, Why.SETTLED)
    reason = Why.CAP if allowed > opened else Why.QUIET if opened > settled else Why.SETTLING
    return Decision(Action.AT, reason, allowed.astimezone(UTC))


def _refusal(rules: NudgeRules, burst: BurstFacts, sends: Sequence[FlaggedSend]) -> Why | None:
    if burst.stopped:
        return Why.STOPPED
    if not sends:
        return Why.BEFORE_CONNECTING
    return None if _is_enough(sends, rules) else Why.TOO_FEW


def _is_enough(sends: Sequence[FlaggedSend], rules: NudgeRules) -> bool:
    people = frozenset[Hashable]().union(*(send.recipients for send in sends))
    alone = sends[0].template is None and sends[0].score >= rules.sure_score
    return alone or len(people) >= rules.least_recipients


def _settles_at(sends: Sequence[FlaggedSend], now: datetime, rules: NudgeRules) -> datetime:
    flurry = sends[-1].sent_at
    for send in reversed(sends):
        if flurry - send.sent_at > rules.settle:
            break
        flurry = send.sent_at
    # A sender's clock may be wrong: no send counts as later than now.
    ripened = min(now, max(flurry, sends[min(2, len(sends) - 1)].sent_at))
    return min(min(now, sends[-1].sent_at) + rules.settle, ripened + rules.longest_wait * rules.settle)


def _is_paused(moment: datetime, template: int | None, rules: NudgeRules, history: NudgeHistory) -> bool:
    day = _local_day(moment, rules)
    named = (_local_day(past.at, rules) for past in history.nudges if past.template == template)
    return template is not None and any(day - past < rules.template_pause for past in named)


def _is_too_old(last: datetime, moment: datetime, rules: NudgeRules) -> bool:
    return moment - last > WEEK or open_time(last, moment, rules.quiet, rules.zone) > rules.longest_age


def _next_day_below_caps(moment: datetime, last: datetime, rules: NudgeRules, history: NudgeHistory) -> datetime | None:
    """`moment`, or the first open one of a later day below the caps; None when the burst is too old by then."""
    days = [_local_day(past.at, rules) for past in history.nudges]
    while not _is_too_old(last, moment, rules):
        day = _local_day(moment, rules)
        if _is_below_caps(day, days, rules):
            return moment
        tomorrow = datetime.combine(day + timedelta(days=1), time(), rules.zone)
        moment = next_open_moment(tomorrow.astimezone(UTC), rules.quiet, rules.zone)
    return None


def _is_below_caps(day: date, days: Sequence[date], rules: NudgeRules) -> bool:
    in_week = sum(day - WEEK < past <= day for past in days)
    return days.count(day) < rules.cap_per_day and in_week < rules.cap_per_week


def _local_day(moment: datetime, rules: NudgeRules) -> date:
    return moment.astimezone(rules.zone).date()
