"""The style model of one language: linear over n-grams and cues, calibrated to log-odds, judged by numpy alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.features import CUES, count_cues, hash_ngrams, scale_cues
from classifier.phrases import Found

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text reads, in calibrated log-odds for sales prose: its n-grams, and each cue with its count."""

    ngrams: float
    cues: Mapping[str, float]
    counts: Mapping[str, int]

    @property
    def log_odds(self) -> float:
        """All evidence of style together."""
        return self.ngrams + sum(self.cues.values())

    @property
    def probability(self) -> float:
        """The calibrated probability, 0..1, that prose like this is bulk sales mail, at even odds beforehand."""
        return float(1.0 / (1.0 + np.exp(-np.clip(self.log_odds, -50, 50))))


@dataclass(frozen=True, slots=True)
class StyleModel:
    """Trained numbers of one language.

    `weights` and `scales` go by n-gram bucket: coefficient and inverse document frequency. `cue_weights` follow `CUES`.
    `slope` and `offset` calibrate the linear score to log-odds; `alone` is the log-odds at which style alone flags.
    """

    weights: Weights
    scales: Weights
    cue_weights: npt.NDArray[np.float64]
    intercept: float
    slope: float
    offset: float
    alone: float

    def read(self, words: Sequence[str], found: Sequence[Found]) -> Style:
        """Return how a text reads that consists of these words and holds these phrases."""
        ngrams = self.slope * (self.sum_ngrams(words) + self.intercept) + self.offset
        counts = count_cues(found)
        shares = self.slope * self.cue_weights * scale_cues(counts)
        return Style(float(ngrams), dict(zip(CUES, shares.tolist(), strict=True)), counts)

    def sum_ngrams(self, words: Sequence[str]) -> float:
        """Return the linear score of the n-grams, normalised by their length as a vector."""
        buckets, counts = hash_ngrams(words)
        values = counts * self.scales[buckets]
        length = np.sqrt(values @ values)
        return float(values @ self.weights[buckets] / length) if length else 0.0
