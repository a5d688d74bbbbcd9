"""Replayed outboxes: every mail has its outcome, and what is true of it stands beside what was found."""

from random import Random

import pytest

from classifier import Judge
from classifier.dataset import Row, read_corpus
from classifier.decision import Calibration
from classifier.simulation.calibrating import calibrate_decision
from classifier.simulation.campaigns import SLOTS_ONLY
from classifier.simulation.outboxes import simulate_outbox
from classifier.simulation.replays import ALONE_WRITTEN, judge_alone, make_material, replay, replay_simulated


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for row in read_corpus() if row.source == "en-c"]


def test_a_replay_has_one_outcome_for_each_mail(judge: Judge, rows: list[Row]) -> None:
    outbox = simulate_outbox(Random(1), make_material(rows, "en", 0), personal=5, background=0)
    outcomes = list(replay(judge, "test", "en", outbox))
    assert [one.mode for one in outcomes] == [mail.mode for mail in outbox]


def test_copies_of_one_family_end_in_one_template(judge: Judge, rows: list[Row]) -> None:
    outcomes = list(replay_simulated(judge, make_material(rows, "en", 0), "test", 1))
    copies = [one for one in outcomes if one.mode == SLOTS_ONLY]
    for family in {one.family for one in copies}:
        assert len({one.template for one in copies if one.family == family} - {None}) == 1


def test_a_mail_alone_is_judged_by_its_text_only(judge: Judge, rows: list[Row]) -> None:
    outcomes = list(judge_alone(judge, rows[:20]))
    assert {one.mode for one in outcomes} == {ALONE_WRITTEN}
    assert not any(one.sample.recipients for one in outcomes)


def test_a_corpus_too_small_for_an_outbox_leaves_the_score_as_it_is(rows: list[Row]) -> None:
    assert calibrate_decision(rows[:20], lambda _: {}, halves=[0]) == Calibration()
