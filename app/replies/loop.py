"""The loop that looks for answers: one mailbox after the other, at a slow pace of its own."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from app.mail.errors import MailError
from app.mail.imap_values import ConnectPolicy
from app.mail.lifeline import Lifeline
from app.replies.looking import Looking, Stopped
from app.replies.times import ReplyTimes
from app.store import mailboxes, reply_looks
from app.store.engine import Database
from app.store.errors import DatabaseUnavailable
from app.store.keys import Keys

log = structlog.get_logger()

_FAREWELL: Final = 2.0  # seconds


@dataclass(slots=True)
class _UnderWay:
    mailbox_id: uuid.UUID
    lifeline: Lifeline
    thread: threading.Thread
    begun: float
    unwanted_since: float | None = None


class Replies:
    """Runs from `start` to `stop`, with one connection at a time at most."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        policy: ConnectPolicy,
        clock: Callable[[], datetime],
        times: ReplyTimes | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._times = times or ReplyTimes()
        self._looking = Looking(database, keys, policy, clock, self._times)
        self._stopping = threading.Event()
        self._under_way: _UnderWay | None = None
        self._thread = threading.Thread(target=self._run, name="replies")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Cut off the look under way; what was not committed is read anew later."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(_FAREWELL)
        if self._under_way is not None:
            self._under_way.lifeline.cut()
            self._under_way.thread.join(_FAREWELL)

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
                log.exception("round of replies failed")

    def _round(self, now: datetime) -> None:
        under_way = self._under_way
        if under_way is not None and under_way.thread.is_alive():
            self._watch_over(under_way)
            return
        with self._database.reading() as session:
            mailbox_id = reply_looks.next_due(session, now, now - self._times.settled)
        if mailbox_id is not None:
            self._begin(mailbox_id)

    def _begin(self, mailbox_id: uuid.UUID) -> None:
        lifeline = Lifeline()
        thread = threading.Thread(target=self._look, args=(mailbox_id, lifeline), name="replies-look", daemon=True)
        self._under_way = _UnderWay(mailbox_id, lifeline, thread, time.monotonic())
        thread.start()

    def _look(self, mailbox_id: uuid.UUID, lifeline: Lifeline) -> None:
        """However it ends, the look has put off the next one."""
        try:
            self._looking.look(mailbox_id, lifeline)
        except (DatabaseUnavailable, Stopped):
            return
        except MailError as error:
            log.info("looking for answers failed", mailbox=str(mailbox_id), reason=error.code)
        except Exception:  # one bad mailbox never stops the others
            log.exception("looking for answers failed", mailbox=str(mailbox_id))

    def _watch_over(self, one: _UnderWay) -> None:
        """Off means off, also where a server keeps a look hanging; and no look lasts for ever."""
        with self._database.reading() as session:
            is_unwanted = bool(mailboxes.switched_off(session, [one.mailbox_id]))
        now = time.monotonic()
        if not is_unwanted:
            one.unwanted_since = None
        elif one.unwanted_since is None:
            one.unwanted_since = now
        is_over = one.unwanted_since is not None and now - one.unwanted_since > self._times.parting
        if is_over or now - one.begun > self._times.longest:
            one.lifeline.cut()
