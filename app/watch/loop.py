"""The selector loop: one thread waits on all connections and hands ready ones to a small pool of workers."""

import queue
import selectors
import socket
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Final

import structlog

from app.intake import Intake, Stopped
from app.mail.errors import MailboxUnreachable, MailError
from app.mail.imap_values import ConnectPolicy
from app.store.engine import Database
from app.store.errors import StoreError
from app.store.keys import Keys
from app.watch.connection import Turn, Watched, Worker
from app.watch.roster import note_failure, note_survival, wanted
from app.watch.times import WatchTimes, renewal_in

log = structlog.get_logger()

# A push is handled before the next batch of somebody's history.
PUSH: Final = 0
HISTORY: Final = 1
_LONGEST_WAIT: Final = 0.5


class Watcher:
    """Watches all mailboxes of a database from `start` to `stop`; both return at once and when all is done."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        intake: Intake,
        policy: ConnectPolicy,
        clock: Callable[[], datetime],
        times: WatchTimes,
        workers: int,
    ) -> None:
        self._database = database
        self._intake = intake
        self._clock = clock
        self._times = times
        self._worker = Worker(database, keys, intake, policy, clock, time.monotonic)
        self._watched: dict[uuid.UUID, Watched] = {}
        self._busy: set[uuid.UUID] = set()
        self._jobs: queue.PriorityQueue[tuple[int, int, Watched | None]] = queue.PriorityQueue()
        self._done: queue.SimpleQueue[tuple[Watched, Turn | Exception]] = queue.SimpleQueue()
        self._numbers = count()
        self._selector = selectors.DefaultSelector()
        self._bell, self._ringer = socket.socketpair()
        self._stopping = threading.Event()
        self._roster_due = 0.0
        self._threads = [threading.Thread(target=self._run, name="watch")]
        self._threads += [threading.Thread(target=self._work, name=f"watch-{n}") for n in range(workers)]

    def start(self) -> None:
        self._bell.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every worker finish its batch, then close all connections."""
        self._stopping.set()
        self._ring()
        for _ in self._threads[1:]:
            self._jobs.put((-1, next(self._numbers), None))
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        for watched in self._watched.values():
            watched.close()
        self._selector.close()
        self._bell.close()
        self._ringer.close()

    @property
    def is_running(self) -> bool:
        return self._threads[0].is_alive()

    def _ring(self) -> None:
        self._ringer.send(b"!")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception:  # the loop outlives whatever one round meets
                log.exception("watch round failed")
                self._stopping.wait(1.0)

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._wait_seconds()):
            if key.fileobj is self._bell:
                self._bell.recv(4096)
            else:
                self._hand_out(key.data, PUSH)
        while not self._done.empty():
            self._take_back(*self._done.get())
        now = time.monotonic()
        if now >= self._roster_due:
            self._follow_roster(now)
            self._roster_due = now + self._times.roster
        for watched in [one for one in self._watched.values() if one.id not in self._busy and one.due_at <= now]:
            watched.reopen = watched.session is not None
            self._hand_out(watched, PUSH)

    def _wait_seconds(self) -> float:
        idle = (one.due_at for one in self._watched.values() if one.id not in self._busy)
        soonest = min([self._roster_due, *idle]) - time.monotonic()
        return min(max(soonest, 0.0), _LONGEST_WAIT)

    def _hand_out(self, watched: Watched, priority: int) -> None:
        self._unregister(watched)
        self._busy.add(watched.id)
        self._jobs.put((priority, next(self._numbers), watched))

    def _unregister(self, watched: Watched) -> None:
        if watched.registered and watched.session is not None:
            self._selector.unregister(watched.session)
        watched.registered = False

    def _work(self) -> None:
        while True:
            _, _, watched = self._jobs.get()
            if watched is None:
                return
            try:
                outcome: Turn | Exception = self._worker.work(watched)
            except Exception as error:  # noqa: BLE001 - handed to the loop, which tells the kinds apart
                outcome = error
            self._done.put((watched, outcome))
            self._ring()

    def _take_back(self, watched: Watched, outcome: Turn | Exception) -> None:
        self._busy.discard(watched.id)
        if self._watched.get(watched.id) is not watched:
            watched.close()
        elif isinstance(outcome, Exception):
            self._give_up(watched, outcome)
        elif outcome is Turn.MORE:
            self._hand_out(watched, HISTORY)
        else:
            self._let_wait(watched, outcome)

    def _let_wait(self, watched: Watched, turn: Turn) -> None:
        now = time.monotonic()
        watched.due_at = now + (renewal_in(self._times) if turn is Turn.IDLING else self._times.poll)
        if turn is Turn.IDLING and watched.session is not None:
            self._selector.register(watched.session, selectors.EVENT_READ, watched)
            watched.registered = True
        if not watched.survival_noted and now - watched.connected_at >= self._times.survived:
            note_survival(self._database, watched.id)
            watched.survival_noted = True

    def _give_up(self, watched: Watched, error: Exception) -> None:
        """Close, write the reason down, and leave it to the roster when to begin again."""
        watched.close()
        del self._watched[watched.id]
        if isinstance(error, Stopped):
            self._intake.forget(watched.id)
            return
        if not isinstance(error, (MailError, StoreError)):
            log.error("watching failed", mailbox=str(watched.id), error=type(error).__name__, exc_info=error)
        reason = error if isinstance(error, MailError) else MailboxUnreachable("internal_error")
        log.info("mailbox lost", mailbox=str(watched.id), reason=reason.code)
        note_failure(self._database, watched.id, watched.generation, reason, self._clock(), self._times)

    def _follow_roster(self, now: float) -> None:
        """Begin with new mailboxes, drop those that were paused or removed, start over with changed ones."""
        entries = wanted(self._database)
        for watched in list(self._watched.values()):
            entry = entries.get(watched.id)
            if entry is None or entry.generation != watched.generation:
                self._drop(watched)
        moment = self._clock()
        for entry in entries.values():
            if entry.id in self._watched or (entry.next_attempt_at and entry.next_attempt_at > moment):
                continue
            self._watched[entry.id] = Watched(entry.id, entry.generation, due_at=now)

    def _drop(self, watched: Watched) -> None:
        """A worker that still has it closes it when it hands it back."""
        del self._watched[watched.id]
        self._intake.forget(watched.id)
        if watched.id not in self._busy:
            self._unregister(watched)
            watched.close()
