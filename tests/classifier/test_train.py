"""Training: repeatable, honest about what it used, and possible without any real mail."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from classifier.archive import load_card
from classifier.dataset import Row, read_corpus, read_real
from classifier.evaluation.corpus_checks import find_near_duplicates, score_by_cues
from classifier.evaluation.measures import area_under_curve
from classifier.fitting import FOLDS, Table, assign_folds, scale
from classifier.model import FOLDER, load_models, save_models
from classifier.phrases import LANGUAGES
from classifier.train import main, train


@pytest.fixture(scope="module")
def rows() -> Sequence[Row]:
    return [row for row in read_corpus() if row.source == "de-a"][:120]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_corpus_is_large_and_balanced(language: str) -> None:
    rows = [row for row in read_corpus() if row.language == language and not row.routine]
    labels = [row.bulk for row in rows]
    assert sum(labels) == len(labels) - sum(labels) >= 600


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_written_mails_are_much_alike(language: str) -> None:
    assert find_near_duplicates([row for row in read_corpus() if row.language == language]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_looks_of_a_written_mail_give_little_away(language: str) -> None:
    rows = [row for row in read_corpus() if row.language == language and not row.routine]
    bulk = np.array([row.bulk for row in rows])
    scores = score_by_cues(rows)
    assert area_under_curve(scores[bulk], scores[~bulk]) < 0.65


def test_training_twice_gives_the_same_file(rows: Sequence[Row], tmp_path: Path) -> None:
    trained = [train(rows) for _ in range(2)]
    files = [save_models(one.models, one.calibration, {}, tmp_path / str(number)) for number, one in enumerate(trained)]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_model_of_one_language_judges_that_language_only(rows: Sequence[Row]) -> None:
    trained = train(rows)
    assert set(trained.models) == set(trained.quality) == {"de"}


def test_without_real_mail_style_alone_stays_far_from_flagging(rows: Sequence[Row]) -> None:
    quality = train(rows).quality
    assert not [what for what in quality["de"] if what.startswith("real")]
    assert quality["de"]["written personal: flagged by style alone"] == 0.0


def test_a_group_is_never_on_both_sides_of_a_split() -> None:
    rows = read_corpus()
    folds = assign_folds(rows)
    assert set(folds) == set(range(FOLDS))
    assert len({(row.group, fold) for row, fold in zip(rows, folds, strict=True)}) == len({row.group for row in rows})


def test_calibrated_log_odds_rise_with_the_score(rows: Sequence[Row]) -> None:
    table = Table(rows)
    scaling = scale(table, table.score(table.fit(table.all_rows), table.all_rows))
    assert all(slope > 0 for slope in scaling.slopes)
    assert np.isfinite(scaling.alone)


def test_a_folder_without_data_gives_no_rows(tmp_path: Path) -> None:
    assert read_real(tmp_path) == []


def test_the_command_refuses_a_folder_without_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path), "--out", str(tmp_path)])
    assert "there is no data in" in capsys.readouterr().err


def test_the_shipped_card_says_what_the_model_was_trained_with() -> None:
    card = load_card(FOLDER)
    assert card["synthetic data"]["rows"]["de-a bulk"] == 110
    assert {"versions", "sha256", "folds", "style alone flags at log-odds"} <= set(card)
    assert set(load_models()[0]) == set(card["style alone flags at log-odds"])
