"""An inverted index in numpy: which groups of alike sends hold which hash. It knows no texts, people or times."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.sketch import Hashes

Groups = npt.NDArray[np.int32]
Positions = npt.NDArray[np.intp]

_TAIL_LIMIT = 32_768  # entries that may wait in the small part before they are merged into the large one
_STOCK_LIMIT = 256  # a hash in more groups than this is counted, but its groups are not listed: it weighs nothing


@dataclass(frozen=True, slots=True)
class Hits:
    """What an index knows of some hashes: in how many groups each is held, and pairs of position and group."""

    spread: npt.NDArray[np.int64]
    positions: Positions
    groups: Groups


class GroupIndex:
    """Pairs of hash and group, each once: one large sorted part and a small sorted tail that is merged now and then."""

    def __init__(self) -> None:
        self._main = _empty_part()
        self._tail = _empty_part()

    @classmethod
    def build(cls, hashes: list[Hashes], groups: list[int]) -> "GroupIndex":
        """Make an index of many sends at once; `groups[n]` is the group of the send with `hashes[n]`."""
        index = cls()
        if hashes:
            numbers = np.repeat(np.array(groups, dtype=np.int32), [len(part) for part in hashes])
            index._main = _sort_distinct(np.concatenate(hashes), numbers)
        return index

    def __len__(self) -> int:
        return len(self._main[0]) + len(self._tail[0])

    @property
    def nbytes(self) -> int:
        """Bytes held in both parts."""
        return sum(array.nbytes for part in (self._main, self._tail) for array in part)

    def find(self, hashes: Hashes) -> Hits:
        """Return which groups hold which of the hashes."""
        parts = [_find_in(part, hashes) for part in (self._main, self._tail)]
        spread = parts[0][0] + parts[1][0]
        listed = [_expand(first, np.where(spread > _STOCK_LIMIT, 0, counts)) for counts, first in parts]
        groups = np.concatenate(
            [part[1][hits] for part, (_, hits) in zip((self._main, self._tail), listed, strict=True)]
        )
        return Hits(spread, np.concatenate([positions for positions, _ in listed]), groups)

    def add(self, hashes: Hashes, group: int) -> None:
        """Add the hashes of one more send to a group; what it holds already does no harm."""
        keys, groups = self._tail
        places = np.searchsorted(keys, hashes)
        self._tail = np.insert(keys, places, hashes), np.insert(groups, places, np.int32(group))
        if len(self._tail[0]) > _TAIL_LIMIT:
            self._merge_tail()

    def move(self, old: int, new: int) -> None:
        """Give all entries of one group to another."""
        for _, groups in (self._main, self._tail):
            groups[groups == old] = new
        self._merge_tail()

    def _merge_tail(self) -> None:
        keys = np.concatenate((self._main[0], self._tail[0]))
        groups = np.concatenate((self._main[1], self._tail[1]))
        self._main, self._tail = _sort_distinct(keys, groups), _empty_part()


def _empty_part() -> tuple[Hashes, Groups]:
    return np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.int32)


def _sort_distinct(keys: Hashes, groups: Groups) -> tuple[Hashes, Groups]:
    pairs = (keys.astype(np.uint64) << np.uint64(32)) | groups.astype(np.uint64)
    # The parts are sorted already, which the stable sort turns into one cheap merge.
    pairs.sort(kind="stable")
    pairs = pairs[np.flatnonzero(np.diff(pairs, prepend=pairs[:1] + np.uint64(1)))]
    return (pairs >> np.uint64(32)).astype(np.uint32), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int32)


def _find_in(part: tuple[Hashes, Groups], hashes: Hashes) -> tuple[Positions, Positions]:
    """Return how often each hash stands in a part, and where it stands first."""
    first = np.searchsorted(part[0], hashes, side="left")
    return np.searchsorted(part[0], hashes, side="right") - first, first


def _expand(first: Positions, counts: Positions) -> tuple[Positions, Positions]:
    """Return for each hit its position among the hashes and its place in the part."""
    places = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    return np.repeat(np.arange(len(counts)), counts), places
