"""How style improves with more written mail: the same folds, taught with more and more of the industries."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from classifier.dataset import Row, usable
from classifier.evaluation.measures import area_under_curve, recall_at
from classifier.fitting import FOLDS, Table, assign_folds, scale

SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """What was reached with so many written mails in training (mean over the folds)."""

    mails: int
    auc: float
    recall: float


def draw_learning_curve(rows: Sequence[Row]) -> list[Point]:
    """Return a point for each of `SHARES` of the industries of one language; the held-out ones are always the same."""
    table = Table(usable(list(rows)))
    return [_measure(table, share) for share in SHARES]


def _measure(table: Table, share: float) -> Point:
    folds = assign_folds(table.rows)
    kept = _choose(table.rows, share)
    scores = np.zeros((len(table.rows), len(table.readings)))
    counts = []
    for fold in range(FOLDS):
        taught = (folds != fold) & kept
        counts.append(int((taught & table.synthetic).sum()))
        scores[folds == fold] = table.score(table.fit(taught), folds == fold)
    log_odds = scale(table, scores).apply(scores)
    bulk, personal = (
        log_odds[np.array([row.world == world for row in table.rows])] for world in ("written bulk", "written personal")
    )
    return Point(round(float(np.mean(counts))), area_under_curve(bulk, personal), recall_at(bulk, personal, 0.01))


def _choose(rows: Sequence[Row], share: float) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Keep a share of the groups of written mail, the smaller shares within the larger ones, and all real mail."""
    groups = sorted({row.group for row in rows if row.synthetic})
    Random(1).shuffle(groups)  # noqa: S311 - repeatable
    kept = set(groups[: round(share * len(groups))])
    return np.array([not row.synthetic or row.group in kept for row in rows])
