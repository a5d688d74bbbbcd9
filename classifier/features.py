"""Turns words into numbers for the style model: hashed n-grams of words and characters, and counts of named cues."""

import zlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from classifier.phrases import Found

Buckets = npt.NDArray[np.int64]

BUCKETS = 1 << 16
CUES = ("sales_phrases", "call_to_action", "opt_out", "earlier_contact")
CUE_LIMIT = 4  # more of the same kind says nothing new

_WORD_LIMIT = 400
_WORD_SIZES = (1, 2)
_CHARACTER_SIZES = (3, 4, 5)
_STEP = np.uint64(0x2545F4914F6CDD1D)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - 16)


def hash_ngrams(words: Sequence[str]) -> tuple[Buckets, npt.NDArray[np.float64]]:
    """Return the distinct buckets of all word and character n-grams of a text, and log(1 + count) for each."""
    words = words[:_WORD_LIMIT]
    if not words:
        return np.empty(0, dtype=np.int64), np.empty(0)
    codes = np.frombuffer(f" {' '.join(words)} ".encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    buckets, counts = np.unique(
        np.concatenate([*_roll(hash_words(words), _WORD_SIZES, 1), *_roll(codes, _CHARACTER_SIZES, 11)]),
        return_counts=True,
    )
    return buckets.astype(np.int64), np.log1p(counts)


def hash_words(words: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Return one number for each word."""
    return np.fromiter((zlib.crc32(word.encode()) for word in words), dtype=np.uint64, count=len(words))


def word_buckets(words: Sequence[str], size: int) -> Buckets:
    """Return the bucket of each run of `size` words, in order; the same buckets that `hash_ngrams` counts."""
    return [part.astype(np.int64) for part in _roll(hash_words(words), _WORD_SIZES, 1)][_WORD_SIZES.index(size)]


def count_cues(found: Iterable[Found]) -> dict[str, int]:
    """Return how many of the phrases found are of each kind of cue."""
    counts = dict.fromkeys(CUES, 0)
    for phrase in found:
        if phrase.kind in counts:
            counts[phrase.kind] += 1
    return counts


def scale_cues(counts: Mapping[str, int]) -> npt.NDArray[np.float64]:
    """Return the cues as inputs of the model, in the order of `CUES`."""
    return np.log1p(np.minimum([counts[cue] for cue in CUES], CUE_LIMIT))


def _roll(values: npt.NDArray[np.uint64], sizes: Sequence[int], salt: int) -> list[npt.NDArray[np.uint64]]:
    """Return the buckets of all runs of the given ascending sizes, by a polynomial that grows with the run."""
    runs = values
    parts = []
    for size in range(1, sizes[-1] + 1):
        if size > 1:
            runs = runs[:-1] * _STEP + values[size - 1 :]
        if size in sizes:
            parts.append(((runs + np.uint64(size + salt)) * _SPREAD * _STEP) >> _SHIFT)
    return parts
