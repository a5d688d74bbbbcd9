"""Plays the policy over past sends: what nudges a rep would have had."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.nudge.bursts import current_burst
from app.nudge.policy import (
    Action,
    BurstFacts,
    FlaggedSend,
    NudgeHistory,
    NudgeRules,
    PastNudge,
    decide,
)

# What a burst can grow from: a template, or one send outside any (then the number tells such sends apart).
Story = tuple[int | None, int]


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """`count` sends of one template to `recipients` different people."""

    number: int
    count: int
    recipients: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class WouldBeNudge:
    """A nudge that would have gone out at `at` (UTC) about `count` sends to `recipients` people since `since`."""

    at: datetime
    template: int | None
    count: int
    recipients: int
    since: datetime


@dataclass(frozen=True, slots=True)
class DryRun:
    """Templates come with the most sent first, nudges in time order."""

    sends: int
    flagged: int
    templates: tuple[TemplateSummary, ...]
    nudges: tuple[WouldBeNudge, ...]


def dry_run(sends: int, flagged: Iterable[FlaggedSend], rules: NudgeRules) -> DryRun:
    """What would have happened to `sends` past sends, of which these were flagged, had the rules held all the time."""
    in_order = sorted(flagged, key=lambda send: send.sent_at)
    play = _Play(rules)
    for send in in_order:
        play.catch_up(send.sent_at)
        play.add(send)
    play.catch_up(datetime.max.replace(tzinfo=UTC))
    return DryRun(sends, len(in_order), _summaries(in_order), tuple(play.nudges))


@dataclass(slots=True)
class _Play:
    rules: NudgeRules
    nudges: list[WouldBeNudge] = field(default_factory=list)
    _sent: dict[Story, list[FlaggedSend]] = field(default_factory=lambda: defaultdict(list))
    _due: dict[Story, datetime] = field(default_factory=dict)

    def add(self, send: FlaggedSend) -> None:
        story = (send.template, len(self._sent) if send.template is None else 0)
        self._sent[story].append(send)
        self._ask(story, send.sent_at)

    def catch_up(self, now: datetime) -> None:
        """Asks again about every burst whose time has come by `now`, the earliest first."""
        while self._due:
            story = min(self._due, key=self._due.__getitem__)
            if self._due[story] > now:
                return
            self._ask(story, self._due[story])

    def _ask(self, story: Story, now: datetime) -> None:
        self._due.pop(story, None)
        burst = current_burst(self._sent[story], self._nudged_at(story))
        history = NudgeHistory(tuple(PastNudge(nudge.at, nudge.template) for nudge in self.nudges))
        decision = decide(now, self.rules, BurstFacts(burst), history)
        if decision.action is Action.NOW:
            self.nudges.append(_would_be(burst, now))
        elif decision.at is not None:
            self._due[story] = decision.at

    def _nudged_at(self, story: Story) -> datetime | None:
        template, _ = story
        return max(
            (nudge.at for nudge in self.nudges if template is not None and nudge.template == template), default=None
        )


def _would_be(burst: Sequence[FlaggedSend], now: datetime) -> WouldBeNudge:
    return WouldBeNudge(now.astimezone(UTC), burst[0].template, len(burst), _people(burst), burst[0].sent_at)


def _summaries(flagged: Iterable[FlaggedSend]) -> tuple[TemplateSummary, ...]:
    by_number: dict[int, list[FlaggedSend]] = defaultdict(list)
    for send in flagged:
        if send.template is not None:
            by_number[send.template].append(send)
    summaries = (
        TemplateSummary(number, len(sends), _people(sends), sends[0].sent_at, sends[-1].sent_at)
        for number, sends in by_number.items()
    )
    return tuple(sorted(summaries, key=lambda summary: (-summary.count, summary.number)))


def _people(sends: Iterable[FlaggedSend]) -> int:
    return len(frozenset[Hashable]().union(*(send.recipients for send in sends)))
