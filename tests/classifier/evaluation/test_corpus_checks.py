"""The checks of the written corpus find what they look for."""

from dataclasses import replace

import numpy as np
import pytest

from classifier.dataset import Row, read_corpus
from classifier.evaluation.corpus_checks import find_near_duplicates, score_by_cues
from classifier.evaluation.measures import area_under_curve


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for row in read_corpus() if row.source == "de-a"]


def test_a_copied_mail_is_found(rows: list[Row]) -> None:
    copy = replace(rows[0], id="copy", words=(*rows[0].words[:-3], "ganz", "anders"))
    assert [pair[:2] for pair in find_near_duplicates([*rows, copy])] == [(rows[0].id, "copy")]


def test_a_contrastive_pair_may_be_alike(rows: list[Row]) -> None:
    bulk, personal = rows[0], replace(rows[1], words=rows[0].words)
    assert find_near_duplicates([bulk, personal]) == []


def test_a_cue_that_gives_the_label_away_is_noticed(rows: list[Row]) -> None:
    told = [replace(row, sample=replace(row.sample, body=row.sample.body + "?" * (9 * row.bulk))) for row in rows]
    bulk, scores = np.array([row.bulk for row in told]), score_by_cues(told, "punctuation")
    assert area_under_curve(scores[bulk], scores[~bulk]) > 0.95
