"""Keeps the C library from holding memory that nothing uses any more; where it is not glibc, nothing is done."""

import ctypes
from contextlib import suppress
from typing import Final

# Numbers of mallopt(3), from malloc.h.
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
_KIB: Final = 1024
_LIBRARY: Final = ctypes.CDLL(None)


def hold_less_memory() -> None:
    """Threads share two arenas, as each of their own keeps what a login or a batch needed once; call it before they
    start. Both thresholds are glibc's own first values, which it raises by itself and for good after a large block.
    """
    with suppress(AttributeError):
        tune = _LIBRARY.mallopt
        for parameter, value in ((_ARENA_MAX, 2), (_TRIM_THRESHOLD, 128 * _KIB), (_MMAP_THRESHOLD, 128 * _KIB)):
            tune(parameter, value)


def give_memory_back() -> None:
    """Pages that are free inside the arenas, too: thousands of TLS handshakes leave them between what stays."""
    with suppress(AttributeError):
        _LIBRARY.malloc_trim(0)
