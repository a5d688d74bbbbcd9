"""Measures the classifier on mail it was not trained on, beside other methods: `python -m classifier.evaluate`.

Real and synthetic mail stay apart in every table. The written corpus is halved by file (other writers, other
industries), real mail by outbox, sender and series.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from classifier.dataset import Row, read_corpus, read_real
from classifier.evaluation.corpus_table import corpus_table
from classifier.evaluation.curves import draw_calibration, draw_learning_curves, draw_precision_recall
from classifier.evaluation.decision_tables import ablation_table, calibration_table, flag_table, scores_and_truth
from classifier.evaluation.halves import judge_half, of_language, train_halves
from classifier.evaluation.learning_curve import draw_learning_curve
from classifier.evaluation.likeness_table import likeness_table
from classifier.evaluation.report import write_tables
from classifier.evaluation.single_mails import score_all, single_mail_table
from classifier.phrases import LANGUAGES
from classifier.train import DEFAULT_DATA

DOCUMENT = Path(__file__).parents[1] / "docs" / "classifier.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m classifier.evaluate", description="Measure the classifier.")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with real mail")
    parser.add_argument("--out", type=Path, default=DOCUMENT, help="document whose tables are renewed")
    options = parser.parse_args(arguments)
    sys.stdout.write(evaluate([*read_corpus(), *read_real(options.data)], options.out))
    return 0


def evaluate(rows: Sequence[Row], document: Path) -> str:
    """Measure everything, renew the tables of a document and the curves beside it; return the tables."""
    _tell("Training on each half")
    halves = list(train_halves(rows))
    _tell("Judging the other halves: single mails, real outboxes, simulated outboxes")
    outcomes = [outcome for half in halves for outcome in judge_half(half)]
    _tell("Asking the other methods")
    scored = score_all(rows)
    _tell("Learning curves")
    curves = {language: draw_learning_curve(of_language(rows, language)) for language in LANGUAGES}
    pictures = document.parent / "pictures"
    draw_precision_recall(pictures / "classifier-precision-recall.svg", scored)
    draw_calibration(
        pictures / "classifier-calibration.svg",
        {language: scores_and_truth(outcomes, language) for language in LANGUAGES},
    )
    draw_learning_curves(pictures / "classifier-learning-curve.svg", curves)
    _tell("Likeness beside MinHash")
    tables = [flag_table(outcomes), single_mail_table(scored), likeness_table(outcomes), calibration_table(outcomes)]
    return write_tables(document, [*tables, ablation_table(outcomes), corpus_table(rows, curves)])


def _tell(step: str) -> None:
    sys.stderr.write(f"{step} ...\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
