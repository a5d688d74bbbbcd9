"""Watcher and courier of one database in this process, with intervals and a clock that the test chooses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from app.courier import Courier, CourierTimes
from app.courier.delivery import Delivery
from app.courier.letters import LetterDesk
from app.intake import Intake
from app.mail.imap_values import ConnectPolicy
from app.nudge.action_links import ActionLinks
from app.store.engine import Database
from app.store.keys import Keys
from app.store.vault import new_key
from app.watch import LoginPace, Watcher, WatchTimes
from classifier import Judge


@dataclass(frozen=True, slots=True)
class Loops:
    """Each run starts anew, as after a restart of the process: only the database remembers."""

    database: Database
    keys: Keys
    policy: ConnectPolicy
    clock: Callable[[], datetime]
    watch: WatchTimes
    deliver: CourierTimes
    judge: Judge = field(default_factory=Judge.load)
    link_key: bytes = field(default_factory=new_key)

    @contextmanager
    def watching(self) -> Iterator[Watcher]:
        intake = Intake(self.database, self.keys, self.judge, self.clock)
        pace = LoginPace(at_once=8, per_second=0, per_host=0)
        watcher = Watcher(self.database, self.keys, intake, self.policy, self.clock, self.watch, 8, pace)
        watcher.start()
        try:
            yield watcher
        finally:
            watcher.stop()

    @contextmanager
    def delivering(self) -> Iterator[Courier]:
        letters = LetterDesk("http://127.0.0.1:8000", lambda: ActionLinks(self.link_key))
        delivery = Delivery(self.database, self.keys, self.policy, letters, self.clock, self.deliver)
        courier = Courier(self.database, delivery, self.clock, self.deliver)
        courier.start()
        try:
            yield courier
        finally:
            courier.stop()
