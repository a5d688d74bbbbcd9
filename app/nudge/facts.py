"""What the policy is told and what it answers: rules, burst, history; decision."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.nudge.quiet_hours import OpenHours

WEEK: Final = timedelta(days=7)


class Action(StrEnum):
    NOW = "now"
    AT = "at"
    JOIN_DIGEST = "join_digest"
    SILENT = "silent"


class Why(StrEnum):
    """The reason of a decision; see the table in `policy`."""

    SETTLED = "settled"
    OWN_RULE = "own_rule"
    SETTLING = "settling"
    QUIET = "quiet"
    HOLIDAY = "holiday"
    SNOOZED = "snoozed"
    CAP = "cap"
    BACKING_OFF = "backing_off"
    DIGEST = "digest"
    TOO_LATE = "too_late"
    STOPPED = "stopped"
    BEFORE_CONNECTING = "before_connecting"
    NOT_FOR_PERSON = "not_for_person"
    WRONG = "wrong"
    TOO_FEW = "too_few"
    DOUBTED = "doubted"
    SAME_TEMPLATE = "same_template"
    HELD_OUT = "held_out"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Decision:
    """`at` (UTC) is set for AT, and for JOIN_DIGEST: the moment of the digest, which is due where that has come.

    With HELD_OUT it is set where the nudge would have been part of a digest.
    """

    action: Action
    reason: Why
    at: datetime | None = None


class Digest(StrEnum):
    """How nudges come: each by itself, or together in one mail a day or a week."""

    SINGLE = "single"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class NudgeRules:
    """The settings of one rep.

    `sure_score` is the least score of a send outside any template that counts alone. `remind_above` is the rep's own
    rule: a nudge once the same text went to more people than that. `rest_in_digest`: what the caps leave over joins a
    weekly digest. `hold_out` is the share of due nudges that is withheld, 0 to 1.
    """

    settle: timedelta = timedelta(seconds=600)
    longest_wait: int = 4
    least_recipients: int = 3
    sure_score: float = 0.97
    cap_per_day: int = 1
    cap_per_week: int = 3
    template_pause: timedelta = WEEK
    longest_age: timedelta = timedelta(hours=24)
    hours: OpenHours = field(default_factory=OpenHours)
    digest: Digest = Digest.SINGLE
    rest_in_digest: bool = False
    remind_above: int | None = None
    back_off: bool = True
    hold_out: float = 0.0


@dataclass(frozen=True, slots=True)
class FlaggedSend:
    """One flagged send: `template` is its number, the keys of its recipients are anything that tells people apart.

    Outside any template, `text` tells which sends are alike; None where that is not known.
    """

    sent_at: datetime
    template: int | None
    recipients: frozenset[Hashable]
    score: float
    text: Hashable = None


@dataclass(frozen=True, slots=True)
class BurstFacts:
    """The flagged sends of one template close in time, or one send outside any template; at least one.

    `stopped`: the rep wants no nudges about the template. `spared`: people whom the rep wants none about. `draw`: the
    burst's place in the hold-out, from 0 to 1 (`hold_out.draw`).
    """

    sends: tuple[FlaggedSend, ...]
    connected_at: datetime | None = None
    stopped: bool = False
    spared: frozenset[Hashable] = frozenset()
    draw: float = 1.0

    @property
    def template(self) -> int | None:
        return self.sends[0].template

    def since_connecting(self) -> list[FlaggedSend]:
        """Oldest first."""
        start = self.connected_at
        counting = (send for send in self.sends if start is None or send.sent_at >= start)
        return sorted(counting, key=lambda send: send.sent_at)


class Reaction(StrEnum):
    """What came of a nudge. SILENCE: nothing so far; UNKNOWN tells the policy nothing."""

    UNKNOWN = "unknown"
    SILENCE = "silence"
    ANSWER = "answer"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PastNudge:
    """One for each burst that a digest spoke of, all with the digest's moment. One held out stands here as well.

    `text` is as in `FlaggedSend`.
    """

    at: datetime
    template: int | None
    reaction: Reaction = Reaction.UNKNOWN
    in_digest: bool = False
    text: Hashable = None


@dataclass(frozen=True, slots=True)
class NudgeHistory:
    """The nudges that went out to this rep, oldest first; those of `reactions.REMEMBERED` suffice.

    Until `snoozed_until` the rep wants none at all.
    """

    nudges: tuple[PastNudge, ...] = ()
    snoozed_until: datetime | None = None
