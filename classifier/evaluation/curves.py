"""Draws the curves of the evaluation as SVG files; the same numbers give the same files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifier.evaluation.learning_curve import Point
from classifier.evaluation.measures import Chosen, Numbers, reliability
from classifier.evaluation.single_mails import Scored
from classifier.phrases import LANGUAGES

_NAMES = {"de": "German", "en": "English"}


def draw_precision_recall(path: Path, scored: Mapping[tuple[str, str], Scored]) -> None:
    """Draw precision over recall of written mail for each method, a panel for each language."""
    figure, panels = _panels("recall", "precision")
    for language, panel in panels.items():
        for method in dict.fromkeys(name for name, _ in scored):
            one = scored[method, language]
            panel.plot(*precision_recall(one.scores, one.bulk), label=method)
        panel.set_ylim(0.5, 1.01)
        panel.legend(loc="lower left", fontsize="small")
    _save(figure, path)


def precision_recall(scores: Numbers, truth: Chosen) -> tuple[Numbers, Numbers]:
    """Return recall and precision at every threshold, from the highest score on."""
    hits = np.cumsum(truth[np.argsort(-scores, kind="stable")])
    return hits / max(1, int(truth.sum())), hits / np.arange(1, len(hits) + 1)


def draw_calibration(path: Path, scored: Mapping[str, tuple[Numbers, Chosen]]) -> None:
    """Draw the true share over the mean score of each bin, a panel for each language."""
    figure, panels = _panels("score", "share that was bulk sales mail")
    for language, panel in panels.items():
        bins = reliability(*scored[language])
        panel.plot([0, 1], [0, 1], color="grey", linewidth=0.8, linestyle="dashed")
        panel.plot([mean for mean, _, _ in bins], [share for _, share, _ in bins], marker="o")
    _save(figure, path)


def draw_learning_curves(path: Path, curves: Mapping[str, Sequence[Point]]) -> None:
    """Draw AUC and recall at 1 % false flags over the number of written mails, a panel for each language."""
    figure, panels = _panels("written mails in training", "held-out written mail")
    for language, panel in panels.items():
        points = curves[language]
        panel.plot([one.mails for one in points], [one.auc for one in points], marker="o", label="AUC")
        panel.plot(
            [one.mails for one in points], [one.recall for one in points], marker="s", label="recall at 1 % false"
        )
        panel.set_ylim(0.3, 1.02)
        panel.legend(loc="lower right", fontsize="small")
    _save(figure, path)


def _panels(across: str, up: str) -> tuple[Any, dict[str, Any]]:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "zuruf"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    panels = dict(zip(LANGUAGES, figure.subplots(1, len(LANGUAGES), sharey=True), strict=True))
    for language, panel in panels.items():
        panel.set(title=_NAMES[language], xlabel=across, ylabel=up)
        panel.grid(alpha=0.3)
    return figure, panels


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
