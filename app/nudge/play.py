"""Plays the policy over the sends of some time: what goes out when, and what is decided about every burst."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from app.nudge.bursts import continues
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
from app.nudge.policy import decide
from app.nudge.reactions import REMEMBERED

_UNDECIDED: Final = Decision(Action.SILENT, Why.TOO_FEW)


@dataclass(frozen=True, slots=True)
class WouldBeNudge:
    """A nudge that would have gone out at `at` (UTC) about `count` sends to `recipients` people since `since`."""

    at: datetime
    template: int | None
    count: int
    recipients: int
    since: datetime
    in_digest: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a rep makes of a nudge at `at`; before that there is silence."""

    reaction: Reaction = Reaction.UNKNOWN
    at: datetime | None = None
    snoozed_until: datetime | None = None
    stops: bool = False

    def came_by(self, now: datetime) -> bool:
        return self.at is None or self.at <= now


def _unheard(_: WouldBeNudge) -> Reply:
    return Reply()


def _not_drawn(_: FlaggedSend) -> float:
    return 1.0


@dataclass(slots=True, eq=False)
class PlayedBurst:
    """A burst and what was decided last about it, and when."""

    sends: list[FlaggedSend]
    decision: Decision
    at: datetime

    @property
    def is_told(self) -> bool:
        """Whether a nudge or a digest spoke of it."""
        return self.decision.action in {Action.NOW, Action.JOIN_DIGEST} and not self.is_waiting

    @property
    def is_over(self) -> bool:
        """What follows is a new burst. One that is held out is over as well."""
        return self.is_told or self.decision.reason is Why.HELD_OUT

    @property
    def is_waiting(self) -> bool:
        return self.decision.at is not None and self.decision.at > self.at


@dataclass(slots=True)
class Play:
    """Takes sends in time order, and makes `bursts` of them; `nudges` is what went out, in time order.

    `reply` is what the rep makes of a nudge, `draw` the place in the hold-out of the burst that began with a send.
    """

    rules: NudgeRules
    reply: Callable[[WouldBeNudge], Reply] = _unheard
    draw: Callable[[FlaggedSend], float] = _not_drawn
    bursts: list[PlayedBurst] = field(default_factory=list)
    nudges: list[WouldBeNudge] = field(default_factory=list)
    _open: dict[int, PlayedBurst] = field(default_factory=dict)
    _waiting: list[PlayedBurst] = field(default_factory=list)
    _past: list[tuple[PastNudge, Reply]] = field(default_factory=list)

    def add(self, send: FlaggedSend) -> None:
        self.catch_up(send.sent_at)
        burst = self._open.get(send.template) if send.template is not None else None
        if burst is None or burst.is_over or not continues(burst.sends, send):
            burst = PlayedBurst([], _UNDECIDED, send.sent_at)
            self.bursts.append(burst)
        if send.template is not None:
            self._open[send.template] = burst
        burst.sends.append(send)
        self._ask(burst, send.sent_at)

    def catch_up(self, now: datetime) -> None:
        """Asks again about every burst whose time has come by `now`, the earliest first."""
        while self._waiting:
            burst = min(self._waiting, key=_due)
            if _due(burst) > now:
                return
            self._ask(burst, _due(burst))

    def _ask(self, burst: PlayedBurst, now: datetime) -> None:
        if burst in self._waiting:
            self._waiting.remove(burst)
        first = burst.sends[0]
        facts = BurstFacts(tuple(burst.sends), stopped=self._is_stopped(first.template, now), draw=self.draw(first))
        burst.decision, burst.at = decide(now, self.rules, facts, self._history(now)), now
        if burst.is_waiting:
            self._waiting.append(burst)
        elif burst.is_over:
            self._end(burst)

    def _end(self, burst: PlayedBurst) -> None:
        """A nudge that is held out counts as one that went out, except to the rep."""
        template, in_digest = burst.sends[0].template, burst.decision.at is not None
        past, reply = PastNudge(burst.at, template, in_digest=in_digest, text=burst.sends[0].text), Reply()
        if burst.is_told:
            nudge = _nudge_about(burst, in_digest=in_digest)
            self.nudges.append(nudge)
            reply = self.reply(nudge)
        self._past.append((past, reply))

    def _is_stopped(self, template: int | None, now: datetime) -> bool:
        replies = (reply for past, reply in self._past if past.template == template is not None)
        return any(reply.stops and reply.came_by(now) for reply in replies)

    def _history(self, now: datetime) -> NudgeHistory:
        self._past = [(past, reply) for past, reply in self._past if reply.stops or now - past.at < REMEMBERED]
        snoozed = [reply.snoozed_until for _, reply in self._past if reply.snoozed_until and reply.came_by(now)]
        seen = tuple(_as_seen(past, reply, now) for past, reply in self._past)
        return NudgeHistory(seen, max(snoozed, default=None))


def _due(burst: PlayedBurst) -> datetime:
    return burst.decision.at or burst.at


def _nudge_about(burst: PlayedBurst, *, in_digest: bool) -> WouldBeNudge:
    first, count = burst.sends[0], len(burst.sends)
    return WouldBeNudge(burst.at.astimezone(UTC), first.template, count, people(burst.sends), first.sent_at, in_digest)


def people(sends: Iterable[FlaggedSend]) -> int:
    """To how many different ones they went."""
    return len(frozenset[Hashable]().union(*(send.recipients for send in sends)))


def _as_seen(past: PastNudge, reply: Reply, now: datetime) -> PastNudge:
    reaction = reply.reaction if reply.came_by(now) else Reaction.SILENCE
    return replace(past, reaction=reaction)
