"""Training: repeatable, honest about what it used, and possible without any real mail."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from classifier.dataset import CORPUS_FILES, Row, read_corpus, read_real
from classifier.fitting import FOLDS, Table, assign_folds, calibrate
from classifier.measures import area_under_curve, recall_at
from classifier.model import load_card, load_models, save_models
from classifier.train import main, train


@pytest.fixture(scope="module")
def rows() -> Sequence[Row]:
    return [row for row in read_corpus() if row.source == "de-a"][:120]


def test_the_corpus_is_complete_and_balanced() -> None:
    rows = read_corpus()
    for source in CORPUS_FILES:
        labels = [row.bulk for row in rows if row.source == source]
        assert (len(labels), sum(labels)) == (220, 110)


def test_training_twice_gives_the_same_file(rows: Sequence[Row], tmp_path: Path) -> None:
    files = [save_models(train(rows)[0], {}, tmp_path / name) for name in ("first", "second")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_model_of_one_language_judges_that_language_only(rows: Sequence[Row]) -> None:
    models, quality = train(rows)
    assert set(models) == set(quality) == {"de"}


def test_without_real_mail_style_alone_stays_far_from_flagging(rows: Sequence[Row]) -> None:
    _, quality = train(rows)
    assert "real" not in quality["de"]
    assert quality["de"]["synthetic"]["personal flagged by style alone"] == 0.0


def test_a_group_is_never_on_both_sides_of_a_split() -> None:
    rows = read_corpus()
    folds = assign_folds(rows)
    assert set(folds) == set(range(FOLDS))
    assert len({(row.group, fold) for row, fold in zip(rows, folds, strict=True)}) == len({row.group for row in rows})


def test_calibrated_log_odds_rise_with_the_score(rows: Sequence[Row]) -> None:
    table = Table(rows)
    slope, _, alone = calibrate(table, table.score(table.fit(table.bulk | ~table.bulk)))
    assert slope > 0
    assert np.isfinite(alone)


def test_the_area_under_the_curve_counts_ties_half() -> None:
    assert area_under_curve(np.array([1.0, 2.0]), np.array([1.0, 0.0])) == 0.875
    assert recall_at(np.array([1.0, 3.0]), np.array([0.0, 2.0]), 0.0) == 0.5


def test_a_folder_without_data_gives_no_rows(tmp_path: Path) -> None:
    assert read_real(tmp_path) == []


def test_the_command_refuses_a_folder_without_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path), "--out", str(tmp_path)])
    assert "there is no data in" in capsys.readouterr().err


def test_the_shipped_card_says_what_the_model_was_trained_with() -> None:
    card = load_card()
    assert card["synthetic data"]["rows"]["de-a bulk"] == 110
    assert {"versions", "sha256", "folds", "style alone flags at log-odds"} <= set(card)
    assert set(load_models()) == set(card["style alone flags at log-odds"])
