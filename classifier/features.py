"""Turns words into numbers for the style model: hashed words, pairs of words and runs of letters, and named cues."""

import zlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from classifier.phrases import Found

Ngrams = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.float32]
CueCounts = npt.NDArray[np.float64]

CUES = ("sales_phrases", "call_to_action", "opt_out", "earlier_contact")
# Of words and of letters: each is brought to its length, for letters are many and would drown the words.
BLOCK_LENGTHS = (0.82, 0.57)
RUN = 8  # octets in a run of letters, those of one number
CUE_LIMIT = 4  # more of the same kind says nothing new

_CUE_INPUTS: CueCounts = np.log1p(np.arange(CUE_LIMIT + 1))
_WORD_LIMIT = 400
_LOGARITHMS: Counts = np.log1p(np.arange(4 * _WORD_LIMIT, dtype=np.float32))  # beyond this, a count says nothing new
_SUBJECT_LIMIT = 30
_PAIR = np.uint64(0x2545F4914F6CDD1D)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SUBJECT = np.uint64(0xD6E8FEB86659FD93)
_KEPT = np.uint64(33)  # bits are left out; 31 stay
_LETTERS = np.uint32(1 << 31)  # the first bit of a hash: runs of letters stand behind all words


def hash_ngrams(words: Sequence[str], subject: Sequence[str] = ()) -> tuple[Ngrams, Counts]:
    """Return the distinct hashes of all words and pairs of words, ascending, and log(1 + count) for each.

    Words of the subject count apart from those of the text; `is_letters` tells runs of letters, of the text alone,
    from words. Two n-grams of a kind share one of the 2**31 hashes hardly ever.
    """
    words, subject = words[:_WORD_LIMIT], subject[:_SUBJECT_LIMIT]
    codes = _hash_words([*words, *subject])
    text = codes[: len(words)]
    told = _spread(np.concatenate((text, _pair(text), codes[len(words) :] ^ _SUBJECT)))
    ngrams = np.concatenate((told, hash_letters(words)))
    ngrams.sort()
    borders = np.ones(len(ngrams) + 1, dtype=bool)
    np.not_equal(ngrams[1:], ngrams[:-1], out=borders[1:-1])
    places = borders.nonzero()[0]
    return ngrams[places[:-1]], _LOGARITHMS.take(places[1:] - places[:-1], mode="clip")


def hash_pairs(words: Sequence[str]) -> Ngrams:
    """Return the hash of each pair of words of a text, in order; the same hashes that `hash_ngrams` counts."""
    return _spread(_pair(_hash_words(words[:_WORD_LIMIT])))


def hash_letters(words: Sequence[str]) -> Ngrams:
    """Return the hashes of all runs of eight octets across the words, in which endings and compounds show."""
    octets = " ".join(words).encode()
    if len(octets) < RUN:
        return np.empty(0, dtype=np.uint32)
    # Eight octets are one number; each run begins one octet behind the one before.
    runs = np.ndarray((len(octets) - RUN + 1,), dtype="<u8", buffer=octets, strides=(1,))
    return _spread(runs) | _LETTERS


def is_letters(ngrams: Ngrams) -> npt.NDArray[np.bool_]:
    """Return which n-grams are runs of letters."""
    return ngrams >= _LETTERS


def count_words(ngrams: Ngrams) -> int:
    """Return how many of ascending n-grams are words and pairs of words; they stand first."""
    return int(ngrams.searchsorted(_LETTERS))


def count_cues(found: Iterable[Found]) -> dict[str, int]:
    """Return how many of the phrases found are of each kind of cue."""
    counts = dict.fromkeys(CUES, 0)
    for phrase in found:
        if phrase.kind in counts:
            counts[phrase.kind] += 1
    return counts


def scale_cues(counts: Mapping[str, int]) -> CueCounts:
    """Return the cues as inputs of the model, in the order of `CUES`."""
    return _CUE_INPUTS[[min(counts[cue], CUE_LIMIT) for cue in CUES]]


def _hash_words(words: Sequence[str]) -> npt.NDArray[np.uint64]:
    codes = map(zlib.crc32, map(str.encode, words))
    return np.fromiter(codes, dtype=np.uint64, count=len(words))


def _pair(codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    return (codes[:-1] + np.uint64(1)) * _PAIR + codes[1:]


def _spread(codes: npt.NDArray[np.uint64]) -> Ngrams:
    return ((codes * _SPREAD) >> _KEPT).astype(np.uint32)
