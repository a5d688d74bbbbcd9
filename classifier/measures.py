"""Measures of quality, real and synthetic mail always apart: no single number may hide one behind the other."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from classifier.decision import LOWEST_STYLE

if TYPE_CHECKING:
    from classifier.fitting import Table

Numbers = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]


def area_under_curve(positive: Numbers, negative: Numbers) -> float:
    """Return the probability that a positive scores above a negative (ROC AUC), ties counted half."""
    order = np.sort(negative)
    below = np.searchsorted(order, positive, side="left") + np.searchsorted(order, positive, side="right")
    return float(below.mean() / 2 / max(1, len(negative)))


def recall_at(positive: Numbers, negative: Numbers, false_share: float) -> float:
    """Return the share of positives above the threshold that `false_share` of the negatives pass."""
    return float((positive > np.quantile(negative, 1.0 - false_share)).mean())


def measure_style(table: "Table", log_odds: Numbers, alone: float) -> dict[str, Any]:
    """Return the quality of held-out style scores: ranking, and what the two bars of the decision let through."""
    bulk, personal = table.bulk, ~table.bulk
    synthetic, real = table.synthetic, ~table.synthetic
    cold, own = log_odds[bulk & synthetic], log_odds[personal & synthetic]
    result: dict[str, Any] = {
        "synthetic": {
            "rows": int(synthetic.sum()),
            "auc": _round(area_under_curve(cold, own)),
            "recall at 1 % false": _round(recall_at(cold, own, 0.01)),
            "bulk above the family bar": _round((cold > LOWEST_STYLE).mean()),
            "personal above the family bar": _round((own > LOWEST_STYLE).mean()),
            "bulk flagged by style alone": _round((cold >= alone).mean()),
            "personal flagged by style alone": _round((own >= alone).mean()),
        }
    }
    if real.any():
        mail = log_odds[personal & real]
        result["real"] = {
            "personal rows": len(mail),
            "personal above the family bar": _round((mail > LOWEST_STYLE).mean()),
            "personal flagged by style alone": _round((mail >= alone).mean()),
            "bulk rows": int((bulk & real).sum()),
            "bulk above the family bar": _round((log_odds[bulk & real] > LOWEST_STYLE).mean()),
            "bulk flagged by style alone": _round((log_odds[bulk & real] >= alone).mean()),
        }
    return result


def _round(value: float) -> float:
    return round(float(value), 4)
