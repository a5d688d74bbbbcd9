"""The loop's way to the database: writes its notes and reads the roster, in a thread that may wait for a lock."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from app.store.engine import Database
from app.store.errors import DatabaseUnavailable
from app.store.watch_roster import Mark, RosterEntry, roster, roster_mark
from app.watch.notes import Note
from app.watch.times import WatchTimes

log = structlog.get_logger()

_PAUSE_AFTER_ERROR: Final = 1.0


class Ledger:
    """`deliver` gets the roster whenever a rep changed a mailbox, and in full from time to time."""

    def __init__(self, database: Database, times: WatchTimes, deliver: Callable[[Sequence[RosterEntry]], None]) -> None:
        self._database = database
        self._times = times
        self._deliver = deliver
        self._incoming: queue.SimpleQueue[Note | None] = queue.SimpleQueue()
        self._pending: list[Note] = []
        self._stopping = threading.Event()
        self._mark: Mark | None = None
        self._mark_due = self._full_due = 0.0
        self._thread = threading.Thread(target=self._run, name="watch-ledger", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, until: float) -> None:
        """Write what is pending, and end; waits up to a moment (monotonic seconds)."""
        self._stopping.set()
        self._incoming.put(None)
        if self._thread.ident is not None:
            self._thread.join(max(0.0, until - time.monotonic()))

    def note(self, note: Note) -> None:
        """Written soon, in order; while the database is out of reach it is kept."""
        self._incoming.put(note)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._round()
            except DatabaseUnavailable:  # which says so itself
                self._stopping.wait(_PAUSE_AFTER_ERROR)
            except Exception:  # the loop outlives whatever one round meets
                log.exception("watch ledger failed")
                self._stopping.wait(_PAUSE_AFTER_ERROR)

    def _round(self) -> None:
        self._collect(max(0.0, self._mark_due - time.monotonic()))
        if self._pending:
            self._write_pending()
        if time.monotonic() >= self._mark_due:
            self._look()
            self._mark_due = time.monotonic() + self._times.roster

    def _write_pending(self) -> None:
        """All at once; where that fails of a note, each by itself, and one that cannot be written is let go."""
        try:
            self._write(self._pending)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - which note it is shows when each is written by itself
            log.warning("notes written singly", count=len(self._pending), error=type(error).__name__)
            self._write_singly()
        self._pending.clear()

    def _write_singly(self) -> None:
        while self._pending:
            try:
                self._write(self._pending[:1])
            except DatabaseUnavailable:
                raise
            except Exception:  # one bad row never stops the others
                log.exception("note let go")
            del self._pending[0]

    def _write(self, notes: Sequence[Note]) -> None:
        with self._database.writing() as session:
            for note in notes:
                note.write(session)

    def _collect(self, patience: float) -> None:
        """Wait for a note, and take those that came with it."""
        try:
            note = self._incoming.get(timeout=patience)
            while True:
                if note is not None:
                    self._pending.append(note)
                note = self._incoming.get_nowait()
        except queue.Empty:
            return

    def _look(self) -> None:
        """Most times only the mark: reading thousands of rows takes longer than counting them."""
        now = time.monotonic()
        with self._database.reading() as session:
            mark = roster_mark(session)
            if mark == self._mark and now < self._full_due:
                return
            entries = roster(session)
        self._deliver(entries)
        self._mark, self._full_due = mark, now + self._times.full_roster
