"""Threads that do one kind of work on the mailboxes handed to them."""

import queue
import threading
import time
from collections.abc import Callable

from app.watch.connection import Turn
from app.watch.watched import Watched

Outcome = Turn | Exception


class Pool:
    """`work` is done in one of `size` threads; `done` is then called there, with what came of it."""

    def __init__(
        self, name: str, size: int, work: Callable[[Watched], Turn], done: Callable[[Watched, Outcome], None]
    ) -> None:
        self._work = work
        self._done = done
        self._jobs: queue.SimpleQueue[Watched | None] = queue.SimpleQueue()
        # A thread that hangs in the system's resolver cannot be ended, and must not hold up the end of the process.
        self._threads = [threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True) for n in range(size)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def put(self, watched: Watched) -> None:
        self._jobs.put(watched)

    def end(self) -> None:
        """No thread takes another job."""
        for _ in self._threads:
            self._jobs.put(None)

    def join(self, until: float) -> int:
        """Wait for the threads up to a moment (monotonic seconds); returns how many still work."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        return sum(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while (watched := self._jobs.get()) is not None:
            try:
                outcome: Outcome = self._work(watched)
            except Exception as error:  # noqa: BLE001 - handed to the loop, which tells the kinds apart
                outcome = error
            self._done(watched, outcome)
