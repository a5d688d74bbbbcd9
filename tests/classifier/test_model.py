"""The model file: what is refused, and that the same models give the same bytes."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifier import Judge, ModelDamaged, ModelMissing
from classifier.archive import CARD_NAME, load_card
from classifier.decision import Calibration
from classifier.features import BLOCK_LENGTHS, CUES, hash_letters, hash_ngrams, is_letters
from classifier.model import FOLDER, FORMAT, MODEL_NAME, load_models, save_models
from classifier.style import StyleModel


def tiny_model() -> StyleModel:
    vocabulary = np.array([7, 8, 9], dtype=np.uint32)
    return StyleModel(vocabulary, np.ones((3, 4), dtype=np.float32), np.ones((3, len(CUES))), np.zeros(3), 2.0)


CALIBRATION = Calibration(((-3.0, -2.0), (1.0, 2.5)))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in (MODEL_NAME, CARD_NAME):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path / MODEL_NAME


def test_the_shipped_model_loads_for_both_languages() -> None:
    assert set(load_models()[0]) == {"de", "en"}


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"style\.npz is missing"):
        Judge.load(tmp_path / MODEL_NAME)


def test_a_missing_card_is_named(copy: Path) -> None:
    (copy.parent / CARD_NAME).unlink()
    with pytest.raises(ModelMissing, match=r"card\.json is missing"):
        Judge.load(copy)


def test_one_changed_byte_is_noticed(copy: Path) -> None:
    data = bytearray(copy.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)
    with pytest.raises(ModelDamaged, match="checksum"):
        Judge.load(copy)


def test_a_damaged_card_is_noticed(copy: Path) -> None:
    (copy.parent / CARD_NAME).write_text("[")
    with pytest.raises(ModelDamaged, match="cannot be read"):
        Judge.load(copy)


def test_saving_and_loading_keeps_every_number(tmp_path: Path) -> None:
    path = save_models({"de": tiny_model()}, CALIBRATION, {"what": "a test"}, tmp_path)
    models, calibration = load_models(path)
    loaded = models["de"]
    assert np.array_equal(loaded.numbers, tiny_model().numbers)
    assert np.array_equal(loaded.vocabulary, tiny_model().vocabulary)
    assert (loaded.alone, calibration) == (2.0, CALIBRATION)
    assert load_card(tmp_path)["what"] == "a test"


def test_the_same_models_give_the_same_bytes(tmp_path: Path) -> None:
    first = save_models({"de": tiny_model(), "en": tiny_model()}, CALIBRATION, {}, tmp_path / "first")
    second = save_models({"en": tiny_model(), "de": tiny_model()}, CALIBRATION, {}, tmp_path / "second")
    assert first.read_bytes() == second.read_bytes()


def test_loading_needs_neither_scikit_learn_nor_scipy() -> None:
    code = "import classifier, sys; classifier.Judge.load(); print({'sklearn', 'scipy'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert found.strip() == "set()"


def archive(**entries: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **entries)
    return buffer.getvalue()


def written(folder: Path, data: bytes) -> Path:
    """A model file with a card that vouches for it."""
    (folder / CARD_NAME).write_text(json.dumps({"sha256": hashlib.sha256(data).hexdigest()}))
    (folder / MODEL_NAME).write_bytes(data)
    return folder / MODEL_NAME


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"cues": []},
        {"languages": ["de"], "de.numbers": [1.0]},
        {"languages": ["fr"]},
        {"languages": 5},
        {"calibration": 3},
        {"calibration": ["a", "b"]},
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    table: dict[str, Any] = {"format": FORMAT, "cues": list(CUES), "calibration": [], "languages": []} | change
    with pytest.raises(ModelDamaged):
        load_models(written(tmp_path, archive(**table)))


def test_an_archive_with_objects_of_python_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match="plain numbers"):
        load_models(written(tmp_path, archive(format=FORMAT, cues=np.array([Path("x")], dtype=object))))


@pytest.mark.parametrize("data", [b"", b"PK no archive", b"\x00" * 1000])
def test_an_archive_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ModelDamaged, match="not a readable archive"):
        load_models(written(tmp_path, data))


def test_n_grams_are_distinct_and_ascending_with_their_counts() -> None:
    ngrams, counts = hash_ngrams(["wir", "helfen", "betrieben", "wir", "helfen"])
    assert ngrams.tolist() == sorted(set(ngrams.tolist()))
    assert len(ngrams) == len(counts)
    assert (~is_letters(ngrams)).sum() == 3 + 3
    assert counts.min() == pytest.approx(np.log(2))
    assert counts.max() == pytest.approx(np.log(3))


def test_words_share_the_letters_that_their_forms_share() -> None:
    one, other, third = (
        set(hash_letters([word]).tolist()) for word in ("lieferbedingung", "lieferbedingungen", "termin")
    )
    assert one <= other
    assert not third
    assert is_letters(hash_letters(["lieferbedingung"])).all()


def test_letters_run_across_words() -> None:
    assert set(hash_letters(["wir", "helfen"]).tolist()) == set(hash_letters(["wir helfen"]).tolist())


def test_a_word_of_the_subject_counts_apart_from_the_text() -> None:
    text, subject = hash_ngrams(["angebot"])[0], hash_ngrams([], ["angebot"])[0]
    assert len(text) == len(subject) == 1
    assert text[0] != subject[0]


def test_the_weakest_reading_counts() -> None:
    model = StyleModel(
        vocabulary=hash_ngrams(["angebot"])[0],
        numbers=np.array([[1.0, 3.0, 1.0, 9.0]], dtype=np.float32),
        cue_weights=np.zeros((3, len(CUES))),
        offsets=np.array([0.0, 0.5, 0.0]),
        alone=2.0,
    )
    style = model.read(["angebot"], [], [])
    assert style.reading == 1
    assert style.log_odds == pytest.approx(BLOCK_LENGTHS[0] + 0.5)
