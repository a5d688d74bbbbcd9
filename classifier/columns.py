"""The fingerprints of many sends in a few flat arrays: objects of their own would weigh more than what they hold."""

from array import array

import numpy as np
import numpy.typing as npt

from classifier.sketch import Fingerprint

_FIRST = 1024


class FingerprintColumns:
    """Fingerprints by place, in the order in which they were appended."""

    def __init__(self) -> None:
        self._hashes = _Column(np.dtype(np.uint32))
        self._drawers = _Column(np.dtype(np.uint16))

    def append(self, text: Fingerprint) -> None:
        """Add the fingerprint of one more send."""
        self._hashes.append(text.hashes)
        self._drawers.append(text.drawers)

    def __getitem__(self, place: int) -> Fingerprint:
        return Fingerprint(self._hashes[place], self._drawers[place])


class _Column:
    """Arrays of any length, one after the other in one buffer that doubles when it is full."""

    def __init__(self, dtype: np.dtype[np.unsignedinteger]) -> None:
        self._values: npt.NDArray[np.unsignedinteger] = np.empty(_FIRST, dtype=dtype)
        self._ends = array("q", [0])

    def append(self, values: npt.NDArray[np.unsignedinteger]) -> None:
        start = self._ends[-1]
        end = start + len(values)
        if end > len(self._values):
            grown = np.empty(2 * end, dtype=self._values.dtype)
            grown[:start] = self._values[:start]
            self._values = grown
        self._values[start:end] = values
        self._ends.append(end)

    def __getitem__(self, place: int) -> npt.NDArray[np.unsignedinteger]:
        return self._values[self._ends[place] : self._ends[place + 1]]
