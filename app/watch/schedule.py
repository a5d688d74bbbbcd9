"""What is due when: a heap in which an entry that was overtaken stays until it comes up, and is then passed over."""

import heapq
from itertools import count

from app.watch.watched import Watched


class Schedule:
    """Of each mailbox at most one due time counts: its `due_at`, in monotonic seconds."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Watched]] = []
        self._numbers = count()

    def put(self, watched: Watched, due_at: float) -> None:
        watched.due_at = due_at
        heapq.heappush(self._heap, (due_at, next(self._numbers), watched))

    def due(self, now: float) -> list[Watched]:
        """Those whose time has come; each is told once."""
        found = []
        while (soonest := self.next_at()) is not None and soonest <= now:
            watched = heapq.heappop(self._heap)[2]
            watched.due_at = None
            found.append(watched)
        return found

    def next_at(self) -> float | None:
        while self._heap and self._heap[0][2].due_at != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None
