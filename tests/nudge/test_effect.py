"""What the hold-out tells, and when it tells nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from app.nudge.effect import LEAST_IN_A_GROUP, effect_of
from app.nudge.proportions import Share
from app.store.outcomes import Outcome, Sent
from app.texts import translator
from app.web.nudge_effect import spoken_effect

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BETTER = Sent(8, 20), Sent(2, 10)
SAME = Sent(8, 20), Sent(4, 10)
NOTHING = Sent(0, 0), Sent(4, 10)


def outcome(day: int, held_out: bool, sent: tuple[Sent, Sent] = SAME, *, called: bool = False) -> Outcome:
    return Outcome(MONDAY + timedelta(days=day), held_out, called, *sent)


def test_what_counts_is_a_lower_share_of_flagged_mails_afterwards() -> None:
    first = outcome(0, True)
    effect = effect_of([first, outcome(1, False, BETTER), outcome(2, False, SAME), outcome(3, True, BETTER)])
    assert (effect.nudged, effect.held_out) == (Share(1, 2), Share(1, 1))


def test_what_came_before_the_first_that_was_left_out_is_not_compared() -> None:
    effect = effect_of([outcome(0, False, BETTER), outcome(1, True, BETTER), outcome(2, False, BETTER)])
    assert (effect.nudged, effect.held_out) == (Share(1, 1), Share(0, 0))


def test_a_burst_without_mails_on_one_side_tells_nothing() -> None:
    effect = effect_of([outcome(0, True), outcome(1, False, NOTHING)])
    assert effect.nudged == Share(0, 0)


def test_calls_are_counted_beside_it() -> None:
    effect = effect_of([outcome(0, True), outcome(1, False, called=True), outcome(2, True)])
    assert (effect.calls_nudged, effect.calls_held_out) == (1, 0)


@pytest.mark.parametrize(
    ("good", "words"),
    [
        (0, "That is too few to tell"),
        (LEAST_IN_A_GROUP, "hardly chance"),
        (LEAST_IN_A_GROUP // 10, "That may be chance"),
    ],
)
def test_it_is_said_how_much_the_figures_tell(good: int, words: str) -> None:
    size = LEAST_IN_A_GROUP if good else 3
    nudged = [outcome(1, False, BETTER if place < good else SAME) for place in range(size)]
    held_out = [outcome(2, True, SAME) for _ in range(size)]
    held_out[:5] = [outcome(2, True, BETTER)] * (5 if 0 < good < LEAST_IN_A_GROUP else 0) or held_out[:5]
    assert words in spoken_effect(translator("en"), effect_of([outcome(0, True), *nudged, *held_out]))


def test_where_nothing_can_be_counted_it_says_so() -> None:
    assert spoken_effect(translator("de"), effect_of([])).startswith("Noch lässt sich nichts zählen")
