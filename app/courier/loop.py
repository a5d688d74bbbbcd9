"""The courier's loop: looks for nudges with something to do and advances each on a small pool."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

import structlog

from app.courier.delivery import Delivery
from app.courier.times import CourierTimes
from app.store import nudges
from app.store.engine import Database
from app.store.retention import erase_before

log = structlog.get_logger()

THREADS: Final = 4
_RETENTION_EVERY: Final = timedelta(hours=1)


class Courier:
    """Runs from `start` to `stop`; a mailbox has at most one delivery under way."""

    def __init__(
        self, database: Database, delivery: Delivery, clock: Callable[[], datetime], times: CourierTimes
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._times = times
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="courier")
        self._under_way: dict[uuid.UUID, Future[None]] = {}
        self._erased_at: datetime | None = None
        self._thread = threading.Thread(target=self._run, name="courier")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let deliveries under way end."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._pool.shutdown(wait=True)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.wait(self._times.round):
            try:
                self._round(self._clock())
            except Exception:  # the loop outlives whatever one round meets
                log.exception("courier round failed")

    def _round(self, now: datetime) -> None:
        with self._database.reading() as session:
            due = [(row.id, row.mailbox_id) for row in nudges.due(session, now, now - self._times.grace)]
        self._under_way = {key: future for key, future in self._under_way.items() if not future.done()}
        for nudge_id, mailbox_id in due:
            if mailbox_id not in self._under_way:
                self._under_way[mailbox_id] = self._pool.submit(self._advance, nudge_id)
        self._erase_expired(now)

    def _advance(self, nudge_id: uuid.UUID) -> None:
        try:
            self._delivery.advance(nudge_id)
        except Exception:  # one bad row never stops the others
            log.exception("nudge failed", nudge=str(nudge_id))
            self._delivery.postpone(nudge_id)

    def _erase_expired(self, now: datetime) -> None:
        if self._erased_at is not None and now - self._erased_at < _RETENTION_EVERY:
            return
        self._erased_at = now
        with self._database.writing() as session:
            erased = erase_before(session, now - self._times.retention)
        if erased:
            log.info("retention ended", sends=erased)
