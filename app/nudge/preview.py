"""What other rules would have brought in the last 30 days; changes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.nudge.facts import FlaggedSend, NudgeRules, Why
from app.nudge.play import Play

SPAN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Preview:
    """`moments` (UTC) of the mails that would have come, a digest being one; of the other bursts, why not (yet)."""

    moments: tuple[datetime, ...]
    others: Mapping[Why, int]


def preview(flagged: Iterable[FlaggedSend], rules: NudgeRules, now: datetime) -> Preview:
    """As if the rules had held for the last 30 days, with no reactions and no hold-out; older sends do not count."""
    play = Play(replace(rules, hold_out=0.0))
    recent = (send for send in flagged if now - SPAN <= send.sent_at <= now)
    for send in sorted(recent, key=lambda send: send.sent_at):
        play.add(send)
    play.catch_up(now)
    singles = [nudge.at for nudge in play.nudges if not nudge.in_digest]
    digests = {nudge.at for nudge in play.nudges if nudge.in_digest}
    others = Counter(burst.decision.reason for burst in play.bursts if not burst.is_told)
    return Preview(tuple(sorted((*singles, *digests))), others)
