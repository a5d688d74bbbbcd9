"""Fits the score of the whole decision to mail whose truth is known and that the judge never saw.

Simulated outboxes hold both kinds; real mail, as outboxes and alone, keeps the score low where nobody sells anything.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from classifier.dataset import Row
from classifier.decision import Calibration
from classifier.fitting import assign_folds
from classifier.judge import Judge
from classifier.phrases import LANGUAGES
from classifier.simulation.replays import Outcome, judge_alone, make_material, replay_real, replay_simulated
from classifier.style import StyleModel

_FOLDS = 3
_OUTBOXES = 3  # for each language and fold
_LEAST_TEMPLATES, _LEAST_PERSONAL = 30, 30  # a smaller corpus makes no outbox
_EDGES = (-12.0, -9.0, -7.0, -5.5, -4.5, -3.5, -2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5, 4.0, 12.0)  # of bins of sums
_SIMULATED = 2.0  # simulated outboxes count so many times as much as real mail
_SEED = "calibrated"

Fit = Callable[[Sequence[Row]], dict[str, StyleModel]]


def calibrate_decision(rows: Sequence[Row], fit: Fit, halves: Sequence[int]) -> Calibration:
    """Return what makes a probability of the log-odds; `halves` of the written campaigns may be used.

    Where there is too little mail to make outboxes of, the log-odds stay as they are.
    """
    from sklearn.isotonic import IsotonicRegression

    outcomes = [outcome for fold in range(_FOLDS) for outcome in _replay_fold(rows, fit, fold, halves)]
    if not outcomes:
        return Calibration()
    sums = np.clip([outcome.judgement.log_odds for outcome in outcomes], _EDGES[0], _EDGES[-1])
    bulk = np.array([outcome.bulk for outcome in outcomes])
    weights = _weigh(outcomes)
    places = np.digitize(sums, _EDGES[1:-1])
    counts = np.bincount(places, weights, len(_EDGES) - 1)
    used = counts > 0
    means = np.bincount(places, weights * sums, len(counts)) / np.where(used, counts, 1.0)
    # Half a mail of each kind is added, so that no bin is certain.
    shares = (np.bincount(places, weights * bulk, len(counts)) + 0.5) / (counts + 1)
    rising = IsotonicRegression().fit_transform(means[used], shares[used], sample_weight=counts[used])
    calibrated = np.log(rising / (1 - rising))
    return Calibration(tuple(zip(means[used].round(4).tolist(), calibrated.round(4).tolist(), strict=True)))


def _weigh(outcomes: Sequence[Outcome]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return a weight for each mail, one on average: languages count alike, and so do the mails of each world."""
    worlds = [(outcome.language, outcome.outbox is not None) for outcome in outcomes]
    counts = Counter(worlds)
    weights = np.array(
        [(_SIMULATED if simulated else 1.0) / counts[language, simulated] for language, simulated in worlds]
    )
    return np.asarray(weights / weights.mean())


def _replay_fold(rows: Sequence[Row], fit: Fit, fold: int, halves: Sequence[int]) -> Iterator[Outcome]:
    folds = assign_folds(rows) % _FOLDS
    held = [row for row, number in zip(rows, folds, strict=True) if number == fold]
    materials = [make_material(held, language, halves[fold % len(halves)]) for language in LANGUAGES]
    usable = [
        one for one in materials if len(one.templates) >= _LEAST_TEMPLATES and len(one.personal) >= _LEAST_PERSONAL
    ]
    if not usable:
        return
    judge = Judge(fit([row for row, number in zip(rows, folds, strict=True) if number != fold]), Calibration())
    yield from replay_real(judge, held)
    yield from judge_alone(judge, held)
    for material in usable:
        yield from replay_simulated(judge, material, f"{_SEED} {fold}", _OUTBOXES)
