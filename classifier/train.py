"""Trains the style models: `python -m classifier.train`. The same inputs always give the same file, bit for bit."""

import argparse
import platform
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from classifier.dataset import CORPUS, Row, checksum, read_corpus, read_real, usable
from classifier.decision import LOWEST_STYLE, Calibration
from classifier.evaluation.measures import measure_style
from classifier.fitting import FOLDS, Table, scale, to_style_model
from classifier.judge import Judge
from classifier.model import FOLDER, save_models
from classifier.phrases import LANGUAGES
from classifier.simulation.calibrating import calibrate_decision
from classifier.style import StyleModel

DEFAULT_DATA = Path(__file__).parents[2] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Trained:
    """The style model of each language that had rows, the calibration, and how well each did on held-out rows."""

    models: dict[str, StyleModel]
    calibration: Calibration
    quality: dict[str, Any]

    def judge(self) -> Judge:
        """Return a judge with these numbers."""
        return Judge(self.models, self.calibration)


def train(rows: Sequence[Row], halves: Sequence[int] = (0, 1)) -> Trained:
    """Train on rows; `halves` of the written campaigns may be used to calibrate the decision."""
    models, quality = {}, {}
    for language, table in _tables(rows).items():
        scores = table.cross_score()
        scaling = scale(table, scores)
        models[language] = to_style_model(table, table.fit(table.all_rows), scaling)
        quality[language] = measure_style(table, scaling.apply(scores), scaling.alone)
    return Trained(models, calibrate_decision(rows, _fit_styles, halves), quality)


def _fit_styles(rows: Sequence[Row]) -> dict[str, StyleModel]:
    tables = _tables(rows)
    return {
        language: to_style_model(table, table.fit(table.all_rows), scale(table, table.cross_score()))
        for language, table in tables.items()
    }


def _tables(rows: Sequence[Row]) -> dict[str, Table]:
    chosen = {language: usable([row for row in rows if row.language == language]) for language in LANGUAGES}
    return {language: Table(mine) for language, mine in chosen.items() if mine}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m classifier.train", description="Train the style models.")
    parser.add_argument("--data", type=Path, help="folder with real mail (default: ../shared/data where it exists)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the model file and its card")
    options = parser.parse_args(arguments)
    folder = options.data or DEFAULT_DATA
    real = read_real(folder)
    if options.data and not real:
        parser.error(f"there is no data in {options.data}")
    corpus = read_corpus()
    sys.stdout.write(f"Training with {len(corpus)} synthetic and {len(real)} real mails.\n")
    trained = train([*corpus, *real])
    card = _make_card(corpus, real, folder, trained)
    path = save_models(trained.models, trained.calibration, card, options.out)
    sys.stdout.write(f"Wrote {path.name}, {path.stat().st_size} bytes.\n")
    return 0


def _make_card(corpus: Sequence[Row], real: Sequence[Row], folder: Path, trained: Trained) -> dict[str, Any]:
    return {
        "what": "Style of single mails, German and English: how far a text reads as bulk sales prose.",
        "not for": "Judging people. It says nothing of a mail in another language or of fewer than five words.",
        "synthetic data": {"rows": _count(corpus), "sha256": checksum(CORPUS, ".jsonl")},
        "real data": {"rows": _count(real), "sha256": checksum(folder, ".jsonl.gz") if real else None},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scipy", "scikit-learn")},
        },
        "calibration of the score, knots of log-odds": [list(knot) for knot in trained.calibration.knots],
        "flag at score": round(trained.calibration.to_score(0.0), 4),
        "lowest style of a family": LOWEST_STYLE,
        "style alone flags at log-odds": {language: model.alone for language, model in trained.models.items()},
        "folds": FOLDS,
        "quality on held-out industries, outboxes and senders": trained.quality,
    }


def _count(rows: Sequence[Row]) -> dict[str, int]:
    counts = Counter(f"{row.source} {'bulk' if row.bulk else 'personal'}" for row in rows)
    return dict(sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
