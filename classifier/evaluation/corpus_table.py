"""The written corpus in numbers: its size, what the looks of a mail give away, near-duplicates, the learning curve."""

from collections.abc import Mapping, Sequence

import numpy as np

from classifier.dataset import Row
from classifier.evaluation.corpus_checks import CUES, find_near_duplicates, score_by_cues
from classifier.evaluation.halves import of_language
from classifier.evaluation.learning_curve import Point
from classifier.evaluation.measures import area_under_curve
from classifier.evaluation.report import Line, Table
from classifier.phrases import LANGUAGES


def corpus_table(rows: Sequence[Row], curves: Mapping[str, Sequence[Point]]) -> Table:
    """Return the table; the AUC of 0.5 is chance."""
    written = {language: [row for row in of_language(rows, language) if row.synthetic] for language in LANGUAGES}
    mails = {language: [row for row in mine if not row.routine] for language, mine in written.items()}
    lines = [
        Line("bulk mails", {name: str(sum(row.bulk for row in mine)) for name, mine in mails.items()}, ">= 600"),
        Line(
            "personal mails", {name: str(sum(not row.bulk for row in mine)) for name, mine in mails.items()}, ">= 600"
        ),
        Line("routine notes", {name: str(sum(row.routine for row in mine)) for name, mine in written.items()}),
        Line("industries", {name: str(len({row.group for row in mine})) for name, mine in mails.items()}),
        Line(
            "pairs too much alike", {name: str(len(find_near_duplicates(mine))) for name, mine in written.items()}, "0"
        ),
        Line("AUC of all looks together", {name: _cue_auc(mine) for name, mine in mails.items()}, "near 0.5"),
        *(Line(f"AUC of {cue}", {name: _cue_auc(mine, cue) for name, mine in mails.items()}) for cue in CUES),
    ]
    for place in range(len(curves[LANGUAGES[0]])):
        points = {language: curves[language][place] for language in LANGUAGES}
        lines.append(
            Line(
                f"style AUC (recall at 1 % false) with {_counts(points)} written mails",
                {name: f"{point.auc:.4f} ({point.recall:.3f})" for name, point in points.items()},
            )
        )
    return Table("The written corpus", "", lines)


def _counts(points: Mapping[str, Point]) -> str:
    return " / ".join(str(point.mails) for point in points.values())


def _cue_auc(rows: Sequence[Row], cue: str | None = None) -> str:
    scores, bulk = score_by_cues(rows, cue), np.array([row.bulk for row in rows])
    return f"{area_under_curve(scores[bulk], scores[~bulk]):.3f}"
