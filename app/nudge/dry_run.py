"""Plays the policy over past sends: what nudges a rep would have had."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.nudge.facts import FlaggedSend, NudgeRules
from app.nudge.play import Play, WouldBeNudge, people


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """`count` sends of one template to `recipients` different people."""

    number: int
    count: int
    recipients: int
    first: datetime
    last: datetime


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
    play = Play(rules)
    for send in in_order:
        play.add(send)
    play.catch_up(datetime.max.replace(tzinfo=UTC))
    return DryRun(sends, len(in_order), _summaries(in_order), tuple(play.nudges))


def _summaries(flagged: Iterable[FlaggedSend]) -> tuple[TemplateSummary, ...]:
    by_number: dict[int, list[FlaggedSend]] = defaultdict(list)
    for send in flagged:
        if send.template is not None:
            by_number[send.template].append(send)
    summaries = (
        TemplateSummary(number, len(sends), people(sends), sends[0].sent_at, sends[-1].sent_at)
        for number, sends in by_number.items()
    )
    return tuple(sorted(summaries, key=lambda summary: (-summary.count, summary.number)))
