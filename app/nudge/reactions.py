"""What the rep's reactions to earlier nudges mean for the next: fewer after silence, surer after "wrong"."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from app.nudge.facts import NudgeHistory, PastNudge, Reaction

REMEMBERED: Final = timedelta(days=90)
# A nudge younger than that is not ignored yet: a weekend may lie between.
TIME_TO_ANSWER: Final = timedelta(days=3)
PATIENCE: Final = 4
# By step down: nudges in seven days at most; after the last one only a weekly digest.
FEWER: Final = (None, 2, 1)
DIGEST_ONLY: Final = len(FEWER)
WRONG_PAUSE: Final = timedelta(weeks=4)


def steps_down(now: datetime, history: NudgeHistory) -> int:
    """How far to back off, 0 to DIGEST_ONLY: a step for every four nudges ignored in a row, one back by an answer."""
    ignored = 0
    for reaction in _reactions(now, history):
        if reaction is Reaction.SILENCE:
            ignored = min(ignored + 1, DIGEST_ONLY * PATIENCE)
        else:
            ignored = max(0, (ignored // PATIENCE - 1) * PATIENCE)
    return ignored // PATIENCE


def is_called_wrong(now: datetime, template: int | None, history: NudgeHistory) -> bool:
    """Whether a nudge about this template (about a send outside any) was called wrong in the last four weeks."""
    return any(past.template == template and past.reaction is Reaction.WRONG for past in _since(now, history))


def is_doubted(now: datetime, history: NudgeHistory) -> bool:
    """Whether the last two nudges that were answered were called wrong, about different templates, in four weeks."""
    answered = [past for past in _since(now, history) if past.reaction in {Reaction.ANSWER, Reaction.WRONG}][-2:]
    wrong = [past for past in answered if past.reaction is Reaction.WRONG]
    return len(wrong) == 2 and (wrong[0].template is None or wrong[0].template != wrong[1].template)


def _since(now: datetime, history: NudgeHistory) -> Iterator[PastNudge]:
    return (past for past in history.nudges if now - past.at < WRONG_PAUSE)


def _reactions(now: datetime, history: NudgeHistory) -> Iterator[Reaction]:
    """One for each mail whose reaction is known, oldest first; a digest counts as answered where any part was."""
    known = (past for past in history.nudges if past.reaction is not Reaction.UNKNOWN and now - past.at < REMEMBERED)
    for at, mail in groupby(known, key=lambda past: past.at):
        is_ignored = all(past.reaction is Reaction.SILENCE for past in mail)
        if not is_ignored:
            yield Reaction.ANSWER
        elif now - at >= TIME_TO_ANSWER:
            yield Reaction.SILENCE
