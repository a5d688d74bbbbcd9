"""The trained reader: probabilities, everyday words, and files that are not what they should be."""

from pathlib import Path

import numpy as np
import pytest

from classifier import ModelDamaged, ModelMissing
from classifier.answers.grams import BUCKETS
from classifier.answers.reader import FOLDER, KINDS, MODEL_NAME, AnswerReader
from classifier.answers.train import CORPUS, MEASURED, read_corpus, train
from classifier.archive import load_card, write_archive
from classifier.dataset import checksum


@pytest.fixture(scope="module")
def reader() -> AnswerReader:
    return AnswerReader.load()


@pytest.mark.parametrize("text", ["", "mach ich", "stop", "\U0001f600" * 50, "x" * 100_000])
def test_probabilities_are_of_all_kinds_and_one_together(reader: AnswerReader, text: str) -> None:
    reading = reader.read(text)
    assert tuple(reading) == KINDS
    assert sum(reading.values()) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("angerufen", "called"), ("will do", "will_call"), ("falsch", "not_a_template"), ("stop", "stop")],
)
def test_the_words_of_the_nudge_are_read_as_such(reader: AnswerReader, text: str, kind: str) -> None:
    reading = reader.read(text)
    assert max(reading, key=lambda name: reading[name]) == kind


def test_names_are_no_everyday_words(reader: AnswerReader) -> None:
    assert [word for word in ("Vorlage", "morgen", "Montag", "call", "tomorrow") if not reader.knows(word)] == []
    assert [word for word in ("Weber", "Whitfield", "Przybylski") if reader.knows(word)] == []


def test_the_shipped_model_is_of_the_corpus_beside_it() -> None:
    card = load_card(FOLDER)
    assert card["corpus sha256"] == checksum(CORPUS, ".jsonl")
    assert sum(card["rows"].values()) == len(read_corpus())
    assert set(KINDS) <= set(card[MEASURED]["right"])


def test_training_twice_gives_the_same_numbers_and_bytes(tmp_path: Path) -> None:
    rows = [row for row in read_corpus() if row.writer == "a"]
    paths = [train(rows).save({}, tmp_path / name) for name in ("one", "two")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert AnswerReader.load(paths[0]).read("mach ich")["will_call"] > 0.2


def test_a_corpus_without_some_kind_is_refused() -> None:
    rows = [row for row in read_corpus() if row.writer == "a" and row.kind != "undo"]
    with pytest.raises(ValueError, match="answers of all kinds: called, later"):
        train(rows)


def test_a_model_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"answers\.npz is missing"):
        AnswerReader.load(tmp_path / MODEL_NAME)


@pytest.mark.parametrize("weights", [np.zeros((2, 2)), np.full((len(KINDS), BUCKETS), np.nan)], ids=["shape", "nan"])
def test_a_model_with_other_numbers_is_refused(tmp_path: Path, weights: "np.ndarray[tuple[int, int]]") -> None:
    parts = {"scales": np.ones(BUCKETS), "offsets": np.zeros(len(KINDS)), "words": np.zeros(0), "format": np.array(1)}
    path = write_archive({**parts, "weights": weights}, {}, tmp_path / MODEL_NAME)
    with pytest.raises(ModelDamaged, match="expected numbers"):
        AnswerReader.load(path)
