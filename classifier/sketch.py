"""The keyed fingerprint of a text: hashes of its word triples, drawers of its content words. No text survives."""

import hashlib
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.slots import SLOT
from classifier.wordlists import word_list

Hashes = npt.NDArray[np.uint32]
Drawers = npt.NDArray[np.uint16]

SHINGLE_WORDS = 3
SHORTEST_TEXT = 8  # words; shorter notes ("Danke, passt!") have no sketch and form no template
SIZE = 256  # the smallest hashes are kept; texts up to about this many words are kept whole
# A drawer holds some dozen words of a language: enough to compare topics, too few to tell which word was there.
DRAWERS = 4096
DRAWERS_KEPT = 64
RECIPIENT_LIMIT = 64

_HEADER = struct.Struct("<BBHIIB")  # version, fit, words, recipients, group, drawers
_VERSION = 2
_STEPS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_FUNCTION_WORDS = word_list("function_words", "de") | word_list("function_words", "en")
_LEAST_LETTERS = 4
_IS_SLOT, _HAS_CONTENT = np.uint64(1), np.uint64(2)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What texts are compared by: `hashes` of word triples and `drawers` of content words, both ascending, distinct."""

    hashes: Hashes
    drawers: Drawers

    @property
    def reach(self) -> int:
        """The greatest hash up to which all are here."""
        return int(self.hashes[-1]) if len(self.hashes) >= SIZE else 2**32 - 1

    @property
    def drawer_reach(self) -> int:
        """The greatest drawer up to which all are here."""
        return int(self.drawers[-1]) if len(self.drawers) >= DRAWERS_KEPT else DRAWERS


NO_FINGERPRINT = Fingerprint(np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.uint16))


@dataclass(frozen=True, slots=True)
class Sketch:
    """A fingerprint and what belongs to it; `words` and `recipients` count the whole mail, not only what is kept.

    `group` is the number of the group of alike sends that this one was put into, `fit` (0..1) how well it fitted.
    """

    text: Fingerprint
    words: int
    recipients: int
    group: int = 0
    fit: float = 0.0

    def to_bytes(self) -> bytes:
        """Return the form that is stored: 13 bytes, 2 for each drawer, 4 for each hash, at most 1,165."""
        drawers, hashes = self.text.drawers, self.text.hashes
        numbers = (round(self.fit * 255), min(self.words, 0xFFFF), self.recipients, self.group, len(drawers))
        return _HEADER.pack(_VERSION, *numbers) + drawers.astype("<u2").tobytes() + hashes.astype("<u4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sketch":
        """Read what `to_bytes` wrote; bytes of another version or shape read as an empty sketch."""
        if len(data) < _HEADER.size or data[0] != _VERSION:
            return cls(NO_FINGERPRINT, 0, 0)
        _, fit, words, recipients, group, count = _HEADER.unpack_from(data)
        start = _HEADER.size + 2 * count
        if len(data) < start or (len(data) - start) % 4:
            return cls(NO_FINGERPRINT, 0, 0)
        drawers = np.frombuffer(data, dtype="<u2", count=count, offset=_HEADER.size)
        text = Fingerprint(np.frombuffer(data, dtype="<u4", offset=start), drawers)
        return cls(text, words, recipients, group, fit / 255)


def make_fingerprint(words: Sequence[str], key: bytes) -> Fingerprint:
    """Return the fingerprint of a text: triples that hold at most one slot, words that carry content; the smallest."""
    if len(words) < SHORTEST_TEXT:
        return NO_FINGERPRINT
    codes = np.fromiter(map(_encoder(key), words), dtype=np.uint64, count=len(words))
    slots = codes & _IS_SLOT
    runs = _mix((codes[:-2] * _STEPS[0] + codes[1:-1]) * _STEPS[1] + codes[2:])
    informative = slots[:-2] + slots[1:-1] + slots[2:] <= _IS_SLOT
    drawers = _mix(codes[codes & _HAS_CONTENT != 0]) % np.uint64(DRAWERS)
    return Fingerprint(
        _distinct((runs[informative] >> np.uint64(32)).astype(np.uint32))[:SIZE],
        _distinct(drawers.astype(np.uint16))[:DRAWERS_KEPT],
    )


def _distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return what `np.unique` returns, in a third of the time for arrays of this size."""
    values.sort()
    keep = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=keep[1:])
    return values[keep]


@lru_cache(maxsize=2)
def _encoder(key: bytes) -> Callable[[str], int]:
    """Return what encodes the words of one outbox; it remembers its commonest words."""
    return lru_cache(maxsize=1 << 15)(partial(_encode, key))


def _encode(key: bytes, word: str) -> int:
    """Return the keyed hash of a word; its two lowest bits say whether it is a slot, and whether it carries content."""
    is_slot = word == SLOT
    has_content = len(word) >= _LEAST_LETTERS and word not in _FUNCTION_WORDS
    digest = int.from_bytes(_digest(key, word).digest(), "little")
    return digest & ~3 | is_slot * int(_IS_SLOT) | has_content * int(_HAS_CONTENT)


def hash_recipients(addresses: Iterable[str], key: bytes) -> tuple[bytes, ...]:
    """Return keyed 8-byte hashes of at most `RECIPIENT_LIMIT` distinct addresses, sorted."""
    folded = {address.strip().casefold() for address in addresses}
    digests = (_digest(key, f"@{address}").digest() for address in folded)
    return tuple(sorted(digests)[:RECIPIENT_LIMIT])


def _digest(key: bytes, text: str) -> "hashlib.blake2b":
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key[:64])


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of SplitMix64: every output bit depends on every input bit."""
    values = (values ^ (values >> np.uint64(30))) * _STEPS[0]
    values = (values ^ (values >> np.uint64(27))) * _STEPS[1]
    return values ^ (values >> np.uint64(31))
