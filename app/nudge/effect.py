"""Whether nudges do anything, as far as the hold-out can tell: an honest comparison, or that it is too early for one.

The measure is the rep's own sending, which is there with and without a nudge: whether the share of flagged sends was
lower in the two weeks after than in the two weeks before. Calls are counted beside it, but a nudge has a button for
them, so that more marked calls prove nothing. Bursts of one time share their sends, so that the interval is, if
anything, too narrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.nudge.proportions import Difference, Share, difference
from app.store.outcomes import Outcome

SPAN: Final = timedelta(days=14)
# Of fewer bursts, in either group, no difference that a nudge could make can be told from chance.
LEAST_IN_A_GROUP: Final = 100


@dataclass(frozen=True, slots=True)
class Effect:
    """Of both groups, after how many bursts the sending got more personal, and of how many a call was marked.

    `difference` is None where there are too few to tell.
    """

    nudged: Share
    held_out: Share
    calls_nudged: int
    calls_held_out: int
    difference: Difference | None


def effect_of(outcomes: Sequence[Outcome]) -> Effect:
    """Of bursts by time. What came before the first one that was held out was not drawn by lot, and does not count,
    nor does that one, which is sure to be of its group; nor a burst with no sends on one side of it."""
    first = next((place for place, one in enumerate(outcomes) if one.held_out), len(outcomes))
    drawn = [one for one in outcomes[first + 1 :] if one.before.all and one.after.all]
    nudged, held_out = ([one for one in drawn if one.held_out is out] for out in (False, True))
    return Effect(
        nudged=_group(nudged),
        held_out=_group(held_out),
        calls_nudged=sum(one.called for one in nudged),
        calls_held_out=sum(one.called for one in held_out),
        difference=difference(_group(nudged), _group(held_out), LEAST_IN_A_GROUP),
    )


def _group(outcomes: Sequence[Outcome]) -> Share:
    return Share(sum(map(_got_more_personal, outcomes)), len(outcomes))


def _got_more_personal(outcome: Outcome) -> bool:
    before, after = outcome.before, outcome.after
    return after.flagged * before.all < before.flagged * after.all
