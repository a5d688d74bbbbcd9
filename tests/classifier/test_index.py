"""The inverted index: the same answer, however its parts are laid out."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.index import GroupIndex
from classifier.sketch import Hashes

BLOCK = 1000  # hashes for each drawn number, so that some sends fill the part that takes in what is new, others do not
SENDS = st.lists(st.tuples(st.sets(st.integers(0, 9), max_size=5), st.integers(1, 4)), max_size=10)

Pairs = set[tuple[int, int]]


def as_hashes(blocks: set[int]) -> Hashes:
    return np.array([block * BLOCK + place for block in sorted(blocks) for place in range(BLOCK)], dtype=np.uint32)


def filled(sends: list[tuple[set[int], int]]) -> GroupIndex:
    held = GroupIndex()
    for blocks, group in sends:
        held.add(as_hashes(blocks), group)
    return held


def check(held: GroupIndex, truth: Pairs) -> None:
    hits = held.find(as_hashes(set(range(10))))
    blocks = zip((hits.positions // BLOCK).tolist(), hits.groups.tolist(), strict=True)
    assert set(blocks) == truth
    assert len(held) == hits.spread.sum() == len(hits.groups) == BLOCK * len(truth)


@settings(max_examples=30, deadline=None)
@given(sends=SENDS)
def test_each_pair_of_hash_and_group_is_found_once(sends: list[tuple[set[int], int]]) -> None:
    check(filled(sends), {(block, group) for blocks, group in sends for block in blocks})


@settings(max_examples=30, deadline=None)
@given(sends=SENDS)
def test_a_group_that_moves_takes_its_hashes_along(sends: list[tuple[set[int], int]]) -> None:
    held = filled(sends)
    held.move(1, 4)
    check(held, {(block, 4 if group == 1 else group) for blocks, group in sends for block in blocks})
