"""The selector loop: waits on all connections and decides whose turn it is. The work is done by other threads."""

import queue
import selectors
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import structlog

from app.intake import Intake, Stopped
from app.mail.errors import MailboxUnreachable, MailError
from app.mail.lifeline import Lifeline
from app.store.errors import DatabaseUnavailable, StoreError
from app.store.states import MailboxState
from app.store.watch_roster import RosterEntry
from app.watch.allocator import give_memory_back
from app.watch.connection import Turn
from app.watch.lanes import Lanes
from app.watch.logins import LoginPace, Logins
from app.watch.notes import Contacted, Failed, Note, Queued, Survived
from app.watch.pool import Outcome
from app.watch.progress import progress_of
from app.watch.schedule import Schedule
from app.watch.times import NEEDS_REP, WatchTimes, reconcile_in, renewal_in, retry_after, spread
from app.watch.watched import Stage, Watched

log = structlog.get_logger()

_SAY_PROGRESS: Final = 10.0
_BUSY: Final = frozenset({Stage.WORKING, Stage.CONNECTING})


class Loop:
    """Lives in one thread. The others speak to it by `take_back`, `follow_roster` and `stop`."""

    def __init__(
        self, intake: Intake, clock: Callable[[], datetime], times: WatchTimes, pace: LoginPace, workers: int
    ) -> None:
        self._intake = intake
        self._metrics = intake.metrics
        self._clock = clock
        self._times = times
        self._lanes = Lanes(workers)
        self._logins = Logins(pace, times)
        self._schedule = Schedule()
        self._watched: dict[uuid.UUID, Watched] = {}
        self._contacts: dict[uuid.UUID, datetime] = {}
        self._returned: queue.SimpleQueue[tuple[Watched, Outcome]] = queue.SimpleQueue()
        self._rosters: queue.SimpleQueue[Sequence[RosterEntry]] = queue.SimpleQueue()
        self._selector = selectors.DefaultSelector()
        self._bell, self._ringer = socket.socketpair()
        self._stopping = threading.Event()
        self._connections = self._room = 0
        self._signing_in = False  # and that was said
        self._tick_due = self._contacts_due = self._said_at = 0.0

    def prepare(
        self,
        to_worker: Callable[[Watched], None],
        to_connector: Callable[[Watched], None],
        note: Callable[[Note], None],
        room: int,
    ) -> None:
        """Before `run`: where to hand mailboxes and notes, and how many connections there may be."""
        self._to_worker, self._to_connector, self._note, self._room = to_worker, to_connector, note, room
        self._bell.setblocking(False)
        self._ringer.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._round()
            except Exception:  # the loop outlives whatever one round meets
                log.exception("watch round failed")
                self._stopping.wait(1.0)

    def stop(self) -> None:
        """End `run` after its round."""
        self._stopping.set()
        self._ring()

    def close(self) -> None:
        """After `run`: close every connection that no other thread holds."""
        while not self._returned.empty():
            self._returned.get()[0].close()
        for watched in self._watched.values():
            if watched.stage not in _BUSY:
                watched.close()
        self._selector.close()
        self._bell.close()
        self._ringer.close()

    def take_back(self, watched: Watched, outcome: Outcome) -> None:
        """From a worker or connector: what came of it."""
        self._returned.put((watched, outcome))
        self._ring()

    def follow_roster(self, entries: Sequence[RosterEntry]) -> None:
        """Begin with new mailboxes, drop those that were paused or removed, start over with changed ones."""
        self._rosters.put(entries)
        self._ring()

    def mailboxes(self) -> list[Watched]:
        """Also for other threads, to look at."""
        return list(self._watched.values())

    def _ring(self) -> None:
        with suppress(OSError):  # full: it rings already; closed: nobody listens any more
            self._ringer.send(b"!")

    def _round(self) -> None:
        for key, _ in self._selector.select(self._wait_seconds()):
            if key.fileobj is self._bell:
                self._bell.recv(4096)
            else:
                self._hear(key.data)
        now = time.monotonic()
        while not self._returned.empty():
            self._go_on(*self._returned.get(), now)
        while not self._rosters.empty():
            self._compare(self._rosters.get(), now)
        for watched in self._schedule.due(now):
            self._begin_due(watched, now)
        if now >= self._tick_due:
            self._tick(now)
        self._hand_out(now)

    def _wait_seconds(self) -> float | None:
        """As long as nothing is due; the bell wakes it."""
        due = [self._schedule.next_at()]
        if self._connections < self._room:
            due.append(self._logins.next_at())
        if self._contacts or self._logins.waiting:
            due.append(self._tick_due)
        soonest = min((at for at in due if at is not None), default=None)
        return None if soonest is None else max(0.0, soonest - time.monotonic())

    def _hear(self, watched: Watched) -> None:
        """The connection became readable in IDLE. A mere sign of life needs no worker."""
        session = watched.session
        if session is None:
            return
        try:
            is_news = session.take_idle_input()
        except MailError as error:
            self._give_up(watched, error)
            return
        if is_news:
            self._put_in_lane(watched)
        else:
            self._note_alive(watched, time.monotonic())

    def _note_alive(self, watched: Watched, now: float) -> None:
        """The connection is in order, and IDLE need not be renewed to find that out."""
        self._contacts[watched.id] = self._clock()
        self._schedule.put(watched, min(now + renewal_in(self._times, watched.host), watched.reconcile_at))

    def _begin_due(self, watched: Watched, now: float) -> None:
        """A retry, a renewal or a poll."""
        if watched.stage is Stage.RESTING:
            self._queue(watched, now)
        elif watched.stage is Stage.WAITING:
            watched.reopen = not watched.idling or now >= watched.reconcile_at
            self._put_in_lane(watched)

    def _queue(self, watched: Watched, now: float) -> None:
        watched.stage, watched.queued_at = Stage.QUEUED, now
        self._logins.add(watched)

    def _put_in_lane(self, watched: Watched, history: bool = False) -> None:
        self._unregister(watched)
        watched.stage, watched.due_at = Stage.READY, None
        self._lanes.add(watched, history)

    def _unregister(self, watched: Watched) -> None:
        if watched.registered and watched.session is not None:
            self._selector.unregister(watched.session)
        watched.registered = False

    def _hand_out(self, now: float) -> None:
        while (watched := self._lanes.next()) is not None:
            if watched.gone:
                self._lanes.done(watched, Stopped())
                continue
            watched.stage = Stage.WORKING
            self._to_worker(watched)
        while self._connections < self._room and (watched := self._logins.next(now)) is not None:
            watched.stage, watched.queued_for = Stage.CONNECTING, None
            watched.attempts += 1
            watched.lifeline = Lifeline()
            self._connections += 1
            self._to_connector(watched)

    def _go_on(self, watched: Watched, outcome: Outcome, now: float) -> None:
        """What follows from how a turn ended."""
        error = outcome if isinstance(outcome, Exception) else None
        if watched.stage is Stage.CONNECTING:
            # One that we cut ourselves tells nothing of its host.
            self._logins.done(watched, None if watched.gone else error, now)
        else:
            self._lanes.done(watched, error)
        if watched.gone:
            self._close(watched)
        elif isinstance(error, DatabaseUnavailable):
            self._wait_for_database(watched, now)
        elif error is not None:
            self._give_up(watched, error)
        elif outcome is Turn.CONNECTED:
            self._metrics.connected()
            watched.connected_at, watched.reconcile_at = now, now + reconcile_in(self._times)
            self._put_in_lane(watched, watched.in_history)
        elif outcome in {Turn.MORE, Turn.NEWS}:
            self._put_in_lane(watched, outcome is Turn.MORE)
        else:
            self._let_wait(watched, now)

    def _let_wait(self, watched: Watched, now: float) -> None:
        watched.stage = Stage.WAITING
        if now >= watched.reconcile_at:
            watched.reconcile_at = now + reconcile_in(self._times)
        if watched.idling and watched.session is not None:
            self._selector.register(watched.session, selectors.EVENT_READ, watched)
            watched.registered = True
            self._note_alive(watched, now)
        else:
            self._contacts[watched.id] = self._clock()
            self._schedule.put(watched, now + spread(self._times.poll))
        if watched.failures and now - watched.connected_at >= self._times.survived:
            watched.failures = 0
            self._note(Survived(watched))

    def _wait_for_database(self, watched: Watched, now: float) -> None:
        """No fault of the mailbox. Its connection is kept: new logins would help nobody while nothing can be stored."""
        if watched.session is None:
            self._close(watched)
            watched.stage = Stage.RESTING
        else:
            watched.stage, watched.cursor = Stage.WAITING, None
        self._schedule.put(watched, now + spread(self._times.database_retry))

    def _give_up(self, watched: Watched, error: Exception) -> None:
        """Close, write down why, and rest until the next attempt, if there is one."""
        self._close(watched)
        watched.stage = Stage.RESTING
        now = time.monotonic()
        if isinstance(error, Stopped):
            # Changed by the rep: the roster is about to tell. Or by the server: it is opened anew.
            self._intake.forget(watched.id)
            self._schedule.put(watched, now + 2 * self._times.roster)
            return
        if not isinstance(error, (MailError, StoreError)):
            log.error("watching failed", mailbox=str(watched.id), error=type(error).__name__, exc_info=error)
        reason = error if isinstance(error, MailError) else MailboxUnreachable("internal_error")
        needs_rep = isinstance(reason, NEEDS_REP)
        watched.failures = watched.failures + 1 if needs_rep == watched.needs_rep else 1
        watched.needs_rep = needs_rep
        retry = retry_after(reason, watched.failures, self._times)
        log.info("mailbox lost", mailbox=str(watched.id), reason=reason.code)
        self._metrics.lost(reason.code)
        self._note(Failed(watched, watched.attempts, reason.code, retry, watched.failures, self._clock()))
        if retry.seconds is not None:
            self._schedule.put(watched, now + retry.seconds)

    def _close(self, watched: Watched) -> None:
        self._unregister(watched)
        watched.close()
        self._connections -= 1

    def _compare(self, entries: Sequence[RosterEntry], now: float) -> None:
        by_id = {entry.id: entry for entry in entries}
        for watched in self.mailboxes():
            entry = by_id.get(watched.id)
            if entry is None or entry.generation != watched.generation:
                self._drop(watched)
        moment = self._clock()
        for entry in entries:
            if entry.id not in self._watched:
                self._watched[entry.id] = watched = _watched_from(entry)
                wait = (entry.next_attempt_at - moment).total_seconds() if entry.next_attempt_at else 0.0
                # A clock that was set back must not put off an attempt for days.
                self._schedule.put(watched, now + min(max(0.0, wait), self._times.attention_retry))
        if len(self._watched) > self._room:
            log.warning("too few file descriptors: raise the limit", limit=self._room, wanted=len(self._watched))

    def _drop(self, watched: Watched) -> None:
        """Another thread that has it is interrupted, and hands it back."""
        del self._watched[watched.id]
        self._intake.forget(watched.id)
        watched.gone, watched.due_at = True, None
        if watched.stage in _BUSY:
            watched.lifeline.cut()
        elif watched.stage in {Stage.READY, Stage.WAITING}:
            self._close(watched)

    def _tick(self, now: float) -> None:
        """Now and then: what others may want to see."""
        self._tick_due = now + self._times.roster
        if self._contacts and now >= self._contacts_due:
            self._note(Contacted(self._contacts))
            self._contacts, self._contacts_due = {}, now + self._times.contacts
            give_memory_back()
        if self._logins.waiting:
            self._show_queue(now)
        elif self._signing_in:
            self._signing_in = False
            self._say_progress("signed in to mailboxes")
            give_memory_back()

    def _show_queue(self, now: float) -> None:
        """A mailbox that waits for its turn says so, and why, once it has waited for some seconds."""
        shown: dict[str, list[Watched]] = {}
        for watched in self._watched.values():
            if watched.stage is Stage.QUEUED and now - watched.queued_at >= self._times.queue_shown:
                reason = self._logins.reason(watched)
                if watched.queued_for != reason:
                    watched.queued_for = reason
                    shown.setdefault(reason, []).append(watched)
        for reason, mailboxes in shown.items():
            self._note(Queued(mailboxes, reason, self._clock()))
        if now - self._said_at >= _SAY_PROGRESS:
            self._said_at, self._signing_in = now, True
            self._say_progress("signing in to mailboxes")

    def _say_progress(self, words: str) -> None:
        progress = progress_of(self._watched.values())
        log.info(words, wanted=progress.wanted, watched=progress.watched, waiting=progress.waiting)


def _watched_from(entry: RosterEntry) -> Watched:
    needs_rep = entry.state == MailboxState.ATTENTION
    host = sys.intern(f"{entry.host}:{entry.port}")
    return Watched(entry.id, entry.generation, host, entry.history_ended_at is None, entry.failures, needs_rep)
