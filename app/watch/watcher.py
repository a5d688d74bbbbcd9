"""The watcher as a whole: its threads, how they start, and how they end."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

import structlog

from app.intake import Intake
from app.mail.imap_values import ConnectPolicy
from app.store.engine import Database
from app.store.keys import Keys
from app.watch.allocator import hold_less_memory
from app.watch.connection import Worker
from app.watch.descriptors import RESERVED, raise_descriptor_limit
from app.watch.ledger import Ledger
from app.watch.logins import LoginPace
from app.watch.loop import Loop
from app.watch.pool import Pool
from app.watch.progress import Progress, progress_of
from app.watch.times import WatchTimes
from app.watch.watched import Stage

log = structlog.get_logger()

DEFAULT_PACE = LoginPace()


class Watcher:
    """Watches all mailboxes of a database from `start` to `stop`."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        intake: Intake,
        policy: ConnectPolicy,
        clock: Callable[[], datetime],
        times: WatchTimes,
        workers: int,
        pace: LoginPace = DEFAULT_PACE,
    ) -> None:
        self._times = times
        self._metrics = intake.metrics
        worker = Worker(database, keys, intake, policy, clock)
        self._loop = Loop(intake, clock, times, pace, workers)
        self._workers = Pool("watch", workers, worker.work, self._loop.take_back)
        self._connectors = Pool("watch-login", pace.at_once, worker.connect, self._loop.take_back)
        self._ledger = Ledger(database, times, self._loop.follow_roster)
        self._thread = threading.Thread(target=self._loop.run, name="watch", daemon=True)

    def start(self) -> None:
        """Returns at once."""
        hold_less_memory()
        room = raise_descriptor_limit() - RESERVED
        self._metrics.follow(lambda: asdict(self.progress))
        self._loop.prepare(self._workers.put, self._connectors.put, self._ledger.note, room)
        for part in (self._workers, self._connectors, self._ledger, self._thread):
            part.start()

    def stop(self) -> None:
        """Let every worker finish its batch, then close all connections; a server that hangs is not waited for.

        What was not committed is read again at the next start.
        """
        begun = time.monotonic()
        self._loop.stop()
        if self._thread.ident is not None:
            self._thread.join()
        self._workers.end()
        self._connectors.end()
        self._cut(Stage.CONNECTING)
        if self._join(begun + self._times.stop_patience):
            self._cut(Stage.WORKING)
        left = self._join(begun + self._times.stop)
        if left:
            log.warning("threads left behind", count=left)
        self._loop.close()
        self._ledger.stop(begun + self._times.stop + 1)

    def _join(self, until: float) -> int:
        return self._workers.join(until) + self._connectors.join(until)

    def _cut(self, stage: Stage) -> None:
        for watched in self._loop.mailboxes():
            if watched.stage is stage:
                watched.lifeline.cut()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    @property
    def progress(self) -> Progress:
        """May be asked by any thread."""
        return progress_of(self._loop.mailboxes())
