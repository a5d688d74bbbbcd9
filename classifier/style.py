"""The style model of one language: two linear readings of n-grams and cues, of which the weaker one counts.

One reading tells bulk sales mail from personal sales mail, the other from the ordinary mail of real people. They were
taught by different mail, and no single line separates bulk from both so well as both together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.features import CUES, Counts, Ngrams, count_cues, hash_ngrams, scale_cues
from classifier.phrases import Found

_PERSONAL_READINGS = 1  # the first so many ask whether a mail is personal to one reader

Weights = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text reads, in calibrated log-odds for sales prose: its n-grams, and each cue with its count.

    `reading` is the place of the reading that counted. `copied` are the log-odds by those readings that still count
    where many people got the text: nobody writes one personal mail to all of them.
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
        return float(1.0 / (1.0 + np.exp(-np.clip(self.log_odds, -50, 50))))


@dataclass(frozen=True, slots=True)
class StyleModel:
    """Trained numbers of one language.

    `vocabulary` holds the known n-grams as ascending hashes, `scales` their inverse document frequencies, `weights` (a
    row for each reading) their coefficients; `cue_weights` (rows alike) follow `CUES`; `offsets` has one number a
    reading. All give log-odds; `alone` are those at which style alone flags.
    """

    vocabulary: Ngrams
    scales: Weights
    weights: Weights
    cue_weights: Numbers
    offsets: Numbers
    alone: float

    def read(self, words: Sequence[str], subject: Sequence[str], found: Sequence[Found]) -> Style:
        """Return how a text reads that consists of these words under this subject, and holds these phrases."""
        counts = count_cues(found)
        cues = scale_cues(counts)
        places, values = self.look_up(*hash_ngrams(words, subject))
        ngrams = self.weights[:, places] @ values + self.offsets
        log_odds = ngrams + self.cue_weights @ cues
        reading = int(np.argmin(log_odds))
        shares = (self.cue_weights[reading] * cues).tolist()
        copied = float(log_odds[_PERSONAL_READINGS:].min(initial=np.inf))
        return Style(
            ngrams=float(ngrams[reading]),
            cues=dict(zip(CUES, shares, strict=True)),
            counts=counts,
            reading=reading,
            copied=copied if len(log_odds) > _PERSONAL_READINGS else float(log_odds[reading]),
        )

    def look_up(self, ngrams: Ngrams, counts: Counts) -> tuple[npt.NDArray[np.intp], Counts]:
        """Return the places of the n-grams that are known, and their scaled counts as a vector of length one."""
        places = self.vocabulary.searchsorted(ngrams)
        places[places == len(self.vocabulary)] = 0
        known = self.vocabulary[places] == ngrams
        places = places[known]
        values = counts[known] * self.scales[places]
        length = float(np.sqrt(values @ values))
        return places, values / length if length else values
