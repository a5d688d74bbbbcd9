"""Whose turn it is to write: SQLite has one writer at a time, and lets those that wait for it poll in no order."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import TimeoutError as NoConnectionFree

# So many small writes in a row go before a large one that waits.
_IN_A_ROW: Final = 8


class WriteTurns:
    """The threads of one process, in order of arrival, small writes first; other processes wait as SQLite has it."""

    def __init__(self, patience: float) -> None:
        """`patience`: seconds to wait at most."""
        self._patience = patience
        self._lock = threading.Lock()
        self._small: deque[threading.Event] = deque()
        self._large: deque[threading.Event] = deque()
        self._taken = False
        self._in_a_row = 0

    @contextmanager
    def turn(self, *, large: bool) -> Iterator[None]:
        """Raises SQLAlchemy's `TimeoutError`, as for a connection that does not come free."""
        if not self._take(self._large if large else self._small):
            raise NoConnectionFree("no turn to write")
        try:
            yield
        finally:
            with self._lock:
                self._hand_over()

    def _take(self, line: deque[threading.Event]) -> bool:
        mine = threading.Event()
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            line.append(mine)
        if mine.wait(self._patience):
            return True
        with self._lock:
            if mine.is_set():
                return True
            line.remove(mine)
            return False

    def _hand_over(self) -> None:
        if self._small and (self._in_a_row < _IN_A_ROW or not self._large):
            self._in_a_row += 1
            self._small.popleft().set()
        elif self._large:
            self._in_a_row = 0
            self._large.popleft().set()
        else:
            self._taken, self._in_a_row = False, 0
