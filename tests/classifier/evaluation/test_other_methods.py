"""The methods that the classifier is measured against are used as they are meant to be."""

import email
import email.policy
from pathlib import Path

import numpy as np
import pytest

from classifier.dataset import Row, read_corpus
from classifier.evaluation import bogofilter, minhash, plain_tfidf
from classifier.evaluation.measures import area_under_curve
from tests.classifier.mails import PERSONAL_DE, TEMPLATE_DE, campaign, mail


@pytest.fixture(scope="module")
def halves() -> tuple[list[Row], list[Row]]:
    rows = read_corpus()
    return [row for row in rows if row.source == "de-a"], [row for row in rows if row.source == "de-b"]


def test_tfidf_ranks_bulk_above_personal(halves: tuple[list[Row], list[Row]]) -> None:
    learned, asked = halves
    bulk, scores = np.array([row.bulk for row in asked]), plain_tfidf.learn_and_score(learned, asked)
    assert area_under_curve(scores[bulk], scores[~bulk]) > 0.8


@pytest.mark.skipif(not bogofilter.is_installed(), reason="bogofilter is not installed")
def test_bogofilter_ranks_bulk_above_personal(halves: tuple[list[Row], list[Row]], tmp_path: Path) -> None:
    learned, asked = halves
    bulk, scores = np.array([row.bulk for row in asked]), bogofilter.learn_and_score(learned, asked, tmp_path)
    assert area_under_curve(scores[bulk], scores[~bulk]) > 0.8


def test_a_row_becomes_a_mail_with_its_subject_and_text(halves: tuple[list[Row], list[Row]]) -> None:
    row = halves[0][0]
    read = email.message_from_bytes(bogofilter.to_mail(row), policy=email.policy.default)
    assert read["Subject"] == row.sample.subject
    assert read.get_content().split() == row.sample.body.split()


def test_minhash_puts_copies_together_and_leaves_the_rest_alone() -> None:
    groups = minhash.group([*campaign(TEMPLATE_DE, 4), mail(PERSONAL_DE, 5)], 0.5)
    assert groups == [0, 0, 0, 0, None]
