"""The courier's loop: looks for nudges with something to do and advances each on a small pool."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog

from app.courier.attention import AttentionDesk
from app.courier.delivery import Delivery
from app.courier.housekeeping import Housekeeping
from app.courier.times import CourierTimes
from app.mail.lifeline import Lifeline
from app.store import mailboxes, nudges
from app.store.engine import Database
from app.store.errors import DatabaseUnavailable

log = structlog.get_logger()

THREADS: Final = 4
# A stop lets deliveries end by themselves for so many seconds; those that it cuts off are in doubt, and looked for.
_FAREWELL: Final = 5.0
# What then still hangs, in the system's resolver or for a locked database, is left behind.
_LAST_MOMENT: Final = 1.0


@dataclass(slots=True)
class _UnderWay:
    future: Future[None]
    lifeline: Lifeline
    unwanted_since: float | None = field(default=None)


class Courier:
    """Runs from `start` to `stop`; a mailbox has at most one delivery under way.

    `alone`: no other process delivers from this database, so that whatever is claimed at the start belongs to a dead
    one. Several couriers may share a database otherwise.
    """

    def __init__(
        self,
        database: Database,
        delivery: Delivery,
        clock: Callable[[], datetime],
        times: CourierTimes,
        *,
        alone: bool = True,
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._attention = AttentionDesk(delivery)
        self._housekeeping = Housekeeping(database, delivery.keys, times.retention)
        self._clock = clock
        self._times = times
        self._alone = alone
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="courier")
        self._under_way: dict[uuid.UUID, _UnderWay] = {}
        self._thread = threading.Thread(target=self._run, name="courier")

    def start(self) -> None:
        if self._alone:
            with self._database.writing() as session:
                nudges.release_all(session)
                mailboxes.release_all(session)
        self._thread.start()

    def stop(self) -> None:
        """Let deliveries under way end, and cut off those that hang. What was not committed is done anew later."""
        self._stopping.set()
        begun = time.monotonic()
        if self._thread.ident is not None:
            self._thread.join(_FAREWELL)
        self._pool.shutdown(wait=False, cancel_futures=True)
        left = [one for one in self._under_way.values() if not one.future.done()]
        wait([one.future for one in left], timeout=max(0.0, begun + _FAREWELL - time.monotonic()))
        for one in left:
            one.lifeline.cut()
        hanging = wait([one.future for one in left], timeout=_LAST_MOMENT).not_done
        if hanging:
            log.warning("deliveries left behind", count=len(hanging))

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.wait(self._times.round):
            try:
                self._round(self._clock())
            except DatabaseUnavailable:  # which says so itself
                continue
            except Exception:  # the loop outlives whatever one round meets
                log.exception("courier round failed")

    def _round(self, now: datetime) -> None:
        self._under_way = {key: one for key, one in self._under_way.items() if not one.future.done()}
        with self._database.reading() as session:
            due = [(row.id, row.mailbox_id) for row in nudges.due(session, now, now - self._times.grace)]
            worried = self._attention.due(session, now)
            unwanted = mailboxes.switched_off(session, self._under_way.keys())
        self._cut_off(unwanted)
        for nudge_id, mailbox_id in due:
            self._begin(mailbox_id, self._delivery.advance, nudge_id)
        for mailbox_id in worried:
            self._begin(mailbox_id, self._attention.tell, mailbox_id)
        self._housekeeping.keep(now)

    def _begin(self, mailbox_id: uuid.UUID, work: Callable[[uuid.UUID, Lifeline], None], about: uuid.UUID) -> None:
        if mailbox_id not in self._under_way:
            lifeline = Lifeline()
            self._under_way[mailbox_id] = _UnderWay(self._pool.submit(self._work, work, about, lifeline), lifeline)

    def _work(self, work: Callable[[uuid.UUID, Lifeline], None], about: uuid.UUID, lifeline: Lifeline) -> None:
        try:
            work(about, lifeline)
        except DatabaseUnavailable:
            return  # no fault of the row; a later round finds it again
        except Exception:  # one bad row never stops the others
            log.exception("delivery failed", about=str(about))
            self._delivery.postpone(about)

    def _cut_off(self, unwanted: frozenset[uuid.UUID]) -> None:
        """Off means off, also where a server keeps a delivery hanging."""
        now = time.monotonic()
        for mailbox_id, one in self._under_way.items():
            if mailbox_id not in unwanted:
                one.unwanted_since = None
            elif one.unwanted_since is None:
                one.unwanted_since = now
            elif now - one.unwanted_since > self._times.parting:
                one.lifeline.cut()
