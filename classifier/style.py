"""The style model of one language: three linear readings of n-grams and cues, of which the weakest one counts.

They tell bulk sales mail from personal sales mail (contrast), from the ordinary mail of real people (ordinary), and
from routine notes. Each was taught by other mail: no single line separates bulk from all of them as three do.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.features import BLOCK_LENGTHS, CUES, Counts, Ngrams, count_cues, count_words, hash_ngrams, scale_cues
from classifier.phrases import Found

# Of a text that many people got, what is in doubt is whether it is sales, not whether it is personal to one reader.
_CONTRAST_SHARE, _ORDINARY_LEAD = 0.25, 1.0
_LEAST_SQUARE = 1e-9

READINGS = 3

Weights = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text reads, in calibrated log-odds for sales prose: its n-grams, and each cue with its count.

    `reading` is the place of the reading that counted. `copied` are the log-odds of a text that many people got: nobody
    writes one personal mail to all of them.
    """

    ngrams: float
    cues: Mapping[str, float]
    counts: Mapping[str, int]
    reading: int
    copied: float

    @property
    def log_odds(self) -> float:
        """All evidence of style together."""
        return self.ngrams + sum(self.cues.values())

    @property
    def probability(self) -> float:
        """The calibrated probability, 0..1, that prose like this is bulk sales mail, at even odds beforehand."""
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, self.log_odds))))


def _read_copied(contrast: float, ordinary: float, routine: float) -> float:
    return min(routine + _CONTRAST_SHARE * contrast, ordinary + _ORDINARY_LEAD)


@dataclass(frozen=True, slots=True)
class StyleModel:
    """Trained numbers of one language.

    `vocabulary` holds the known n-grams as ascending hashes; `numbers` has a row for each of them, side by side in
    memory: its inverse document frequency, and its coefficients in the readings (contrast, ordinary, routine).
    `cue_weights` (a row for each reading) follow `CUES`; `offsets` has one number a reading. All give log-odds; `alone`
    are those at which style alone flags.
    """

    vocabulary: Ngrams
    numbers: Weights
    cue_weights: Numbers
    offsets: Numbers
    alone: float

    def read(self, words: Sequence[str], subject: Sequence[str], found: Sequence[Found]) -> Style:
        """Return how a text reads that consists of these words under this subject, and holds these phrases."""
        counts = count_cues(found)
        cues = scale_cues(counts)
        _, values, weights = self.look_up(*hash_ngrams(words, subject))
        ngrams = values @ weights + self.offsets
        log_odds = (ngrams + self.cue_weights @ cues).tolist()
        reading = log_odds.index(min(log_odds))
        return Style(
            ngrams=float(ngrams[reading]),
            cues=dict(zip(CUES, (self.cue_weights[reading] * cues).tolist(), strict=True)),
            counts=counts,
            reading=reading,
            copied=_read_copied(*log_odds),
        )

    def look_up(self, ngrams: Ngrams, counts: Counts) -> tuple[Ngrams, Counts, Weights]:
        """Return those n-grams that are known, their counts, scaled to the length of their block, and their weights.

        The weights have a row for each n-gram and a column for each reading.
        """
        places = self.vocabulary.searchsorted(ngrams)
        known = self.vocabulary.take(places, mode="clip") == ngrams
        numbers = self.numbers.take(places[known], axis=0)
        values = counts[known] * numbers[:, 0]
        border = int(np.count_nonzero(known[: count_words(ngrams)]))
        for block, length in zip((values[:border], values[border:]), BLOCK_LENGTHS, strict=True):
            square = float(block @ block)
            np.multiply(block, length / math.sqrt(square) if square > _LEAST_SQUARE else 0.0, out=block)
        return ngrams[known], values, numbers[:, 1:]
