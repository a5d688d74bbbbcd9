"""Fingerprints in flat arrays come out as they went in."""

import numpy as np

from classifier.columns import FingerprintColumns
from classifier.sketch import NO_FINGERPRINT, make_fingerprint


def test_every_fingerprint_keeps_its_place() -> None:
    texts = [make_fingerprint([f"wort{number}" for number in range(size)], b"k") for size in (40, 8, 300, 9)]
    columns = FingerprintColumns()
    for text in [*texts, NO_FINGERPRINT]:
        columns.append(text)
    for place, text in enumerate(texts):
        assert np.array_equal(columns[place].hashes, text.hashes)
        assert np.array_equal(columns[place].drawers, text.drawers)
    assert len(columns[4].hashes) == 0


def test_the_columns_grow() -> None:
    columns = FingerprintColumns()
    text = make_fingerprint([f"wort{number}" for number in range(200)], b"k")
    for _ in range(100):
        columns.append(text)
    assert np.array_equal(columns[99].hashes, text.hashes)
