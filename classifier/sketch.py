"""The keyed fingerprint of a text: hashes of its word triples, and the bytes that are stored. No text survives."""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from classifier.slots import SLOT

Hashes = npt.NDArray[np.uint32]

SHINGLE_WORDS = 3
SHORTEST_TEXT = 8  # words; shorter notes ("Danke, passt!") have no sketch and form no template
SIZE = 256  # the smallest hashes are kept; texts up to about this many words are kept whole
RECIPIENT_LIMIT = 64

_HEADER = struct.Struct("<BBHII")  # version, fit, words, recipients, group
_VERSION = 1
_LARGEST = 2**32 - 1
_STEPS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class Sketch:
    """`hashes` are sorted and distinct; `words` and `recipients` count the whole mail, not only what is kept.

    `group` is the number of the group of alike sends that this one was put into, `fit` (0..1) how well it fitted.
    """

    hashes: Hashes
    words: int
    recipients: int
    group: int = 0
    fit: float = 0.0

    def to_bytes(self) -> bytes:
        """Return the form that is stored: 12 bytes and 4 for each hash, at most 1,036."""
        numbers = (round(self.fit * 255), min(self.words, 0xFFFF), self.recipients, self.group)
        return _HEADER.pack(_VERSION, *numbers) + self.hashes.astype("<u4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sketch":
        """Read what `to_bytes` wrote; bytes of another version or shape read as an empty sketch."""
        if len(data) < _HEADER.size or (len(data) - _HEADER.size) % 4 or data[0] != _VERSION:
            return cls(np.empty(0, dtype=np.uint32), 0, 0)
        _, fit, words, recipients, group = _HEADER.unpack_from(data)
        return cls(np.frombuffer(data, dtype="<u4", offset=_HEADER.size), words, recipients, group, fit / 255)


def reach(hashes: Hashes) -> int:
    """Return the greatest hash up to which a sketch with these hashes is complete."""
    return int(hashes[-1]) if len(hashes) >= SIZE else _LARGEST


def make_hashes(words: Sequence[str], key: bytes) -> Hashes:
    """Return the sorted distinct hashes of the word triples that hold at most one slot, the `SIZE` smallest of them."""
    if len(words) < SHORTEST_TEXT:
        return np.empty(0, dtype=np.uint32)
    tokens = np.fromiter((_hash_word(key, word) for word in words), dtype=np.uint64, count=len(words))
    slots = np.fromiter((word is SLOT or word == SLOT for word in words), dtype=np.int8, count=len(words))
    mixed = _mix(_mix(_mix(tokens[:-2]) + tokens[1:-1]) + tokens[2:])
    informative = slots[:-2] + slots[1:-1] + slots[2:] <= 1
    return np.unique((mixed[informative] >> np.uint64(32)).astype(np.uint32))[:SIZE]


def hash_recipients(addresses: Iterable[str], key: bytes) -> tuple[bytes, ...]:
    """Return keyed 8-byte hashes of at most `RECIPIENT_LIMIT` distinct addresses, sorted."""
    folded = {address.strip().casefold() for address in addresses}
    digests = (_digest(key, f"@{address}").digest() for address in folded)
    return tuple(sorted(digests)[:RECIPIENT_LIMIT])


@lru_cache(maxsize=1 << 16)
def _hash_word(key: bytes, word: str) -> int:
    return int.from_bytes(_digest(key, word).digest(), "little")


def _digest(key: bytes, text: str) -> "hashlib.blake2b":
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key[:64])


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of SplitMix64: every output bit depends on every input bit."""
    values = (values ^ (values >> np.uint64(30))) * _STEPS[0]
    values = (values ^ (values >> np.uint64(27))) * _STEPS[1]
    return values ^ (values >> np.uint64(31))
