"""What servers say they can do, kept once for all connections that were told the same: it is a third of what an idle
connection holds in Python's memory.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeVar

Word = TypeVar("Word", bytes, str)

_MOST_OCTETS: Final = 4096


@lru_cache(maxsize=64)
def _kept(told: tuple[Word, ...]) -> tuple[Word, ...]:
    return told


@lru_cache(maxsize=64)
def _words(told: tuple[bytes, ...]) -> frozenset[str]:
    return frozenset(word.decode("ascii", "replace") for word in told)


def shared(told: Sequence[Word]) -> tuple[Word, ...]:
    """The same words, as the first connection had them; a server that tells very many keeps them to itself."""
    words = tuple(told)
    return _kept(words) if sum(map(len, words)) <= _MOST_OCTETS else words


def as_words(told: Sequence[bytes]) -> frozenset[str]:
    words = tuple(told)
    return _words(words) if sum(map(len, words)) <= _MOST_OCTETS else _words.__wrapped__(words)
