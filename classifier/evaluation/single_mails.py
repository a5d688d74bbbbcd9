"""The style of single mails beside other methods: each mail is scored by methods that saw nothing of its industry."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier.dataset import Row, usable
from classifier.evaluation import bogofilter, plain_tfidf
from classifier.evaluation.measures import Chosen, Numbers, area_under_curve, recall_at
from classifier.evaluation.report import Line, Table
from classifier.fitting import FOLDS, assign_folds, scale
from classifier.fitting import Table as StyleTable
from classifier.phrases import LANGUAGES

OURS, TFIDF, BOGOFILTER = "Zuruf (style)", "TF-IDF + logistic regression", "bogofilter"

LearnAndScore = Callable[[Sequence[Row], Sequence[Row]], Numbers]


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of one method for the written mails (bulk or not) and the real personal mails of a language."""

    scores: Numbers
    bulk: Chosen
    real: Numbers


def score_all(rows: Sequence[Row]) -> dict[tuple[str, str], Scored]:
    """Return for each method and language the scores of held-out rows; bogofilter only where it is installed."""
    scored = {}
    for language in LANGUAGES:
        mine = usable([row for row in rows if row.language == language])
        scored[OURS, language] = _split_worlds(mine, _score_style(mine))
        scored[TFIDF, language] = _split_worlds(mine, _score_by_folds(mine, plain_tfidf.learn_and_score))
        if bogofilter.is_installed():
            scored[BOGOFILTER, language] = _split_worlds(mine, _score_by_folds(mine, _bogofilter))
    return scored


def single_mail_table(scored: Mapping[tuple[str, str], Scored]) -> Table:
    """Ranking of written mail, and what a threshold for it would do to real mail."""
    lines = []
    for method in dict.fromkeys(name for name, _ in scored):
        mine = {language: scored[method, language] for language in LANGUAGES}
        goals = (">= 0.995", ">= 0.95") if method == OURS else ("", "")
        lines += [
            _line(f"{method}: AUC", mine, lambda one: area_under_curve(*_split(one)), goals[0]),
            _line(f"{method}: recall at 1 % false", mine, lambda one: recall_at(*_split(one), 0.01), goals[1]),
            _line(f"{method}: real personal mail above that threshold", mine, _false_share),
        ]
    return Table("Single mails, other writers and industries", "written mail", lines)


def _line(what: str, mine: Mapping[str, Scored], measure: Callable[[Scored], float], goal: str = "") -> Line:
    return Line(what, {language: f"{measure(one):.4f}" for language, one in mine.items()}, goal)


def _split(one: Scored) -> tuple[Numbers, Numbers]:
    return one.scores[one.bulk], one.scores[~one.bulk]


def _false_share(one: Scored) -> float:
    return float((one.real > np.quantile(one.scores[~one.bulk], 0.99)).mean()) if len(one.real) else 0.0


def _split_worlds(rows: Sequence[Row], scores: Numbers) -> Scored:
    worlds = np.array([row.world for row in rows])
    written = np.isin(worlds, ("written bulk", "written personal"))
    return Scored(scores[written], worlds[written] == "written bulk", scores[worlds == "real personal"])


def _score_style(rows: Sequence[Row]) -> Numbers:
    table = StyleTable(rows)
    scores = table.cross_score()
    return scale(table, scores).apply(scores)


def _score_by_folds(rows: Sequence[Row], method: LearnAndScore) -> Numbers:
    folds, scores = assign_folds(rows), np.zeros(len(rows))
    for fold in range(FOLDS):
        learned = [row for row, place in zip(rows, folds, strict=True) if place != fold]
        asked = [row for row, place in zip(rows, folds, strict=True) if place == fold]
        scores[folds == fold] = method(learned, asked)
    return scores


def _bogofilter(learned: Sequence[Row], asked: Sequence[Row]) -> Numbers:
    with tempfile.TemporaryDirectory() as folder:
        return bogofilter.learn_and_score(learned, asked, Path(folder))
