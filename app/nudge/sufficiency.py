"""When a burst is enough for a nudge: how many people, or how sure a judgement."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.nudge.facts import FlaggedSend, NudgeRules

MORE_PEOPLE_IN_DOUBT: Final = 2
SURE_SCORE_IN_DOUBT: Final = 0.99


@dataclass(frozen=True, slots=True)
class Need:
    """`people` who got the text; or one send outside any template with at least `score` (None: never one alone)."""

    people: int
    score: float | None

    def is_met_by(self, sends: Sequence[FlaggedSend]) -> bool:
        """The sends are those of one burst, at least one."""
        is_sure = self.score is not None and sends[0].template is None and sends[0].score >= self.score
        return is_sure or _people(sends) >= self.people

    def met_at(self, sends: Sequence[FlaggedSend]) -> datetime:
        """When it was met first; takes the sends in time order."""
        meeting = (send.sent_at for end, send in enumerate(sends, start=1) if self.is_met_by(sends[:end]))
        return next(meeting, sends[-1].sent_at)


def needed(rules: NudgeRules, *, in_doubt: bool) -> Need:
    """What the rules ask for; more of it where the rep called the last nudges wrong.

    The rep's own rule speaks of the same text, so that a send outside any template never counts alone under it.
    """
    people = rules.least_recipients if rules.remind_above is None else rules.remind_above + 1
    score = rules.sure_score if rules.remind_above is None else None
    if not in_doubt:
        return Need(people, score)
    return Need(people + MORE_PEOPLE_IN_DOUBT, score and max(score, SURE_SCORE_IN_DOUBT))


def _people(sends: Sequence[FlaggedSend]) -> int:
    return len(frozenset[Hashable]().union(*(send.recipients for send in sends)))
