"""Tables are written between the marks of a document, curves beside it."""

from pathlib import Path

import numpy as np

from classifier.evaluation.curves import draw_calibration, draw_learning_curves, precision_recall
from classifier.evaluation.learning_curve import Point
from classifier.evaluation.report import Line, Table, write_tables

TABLE = Table("Flagged", "share", [Line("slots only", {"de": "1.0", "en": "0.9"}, ">= 0.99")])


def test_only_what_stands_between_the_marks_is_renewed(tmp_path: Path) -> None:
    document = tmp_path / "classifier.md"
    document.write_text("before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n")
    for _ in range(2):
        write_tables(document, [TABLE])
    lines = document.read_text().splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert lines.count("| slots only | >= 0.99 | 1.0 | 0.9 |") == 1
    assert "old" not in lines


def test_a_document_that_is_missing_is_made(tmp_path: Path) -> None:
    write_tables(tmp_path / "new" / "classifier.md", [TABLE])
    assert "slots only" in (tmp_path / "new" / "classifier.md").read_text()


def test_precision_and_recall_at_every_threshold() -> None:
    recall, precision = precision_recall(np.array([3.0, 2.0, 1.0]), np.array([True, False, True]))
    assert recall.tolist() == [0.5, 0.5, 1.0]
    assert precision.tolist() == [1.0, 0.5, 2 / 3]


def test_the_same_numbers_draw_the_same_file(tmp_path: Path) -> None:
    scored = dict.fromkeys(("de", "en"), (np.array([0.1, 0.9]), np.array([False, True])))
    for name in ("one.svg", "two.svg"):
        draw_calibration(tmp_path / name, scored)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_learning_curve_has_a_panel_for_each_language(tmp_path: Path) -> None:
    draw_learning_curves(tmp_path / "curve.svg", {key: [Point(100, 0.9, 0.5)] for key in ("de", "en")})
    assert "svg" in (tmp_path / "curve.svg").read_text()[:200]
