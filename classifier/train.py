"""Trains the style models: `python -m classifier.train`. The same inputs always give the same file, bit for bit."""

import argparse
import platform
import sys
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from classifier.dataset import CORPUS, Row, checksum, read_corpus, read_real, usable
from classifier.decision import FLAG_AT, LOWEST_STYLE
from classifier.fitting import FOLDS, Table, calibrate, to_style_model
from classifier.measures import measure_style
from classifier.model import FOLDER, save_models
from classifier.phrases import LANGUAGES
from classifier.style import StyleModel

DEFAULT_DATA = Path(__file__).parents[2] / "shared" / "data"


def train(rows: Sequence[Row]) -> tuple[dict[str, StyleModel], dict[str, Any]]:
    """Return the style model of each language that has rows, and how well each did on rows that were held out."""
    models, quality = {}, {}
    for language in LANGUAGES:
        chosen = usable([row for row in rows if row.language == language])
        if not chosen:
            continue
        table = Table(chosen)
        scores = table.cross_score()
        calibration = calibrate(table, scores)
        models[language] = to_style_model(table.fit(table.weights > 0), calibration)
        slope, offset, alone = calibration
        quality[language] = measure_style(table, slope * scores + offset, alone)
    return models, quality


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
    models, quality = train([*corpus, *real])
    path = save_models(models, _make_card(corpus, real, folder, models, quality), options.out)
    sys.stdout.write(f"Wrote {path.name}, {path.stat().st_size} bytes.\n")
    return 0


def _make_card(
    corpus: Sequence[Row], real: Sequence[Row], folder: Path, models: dict[str, StyleModel], quality: dict[str, Any]
) -> dict[str, Any]:
    return {
        "what": "Style of single mails, German and English: how far a text reads as bulk sales prose.",
        "not for": "Judging people. It says nothing of a mail in another language or of fewer than five words.",
        "synthetic data": {"rows": _count(corpus), "sha256": checksum(CORPUS, ".jsonl")},
        "real data": {"rows": _count(real), "sha256": checksum(folder, ".jsonl.gz") if real else None},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scipy", "scikit-learn", "skops")},
        },
        "flag at": FLAG_AT,
        "lowest style of a family": LOWEST_STYLE,
        "style alone flags at log-odds": {language: model.alone for language, model in models.items()},
        "folds": FOLDS,
        "quality on held-out industries, outboxes and senders": quality,
    }


def _count(rows: Sequence[Row]) -> dict[str, int]:
    counts = Counter(f"{row.source} {'bulk' if row.bulk else 'personal'}" for row in rows)
    return dict(sorted(counts.items()))


if __name__ == "__main__":
    sys.exit(main())
