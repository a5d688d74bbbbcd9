"""Measures of quality on numbers that can be checked by hand."""

import numpy as np
import pytest

from classifier.evaluation.measures import (
    area_under_curve,
    average_precision,
    calibration_error,
    pairwise,
    recall_at,
    reliability,
)


def test_the_area_under_the_curve_counts_ties_half() -> None:
    assert area_under_curve(np.array([1.0, 2.0]), np.array([1.0, 0.0])) == 0.875


def test_recall_is_taken_where_so_many_negatives_pass() -> None:
    assert recall_at(np.array([1.0, 3.0]), np.array([0.0, 2.0]), 0.0) == 0.5


def test_average_precision_is_one_where_every_positive_comes_first() -> None:
    truth = np.array([True, True, False])
    assert average_precision(np.array([3.0, 2.0, 1.0]), truth) == 1.0
    assert average_precision(np.array([1.0, 2.0, 3.0]), truth) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_the_calibration_error_is_the_gap_of_each_bin() -> None:
    scores, truth = np.full(10, 0.35), np.array([True] * 3 + [False] * 7)
    assert calibration_error(scores, truth) == pytest.approx(0.05)
    assert np.allclose(reliability(scores, truth), [(0.35, 0.3, 10)])


def test_families_are_compared_pair_by_pair() -> None:
    assert pairwise(["a", "a", "a", None], [1, 1, 2, 2]) == pytest.approx((1 / 2, 1 / 3, 2 / 5))
