"""An inverted index: which groups of alike sends hold which hash. It knows no texts, people or times."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.sketch import Hashes

Groups = npt.NDArray[np.int32]
Positions = npt.NDArray[np.intp]

_TAIL_LIMIT = 8_192  # entries that may wait in the small part before they are merged into the large one
_STOCK_LIMIT = 256  # a hash in more groups than this is counted, but its groups are not listed: it weighs nothing


@dataclass(frozen=True, slots=True)
class Hits:
    """What an index knows of some hashes: in how many groups each is held, and pairs of position and group."""

    spread: npt.NDArray[np.int64]
    positions: Positions
    groups: Groups


class GroupIndex:
    """Pairs of hash and group, each once: a large part of sorted arrays, and a small one that takes in what is new."""

    def __init__(self) -> None:
        self._main = _empty_part()
        self._recent: dict[int, list[int]] = {}
        self._late: list[tuple[Hashes, int]] = []
        self._waiting = 0
        self._greatest = 0

    @classmethod
    def build(cls, hashes: list[Hashes], groups: list[int]) -> "GroupIndex":
        """Make an index of many sends at once; `groups[n]` is the group of the send with `hashes[n]`."""
        index = cls()
        if hashes:
            index._main = _join(list(zip(hashes, groups, strict=True)))
            index._greatest = max(groups)
        return index

    def __len__(self) -> int:
        return len(self._main[0]) + self._waiting

    def find(self, hashes: Hashes) -> Hits:
        """Return which groups hold which of the hashes."""
        counts, first = _find_in(self._main, hashes)
        recent = [
            (position, groups)
            for position, groups in enumerate(map(self._recent.get, hashes.tolist()))
            if groups is not None
        ]
        spread = counts.copy()
        for position, groups in recent:
            spread[position] += len(groups)
        positions, places = _expand(first, np.where(spread > _STOCK_LIMIT, 0, counts))
        listed = [(position, groups) for position, groups in recent if spread[position] <= _STOCK_LIMIT]
        more = [(position, group) for position, groups in listed for group in groups]
        late = np.array(more, dtype=np.int32).reshape(-1, 2)
        return Hits(
            spread, np.concatenate([positions, late[:, 0]]), np.concatenate([self._main[1][places], late[:, 1]])
        )

    def add(self, hashes: Hashes, group: int) -> None:
        """Add the hashes of one more send to a group; what it holds already does no harm."""
        if group <= self._greatest:
            hashes = hashes[~self._held_by(hashes, group)]
        self._greatest = max(self._greatest, group)
        if len(hashes):
            self._late.append((hashes, group))
        for value in hashes.tolist():
            groups = self._recent.setdefault(value, [])
            if group not in groups:
                groups.append(group)
                self._waiting += 1
        if self._waiting > _TAIL_LIMIT:
            self._merge()

    def _held_by(self, hashes: Hashes, group: int) -> npt.NDArray[np.bool_]:
        """Return which of the hashes the large part holds for a group."""
        counts, first = _find_in(self._main, hashes)
        positions, places = _expand(first, counts)
        held = np.zeros(len(hashes), dtype=bool)
        held[positions[self._main[1][places] == group]] = True
        return held

    def move(self, old: int, new: int) -> None:
        """Give all entries of one group to another."""
        self._merge()
        keys, groups = self._main
        groups[groups == old] = new
        self._main = _sort_distinct(keys, groups)

    def _merge(self) -> None:
        # What is new stands in the large part for no group yet, so it can be put in without a look for repeats.
        if self._late:
            late = _join(self._late)
            places = self._main[0].searchsorted(late[0], side="right")
            self._main = np.insert(self._main[0], places, late[0]), np.insert(self._main[1], places, late[1])
        self._recent, self._late, self._waiting = {}, [], 0


def _empty_part() -> tuple[Hashes, Groups]:
    return np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.int32)


def _join(sends: list[tuple[Hashes, int]]) -> tuple[Hashes, Groups]:
    numbers = np.repeat(np.array([group for _, group in sends], dtype=np.int32), [len(part) for part, _ in sends])
    return _sort_distinct(np.concatenate([part for part, _ in sends]), numbers)


def _sort_distinct(keys: Hashes, groups: Groups) -> tuple[Hashes, Groups]:
    pairs = (keys.astype(np.uint64) << np.uint64(32)) | groups.astype(np.uint64)
    # The parts are sorted already, which the stable sort turns into cheap merges.
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
