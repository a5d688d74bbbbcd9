"""The trained reader of answers: how probable each kind is. Needs NumPy alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.answers.grams import BUCKETS, count_grams, hash_word
from classifier.archive import ModelDamaged, read_archive, write_archive

KINDS = ("called", "later", "not_a_template", "not_for_person", "stop", "undo", "unknown", "will_call")
FORMAT = 1
FOLDER = Path(__file__).parent / "trained"
MODEL_NAME = "answers.npz"

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """A linear model: `scales` of the buckets, `weights` with a row for each of `KINDS`, and `offsets`.

    `words` are the hashes of everyday words, by which a name is told from them.
    """

    scales: Numbers
    weights: Numbers
    offsets: Numbers
    words: frozenset[int]

    @classmethod
    def load(cls, path: Path | None = None) -> "AnswerReader":
        """Load the model, by default the one that is shipped. Raises ModelMissing or ModelDamaged."""
        path = path or FOLDER / MODEL_NAME
        table = read_archive(path)
        try:
            return cls._of(table)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelDamaged(f"{path.name} does not hold the expected numbers.") from error

    @classmethod
    def _of(cls, table: Mapping[str, npt.NDArray[Any]]) -> "AnswerReader":
        scales, weights, offsets = (table[name].astype(np.float32) for name in ("scales", "weights", "offsets"))
        shapes = (scales.shape, weights.shape, offsets.shape)
        if table["format"] != FORMAT or shapes != ((BUCKETS,), (len(KINDS), BUCKETS), (len(KINDS),)):
            raise ValueError("unexpected shapes")
        if not all(np.isfinite(part).all() for part in (scales, weights, offsets)):
            raise ValueError("unexpected numbers")
        return cls(scales, weights, offsets, frozenset(table["words"].tolist()))

    def save(self, card: Mapping[str, Any], folder: Path = FOLDER) -> Path:
        """Write model file and card into a folder; the same numbers always give the same bytes."""
        table = {
            "format": np.array(FORMAT),
            "scales": self.scales.astype(np.float16),
            "weights": self.weights.astype(np.float16),
            "offsets": self.offsets,
            "words": np.array(sorted(self.words), dtype=np.uint32),
        }
        return write_archive(table, card, folder / MODEL_NAME)

    def knows(self, word: str) -> bool:
        """Whether this is an everyday word of answers, and no name."""
        return hash_word(word) in self.words

    def read(self, text: str) -> dict[str, float]:
        """Return the probability of each kind, 0..1, all together 1; those of an empty text say nothing."""
        buckets, counts = count_grams(text)
        values = counts * self.scales[buckets]
        values /= max(1e-12, float(np.sqrt(values @ values)))
        log_odds = self.weights[:, buckets] @ values + self.offsets
        odds = np.exp(log_odds - log_odds.max())
        return dict(zip(KINDS, (odds / odds.sum()).tolist(), strict=True))
