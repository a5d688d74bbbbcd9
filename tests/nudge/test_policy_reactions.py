"""How a rep's reactions change what comes next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.nudge.facts import BurstFacts, Decision, NudgeHistory, PastNudge, Reaction, Why
from app.nudge.policy import decide
from app.nudge.reactions import DIGEST_ONLY, steps_down
from tests.nudge.policy_cases import NOW, RULES, at, burst_to, every_other_day, joins, past, planned, sends, silent

NEXT_MONDAY = at("08:00", "2026-03-16")
WRONG = Reaction.WRONG


@pytest.mark.parametrize(
    ("reactions", "steps"),
    [
        ("", 0),
        ("sss", 0),
        ("ssss", 1),
        ("ssssssss", 2),
        ("ssssssssssss", DIGEST_ONLY),
        ("s" * 30, DIGEST_ONLY),
        ("ssssssssssssa", 2),  # each answer takes back one step
        ("ssssssssssssaa", 1),
        ("ssssssssssssaaa", 0),
        ("ssssssssssssw", 2),  # also one that says wrong
        ("sssas", 0),
        ("ssssasss", 0),
        ("????????", 0),
    ],
)
def test_four_ignored_nudges_are_a_step_down_and_an_answer_one_up(reactions: str, steps: int) -> None:
    assert steps_down(at("10:00"), every_other_day(reactions)) == steps


def test_a_nudge_of_yesterday_is_not_ignored_yet() -> None:
    history = every_other_day("ssss", until=at("10:00") - timedelta(days=1))
    assert steps_down(at("10:00"), history) == 0


def test_what_is_older_than_ninety_days_is_forgotten() -> None:
    assert steps_down(at("10:00"), every_other_day("ssss", until=at("10:00") - timedelta(days=84))) == 0


def test_a_digest_is_ignored_as_one_mail() -> None:
    mail = [PastNudge(at("08:00", "2026-03-02"), template, Reaction.SILENCE, in_digest=True) for template in range(4)]
    assert steps_down(at("10:00"), NudgeHistory(tuple(mail))) == 0


def ignored(count: int, *recent: str) -> NudgeHistory:
    """So many ignored nudges, and further ones on these days whose reaction is not known."""
    further = past(*(at("09:00", day) for day in recent))
    return NudgeHistory((*every_other_day("s" * count).nudges, *further.nudges))


def test_after_four_ignored_ones_two_a_week_are_enough() -> None:
    assert decide(at("10:12"), RULES, burst_to(3), ignored(4, "2026-03-09")) == NOW
    waits = planned(Why.BACKING_OFF, at("08:00", "2026-03-13"))
    assert decide(at("10:12"), RULES, burst_to(3), ignored(4, "2026-03-06", "2026-03-09")) == waits


def test_after_eight_ignored_ones_one_a_week_is_enough() -> None:
    assert decide(at("10:12"), RULES, burst_to(3), ignored(8)) == NOW
    assert decide(at("10:12"), RULES, burst_to(3), ignored(8, "2026-03-11")) == silent(Why.BACKING_OFF)


def test_after_twelve_ignored_ones_there_is_only_a_weekly_digest() -> None:
    assert decide(at("10:12"), RULES, burst_to(3), ignored(12)) == joins(Why.BACKING_OFF, NEXT_MONDAY)


def test_a_rep_may_want_as_many_as_before() -> None:
    assert decide(at("10:12"), replace(RULES, back_off=False), burst_to(3), ignored(12)) == NOW


@pytest.mark.parametrize(("day", "decision"), [("2026-02-13", silent(Why.WRONG)), ("2026-02-12", NOW)])
def test_a_template_that_was_called_wrong_rests_for_four_weeks(day: str, decision: Decision) -> None:
    history = past(at("10:12", day), template=7, reaction=WRONG)
    assert decide(at("10:12"), RULES, burst_to(3), history) == decision


def test_a_lone_mail_that_was_called_wrong_rests_all_lone_mails() -> None:
    history = past(at("10:12", "2026-03-02"), template=None, reaction=WRONG)
    lone = BurstFacts(sends(at("10:00"), template=None, score=1.0))
    assert decide(at("10:12"), RULES, lone, history) == silent(Why.WRONG)
    assert decide(at("10:12"), RULES, burst_to(3), history) == NOW


def test_two_wrongs_in_a_row_ask_for_two_people_more() -> None:
    history = every_other_day("ww")
    assert decide(at("10:12"), RULES, burst_to(4), history) == silent(Why.DOUBTED)
    assert decide(at("10:12"), RULES, burst_to(5), history) == NOW
    assert decide(at("10:12"), RULES, burst_to(2), history) == silent(Why.TOO_FEW)


@pytest.mark.parametrize(("score", "decision"), [(0.98, silent(Why.DOUBTED)), (0.99, NOW)])
def test_two_wrongs_in_a_row_ask_a_lone_mail_to_be_surer(score: float, decision: Decision) -> None:
    lone = BurstFacts(sends(at("10:00"), template=None, score=score))
    assert decide(at("10:12"), RULES, lone, every_other_day("ww")) == decision


@pytest.mark.parametrize("reactions", ["w", "wa", "waw", "sws", "ss"])
def test_fewer_than_two_wrongs_in_a_row_change_nothing(reactions: str) -> None:
    assert decide(at("10:12"), RULES, burst_to(3), every_other_day(reactions)) == NOW


def test_silence_between_two_wrongs_does_not_part_them() -> None:
    assert decide(at("10:12"), RULES, burst_to(3), every_other_day("wsw")) == silent(Why.DOUBTED)


def test_two_wrongs_about_one_template_are_one() -> None:
    history = past(at("09:00", "2026-03-02"), at("09:00", "2026-03-04"), template=1, reaction=WRONG)
    assert decide(at("10:12"), RULES, burst_to(3), history) == NOW


def test_doubt_ends_after_four_weeks() -> None:
    history = every_other_day("ww", until=at("10:12") - timedelta(weeks=4))
    assert decide(at("10:12"), RULES, burst_to(3), history) == NOW
