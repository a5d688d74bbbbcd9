"""Measures of quality, real and synthetic mail always apart: no single number may hide one behind the other."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from classifier.fitting import Table

Numbers = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]


def as_numbers(values: Iterable[float]) -> Numbers:
    """Return values as an array of floats."""
    return np.fromiter(values, dtype=np.float64)


def area_under_curve(positive: Numbers, negative: Numbers) -> float:
    """Return the probability that a positive scores above a negative (ROC AUC), ties counted half."""
    order = np.sort(negative)
    below = np.searchsorted(order, positive, side="left") + np.searchsorted(order, positive, side="right")
    return float(below.mean() / 2 / max(1, len(negative)))


def recall_at(positive: Numbers, negative: Numbers, false_share: float) -> float:
    """Return the share of positives above the threshold that `false_share` of the negatives pass."""
    return float((positive > np.quantile(negative, 1.0 - false_share)).mean())


def average_precision(scores: Numbers, truth: Chosen) -> float:
    """Return the area under the precision-recall curve, as the mean precision at each positive."""
    ranked = truth[np.argsort(-scores, kind="stable")]
    hits = np.cumsum(ranked)
    return float((hits / np.arange(1, len(ranked) + 1))[ranked].mean()) if ranked.any() else 0.0


def calibration_error(scores: Numbers, truth: Chosen, bins: int = 10) -> float:
    """Return the expected calibration error: how far mean score and true share lie apart, over bins of equal width.

    Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
    """
    gaps = (abs(mean - share) * count for mean, share, count in reliability(scores, truth, bins))
    return sum(gaps) / max(1, len(scores))


def reliability(scores: Numbers, truth: Chosen, bins: int = 10) -> list[tuple[float, float, int]]:
    """Return mean score, true share and count of each bin that is not empty."""
    places = np.minimum((scores * bins).astype(int), bins - 1)
    chosen = [places == number for number in range(bins)]
    return [(float(scores[one].mean()), float(truth[one].mean()), int(one.sum())) for one in chosen if one.any()]


def pairwise(truth: Iterable[Hashable | None], found: Iterable[Hashable | None]) -> tuple[float, float, float]:
    """Return precision, recall and F1 over pairs of items that belong together in truth, and that were put together.

    Both give the group of each item in turn, None where it stands alone.
    """
    both = list(zip(truth, found, strict=True))
    right = _count_pairs(pair for pair in both if None not in pair)
    claimed = _count_pairs(group for _, group in both if group is not None)
    true = _count_pairs(group for group, _ in both if group is not None)
    return right / max(1, claimed), right / max(1, true), 2 * right / max(1, claimed + true)


def _count_pairs(labels: Iterable[Hashable]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(labels).values())


def measure_style(table: "Table", log_odds: Numbers, alone: float) -> dict[str, Any]:
    """Return the quality of held-out style scores: ranking, and what style alone would flag of each world."""
    worlds = np.array([row.world for row in table.rows])
    bulk, personal = log_odds[worlds == "written bulk"], log_odds[worlds == "written personal"]
    return {
        "written: AUC": round(area_under_curve(bulk, personal), 4),
        "written: recall at 1 % false": round(recall_at(bulk, personal, 0.01), 4),
        **{
            f"{world}: flagged by style alone": round(float((log_odds[worlds == world] >= alone).mean()), 4)
            for world in sorted(set(worlds.tolist()))
        },
    }
