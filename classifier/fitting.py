"""Fits and calibrates the style model of one language. The only place that needs scikit-learn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.dataset import Row
from classifier.features import BLOCK_LENGTHS, CUES, count_cues, hash_ngrams, is_letters, scale_cues
from classifier.style import StyleModel

Numbers = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]

FOLDS = 6
STRENGTH = 100.0  # inverse of the regularisation; found by cross-validation over industries, as is the next
_TELLING = (0.6, 0.0, 0.0)  # the power of what a column tells by itself, for each reading; 0 leaves it out
_SMOOTHING = 0.3
CUE_SCALE = 0.1  # a cue is worth a few n-grams, not more
# A cue speaks one way; where a reading learned the other, by chance or from mail of other times, it says nothing.
CUE_SIGNS = np.array([-1.0 if cue == "earlier_contact" else 1.0 for cue in CUES])
LEAST_ROWS, LEAST_ROWS_OF_LETTERS = 3, 12  # an n-gram of fewer mails is chance, or makes the model large
_TOTAL = 3000.0  # all training weights together, so that the regularisation means the same for every selection

# What each reading is taught with, in the order of `classifier.style`. Worlds are weighed, not rows.
_READINGS = (
    {"written bulk": 0.5, "written personal": 0.5},
    {"written bulk": 0.5, "real bulk": 0.15, "real personal": 0.5},
    {"written bulk": 0.5, "routine": 0.5},
)
_LEADS = (0.0, 2.0, 3.0)  # log-odds that a reading may lag behind the first before it counts
# Within real mail, sources are weighed as well: spam and newsgroups are farther from a rep's mail than the rest.
_SOURCE_WEIGHTS = {
    ("de_codealltag_s", False): 0.6,
    ("de_codealltag_usenet", False): 0.4,
    ("de_codealltag_ads", True): 1.0,
    ("en_enron_outboxes", False): 0.7,
    ("en_spamassassin_ham", False): 0.27,
    ("en_templates_permissive", False): 0.03,
    ("en_enron_bulk_received", True): 0.4,
    ("en_spamassassin_bulk", True): 0.2,
    ("en_templates_permissive", True): 0.4,
}
_REAL_QUANTILE, _SYNTHETIC_QUANTILE = 0.999, 0.998  # personal mail that style alone must not flag
_MARGIN = 0.75
_UNPROVEN_MARGIN = 3.0  # without real mail to calibrate on, style alone stays far from flagging


@dataclass(frozen=True, slots=True)
class Linear:
    """All readings, fitted but not calibrated; `columns` are those of the table that they know, a row is a reading."""

    columns: npt.NDArray[np.intp]
    scales: Numbers
    weights: Numbers
    cue_weights: Numbers
    intercepts: Numbers


@dataclass(frozen=True, slots=True)
class Scaling:
    """What turns the linear scores of the readings into log-odds, and the bar for style alone."""

    slopes: tuple[float, ...]
    offsets: tuple[float, ...]
    alone: float

    def apply(self, scores: Numbers) -> Numbers:
        """Return the log-odds of rows from their scores, one column for each reading."""
        return np.asarray((scores * self.slopes + self.offsets).min(axis=1))


class Table:
    """The rows of one language as one sparse matrix of n-gram counts and one dense matrix of cues."""

    def __init__(self, rows: Sequence[Row]) -> None:
        from scipy import sparse

        hashed = [hash_ngrams(row.words, row.subject) for row in rows]
        starts = np.cumsum([0, *(len(ngrams) for ngrams, _ in hashed)])
        self.ngrams, columns = np.unique(np.concatenate([ngrams for ngrams, _ in hashed]), return_inverse=True)
        values = np.concatenate([counts for _, counts in hashed])
        self.rows = list(rows)
        self.counts = sparse.csr_matrix((values, columns, starts), shape=(len(rows), len(self.ngrams)))
        self.cues = np.array([scale_cues(count_cues(row.found)) for row in rows])
        self.bulk = np.array([row.bulk for row in rows])
        self.synthetic = np.array([row.synthetic for row in rows])
        self.readings = [self._weigh(shares) for shares in _READINGS]
        for place, weights in enumerate(self.readings):
            if not _is_balanced(weights, self.bulk):
                self.readings[place] = self.readings[0]

    @property
    def all_rows(self) -> Chosen:
        """All rows chosen."""
        return np.ones(len(self.rows), dtype=bool)

    def _weigh(self, shares: Mapping[str, float]) -> Numbers:
        """Return a weight for each row: the share of its world, divided among its sources and their rows."""
        sources = [_SOURCE_WEIGHTS.get((row.source, row.bulk), 1.0) for row in self.rows]
        counts = Counter((row.source, row.bulk) for row in self.rows)
        weights = np.array(
            [weight / counts[row.source, row.bulk] for row, weight in zip(self.rows, sources, strict=True)]
        )
        worlds = np.array([row.world for row in self.rows])
        for world in dict.fromkeys(worlds):
            weights[worlds == world] *= shares.get(world, 0.0) / weights[worlds == world].sum()
        return weights

    def fit(self, chosen: Chosen) -> Linear:
        """Fit every reading on the chosen rows."""
        from scipy import sparse

        seen = np.asarray((self.counts[chosen] > 0).sum(axis=0)).ravel()
        columns = np.flatnonzero(seen >= np.where(is_letters(self.ngrams), LEAST_ROWS_OF_LETTERS, LEAST_ROWS))
        scales = np.log((1.0 + chosen.sum()) / (1.0 + seen[columns])) + 1.0
        ngrams = _normalise(self.counts[chosen][:, columns], scales, is_letters(self.ngrams[columns]))
        inputs = sparse.hstack([ngrams, sparse.csr_matrix(self.cues[chosen] * CUE_SCALE)]).tocsr()
        fitted = [
            _fit_reading(inputs, self.bulk[chosen], weights[chosen], telling)
            for weights, telling in zip(self.readings, _TELLING, strict=True)
        ]
        coefficients = np.round(np.array([weights for weights, _ in fitted]), 5)
        return Linear(
            columns=columns,
            scales=scales,
            weights=coefficients[:, : len(columns)],
            cue_weights=CUE_SIGNS * np.maximum(CUE_SIGNS * coefficients[:, len(columns) :], 0.0) * CUE_SCALE,
            intercepts=np.array([intercept for _, intercept in fitted]),
        )

    def score(self, linear: Linear, chosen: Chosen) -> Numbers:
        """Return the linear scores of the chosen rows, one column for each reading."""
        letters = is_letters(self.ngrams[linear.columns])
        ngrams = _normalise(self.counts[chosen][:, linear.columns], linear.scales, letters) @ linear.weights.T
        return np.asarray(ngrams + self.cues[chosen] @ linear.cue_weights.T + linear.intercepts)

    def cross_score(self) -> Numbers:
        """Return for every row the scores by a model that saw neither it nor its group."""
        folds = assign_folds(self.rows)
        scores = np.zeros((len(self.rows), len(self.readings)))
        for fold in range(FOLDS):
            held = folds == fold
            scores[held] = self.score(self.fit(~held), held)
        return scores


def _fit_reading(inputs: Any, bulk: Chosen, weights: Numbers, telling: float) -> tuple[Numbers, float]:
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

    taught = weights > 0
    inputs, bulk, weights = inputs[taught], bulk[taught], weights[taught] / weights[taught].sum()
    factors = _tell_apart(inputs, bulk, weights * len(bulk)) ** telling
    model = LogisticRegression(C=STRENGTH, max_iter=1000, tol=1e-6)
    # Sums differ in the last bits with the number of threads; the model file must not.
    with threadpool_limits(limits=1):
        model.fit((inputs @ sparse.diags(factors)).tocsr(), bulk, sample_weight=weights * _TOTAL)
    return model.coef_[0] * factors, round(float(model.intercept_[0]), 5)


def _tell_apart(inputs: Any, bulk: Chosen, weights: Numbers) -> Numbers:
    """Return for each column how far its presence alone tells the labels apart; cues count in full.

    What tells more is regularised less: Wang and Manning, "Baselines and Bigrams", ACL 2012.
    """
    present = (inputs > 0).astype(np.float64)
    shares = []
    for label in (True, False):
        counts = present[bulk == label].T @ weights[bulk == label] + _SMOOTHING
        shares.append(counts / counts.sum())
    telling = np.abs(np.log(shares[0] / shares[1]))
    telling[-len(CUES) :] = 1.0
    return np.asarray(telling)


def scale(table: Table, scores: Numbers) -> Scaling:
    """Return what makes log-odds of scores of rows that were held out, and the bar for style alone.

    Each reading is calibrated on the mail that taught it, the later ones with a lead.
    """
    fitted = [_calibrate(scores[:, place], table.bulk, weights) for place, weights in enumerate(table.readings)]
    slopes = tuple(round(slope, 5) for slope, _ in fitted)
    offsets = tuple(round(offset + lead, 5) for (_, offset), lead in zip(fitted, _LEADS, strict=True))
    log_odds = Scaling(slopes, offsets, 0.0).apply(scores)
    personal, real = ~table.bulk, ~table.synthetic
    alone = float(np.quantile(log_odds[personal & ~real], _SYNTHETIC_QUANTILE))
    if real.any():
        alone = max(alone, float(np.quantile(log_odds[personal & real], _REAL_QUANTILE)))
    return Scaling(slopes, offsets, round(alone + (_MARGIN if real.any() else _UNPROVEN_MARGIN), 5))


def _calibrate(scores: Numbers, bulk: Chosen, weights: Numbers) -> tuple[float, float]:
    """Return slope and offset that make log-odds of the scores (Platt scaling)."""
    from sklearn.linear_model import LogisticRegression

    taught = weights > 0
    model = LogisticRegression(C=1e6).fit(
        scores[taught, None], bulk[taught], sample_weight=weights[taught] / weights[taught].sum() * _TOTAL
    )
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def to_style_model(table: Table, linear: Linear, scaling: Scaling) -> StyleModel:
    """Put the numbers together in the form that judges."""
    slopes, offsets = np.array(scaling.slopes), np.array(scaling.offsets)
    return StyleModel(
        vocabulary=table.ngrams[linear.columns],
        numbers=np.column_stack([linear.scales, (linear.weights * slopes[:, None]).T]).astype(np.float32),
        cue_weights=np.round(linear.cue_weights * slopes[:, None], 5),
        offsets=np.round(linear.intercepts * slopes + offsets, 5),
        alone=scaling.alone,
    )


def _normalise(counts: Any, scales: Numbers, letters: Chosen) -> Any:
    """Return the sparse rows of counts, scaled; then words and letters are each brought to their length."""
    from scipy import sparse

    scaled = counts @ sparse.diags(scales)
    squares = scaled.multiply(scaled)
    lengths = [np.sqrt(squares @ chosen.astype(np.float64)) for chosen in (~letters, letters)]
    blocks = [
        sparse.diags(length / np.maximum(found, 1e-12)) @ scaled @ sparse.diags(chosen.astype(np.float64))
        for length, found, chosen in zip(BLOCK_LENGTHS, lengths, (~letters, letters), strict=True)
    ]
    return (blocks[0] + blocks[1]).tocsr()


def _is_balanced(weights: Numbers, bulk: Chosen) -> bool:
    """Whether rows of both labels have a weight; without real mail or routine notes a reading has none of the one."""
    return bool(weights[bulk].any() and weights[~bulk].any())


def assign_folds(rows: Sequence[Row]) -> npt.NDArray[np.int64]:
    """Return the fold of each row; all rows of one group share it."""
    folds: dict[str, int] = {}
    for source in sorted({row.source for row in rows}):
        groups = sorted({row.group for row in rows if row.source == source})
        folds.update({group: number % FOLDS for number, group in enumerate(groups)})
    return np.array([folds[row.group] for row in rows])
