"""Fits and calibrates the style model of one language. The only place that needs scikit-learn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.dataset import Row
from classifier.features import BUCKETS, count_cues, hash_ngrams, scale_cues
from classifier.style import StyleModel

Numbers = npt.NDArray[np.float64]

FOLDS = 6
STRENGTH = 20.0  # inverse of the regularisation; found by cross-validation over industries
CUE_SCALE = 0.1  # a cue is worth a few n-grams, not more
_TOTAL = 1000.0  # all training weights together, so that the regularisation means the same for every selection

# Worlds are weighed, not rows: the synthetic pairs draw the line between cold and personal sales mail, real mail of
# other decades keeps it from calling everything else bulk. More real weight loses cold mail, less of it costs alarms.
_SYNTHETIC_WEIGHT = 1.0
_REAL_WEIGHTS = {
    ("de_codealltag_s", False): 0.18,
    ("de_codealltag_usenet", False): 0.12,
    ("de_codealltag_ads", True): 0.20,
    ("en_enron_outboxes", False): 0.21,
    ("en_spamassassin_ham", False): 0.08,
    ("en_templates_permissive", False): 0.01,
    ("en_enron_bulk_received", True): 0.08,
    ("en_spamassassin_bulk", True): 0.04,
    ("en_templates_permissive", True): 0.08,
}
_REAL_QUANTILE, _SYNTHETIC_QUANTILE = 0.999, 0.995  # personal mail that style alone must not flag
_MARGIN = 0.75
_UNPROVEN_MARGIN = 3.0  # without real mail to calibrate on, style alone stays far from flagging


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted linear model before calibration."""

    weights: Numbers
    scales: Numbers
    cue_weights: Numbers
    intercept: float


class Table:
    """The rows of one language as one sparse matrix of n-gram counts and one dense matrix of cues."""

    def __init__(self, rows: Sequence[Row]) -> None:
        from scipy import sparse

        hashed = [hash_ngrams(row.words) for row in rows]
        starts = np.cumsum([0, *(len(buckets) for buckets, _ in hashed)])
        columns = np.concatenate([buckets for buckets, _ in hashed])
        values = np.concatenate([counts for _, counts in hashed])
        self.rows = list(rows)
        self.counts = sparse.csr_matrix((values, columns, starts), shape=(len(rows), BUCKETS))
        self.cues = np.array([scale_cues(count_cues(row.found)) for row in rows])
        self.bulk = np.array([row.bulk for row in rows])
        self.synthetic = np.array([row.synthetic for row in rows])
        self.weights = _weigh(rows)

    def fit(self, chosen: npt.NDArray[np.bool_]) -> Linear:
        """Fit on the chosen rows."""
        from scipy import sparse
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

        chosen = chosen & (self.weights > 0)
        counts = self.counts[chosen]
        seen = np.asarray((counts > 0).sum(axis=0)).ravel()
        scales = np.log((1.0 + counts.shape[0]) / (1.0 + seen)) + 1.0
        inputs = sparse.hstack([_normalise(counts, scales), sparse.csr_matrix(self.cues[chosen] * CUE_SCALE)]).tocsr()
        weights = self.weights[chosen] / self.weights[chosen].sum() * _TOTAL
        model = LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-5)
        # Sums differ in the last bits with the number of threads; the model file must not.
        with threadpool_limits(limits=1):
            model.fit(inputs, self.bulk[chosen], sample_weight=weights)
        coefficients = np.round(model.coef_[0], 5)
        used = np.where(seen > 0, scales, scales.max())
        return Linear(coefficients[:BUCKETS], used, coefficients[BUCKETS:] * CUE_SCALE, float(model.intercept_[0]))

    def score(self, linear: Linear) -> Numbers:
        """Return the linear score of every row."""
        ngrams = _normalise(self.counts, linear.scales) @ linear.weights
        return np.asarray(ngrams + self.cues @ linear.cue_weights + linear.intercept)

    def cross_score(self) -> Numbers:
        """Return for every row the score by a model that saw neither it nor its group."""
        folds = assign_folds(self.rows)
        scores = np.zeros(len(self.rows))
        for fold in range(FOLDS):
            held = folds == fold
            scores[held] = self.score(self.fit(~held))[held]
        return scores


def calibrate(table: Table, scores: Numbers) -> tuple[float, float, float]:
    """Return slope, offset and the log-odds at which style alone flags, from scores of rows that were held out.

    Both worlds count alike on the personal side: a model that is right on one of them only is not calibrated.
    """
    from sklearn.linear_model import LogisticRegression

    real = not table.synthetic.all()
    weights = np.zeros(len(scores))
    for bulk, synthetic, share in ((True, True, 0.9), (True, False, 0.1), (False, True, 0.5), (False, False, 0.5)):
        chosen = (table.bulk == bulk) & (table.synthetic == synthetic)
        weights[chosen] = share / max(1, chosen.sum())
    model = LogisticRegression(C=1e6).fit(scores[:, None], table.bulk, sample_weight=weights * len(scores))
    slope, offset = float(model.coef_[0, 0]), float(model.intercept_[0])
    log_odds = slope * scores + offset
    alone = float(np.quantile(log_odds[~table.bulk & table.synthetic], _SYNTHETIC_QUANTILE))
    if real:
        alone = max(alone, float(np.quantile(log_odds[~table.bulk & ~table.synthetic], _REAL_QUANTILE)))
    return round(slope, 5), round(offset, 5), round(alone + (_MARGIN if real else _UNPROVEN_MARGIN), 5)


def to_style_model(linear: Linear, calibration: tuple[float, float, float]) -> StyleModel:
    """Put the numbers together in the form that judges."""
    slope, offset, alone = calibration
    return StyleModel(
        weights=linear.weights.astype(np.float32),
        scales=linear.scales.astype(np.float32),
        cue_weights=np.round(linear.cue_weights, 5),
        intercept=round(linear.intercept, 5),
        slope=slope,
        offset=offset,
        alone=alone,
    )


def _normalise(counts: Any, scales: Numbers) -> Any:
    """Return the sparse rows of counts, scaled and then brought to length one."""
    from scipy import sparse

    scaled = counts @ sparse.diags(scales)
    lengths = np.sqrt(np.asarray(scaled.multiply(scaled).sum(axis=1)).ravel())
    return sparse.diags(1.0 / np.maximum(lengths, 1e-12)) @ scaled


def _weigh(rows: Sequence[Row]) -> Numbers:
    """Return a weight for each row: that of its source and label, shared evenly among the rows of that kind."""
    counts = Counter((row.source, row.bulk) for row in rows)
    files = Counter(row.bulk for row in {(row.source, row.bulk): row for row in rows if row.synthetic}.values())
    totals = {key: _REAL_WEIGHTS.get(key, _SYNTHETIC_WEIGHT / max(1, files[key[1]])) for key in counts}
    return np.array([totals[row.source, row.bulk] / counts[row.source, row.bulk] for row in rows])


def assign_folds(rows: Sequence[Row]) -> npt.NDArray[np.int64]:
    """Return the fold of each row; all rows of one group share it."""
    folds: dict[str, int] = {}
    for source in sorted({row.source for row in rows}):
        groups = sorted({row.group for row in rows if row.source == source})
        folds.update({group: number % FOLDS for number, group in enumerate(groups)})
    return np.array([folds[row.group] for row in rows])
