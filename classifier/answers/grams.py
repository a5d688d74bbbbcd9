"""Turns an answer into numbers: hashed words, pairs and triples of words, and runs of letters, German or English."""

import re
import unicodedata
import zlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

BITS = 16
BUCKETS = 1 << BITS

_WORDS = 3
_LETTERS = range(3, 7)
_MOST_CHARACTERS = 2000
_TOKEN = re.compile(r"\w+|[^\w\s]")
_DIGIT = re.compile(r"\d")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_SPELT_UMLAUT = re.compile(r"(?<=[aou])e")


def normalise(text: str) -> str:
    """Return small letters without umlauts, however they were typed; every digit as 0, each mark a word of its own."""
    letters = unicodedata.normalize("NFKD", text[:_MOST_CHARACTERS].casefold().translate(_APOSTROPHES))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_TOKEN.findall(_DIGIT.sub("0", _SPELT_UMLAUT.sub("", plain))))


def hash_word(word: str) -> int:
    """Return one number for a word, however it is spelt."""
    return zlib.crc32(normalise(word).encode())


def count_grams(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
    """Return the buckets of a text's grams, ascending, and 1 + log(count) for each."""
    hashes = np.fromiter(map(zlib.crc32, _grams(normalise(text))), dtype=np.uint32)
    buckets, counts = np.unique(hashes >> np.uint32(32 - BITS), return_counts=True)
    return buckets, 1.0 + np.log(counts)


def _grams(text: str) -> Iterator[bytes]:
    words = text.split()
    for size in range(1, _WORDS + 1):
        yield from (("w" + " ".join(words[start : start + size])).encode() for start in range(len(words) - size + 1))
    padded = f" {text} "
    for size in _LETTERS:
        yield from (("c" + padded[start : start + size]).encode() for start in range(len(padded) - size + 1))
