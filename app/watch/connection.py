"""One watched mailbox: its connection, whose turn it is to use it, and one turn of work on it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from app.connect import open_account
from app.intake import Intake
from app.mail.errors import ProtocolBroken
from app.mail.imap import MailSession
from app.mail.imap_values import ConnectPolicy
from app.store import mailboxes
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import Account
from app.store.schema import Mailbox
from app.watch.catch_up import Opened, open_sent, take_batch


class Turn(Enum):
    """How a turn of work ended."""

    IDLING = auto()  # in IDLE: the selector waits for news
    POLLING = auto()  # the server has no IDLE: looked at again after the poll interval
    MORE = auto()  # a batch was taken in and there is more


@dataclass(slots=True, eq=False)
class Watched:
    """Owned by the loop while it waits and by one worker while it works, never by both."""

    id: uuid.UUID
    generation: int
    session: MailSession | None = None
    opened: Opened | None = None
    idling: bool = False
    registered: bool = False  # the loop's selector waits on it
    reopen: bool = False  # a renewal: EXAMINE again, which shows a renamed or renumbered folder
    can_idle: bool = True
    connected_at: float = 0.0
    survival_noted: bool = False
    due_at: float = field(default=0.0)  # monotonic seconds: the next renewal, poll or attempt

    def close(self) -> None:
        if self.session is not None:
            self.session.close()
        self.session, self.opened, self.idling = None, None, False


@dataclass(frozen=True, slots=True)
class Worker:
    """What a turn of work needs; shared by all workers."""

    database: Database
    keys: Keys
    intake: Intake
    policy: ConnectPolicy
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]

    def work(self, watched: Watched) -> Turn:
        """Take one batch in and go back to waiting; raises `MailError`, `Stopped` and `StoreError`."""
        session = self._ready(watched)
        if watched.opened is None or watched.reopen:
            watched.opened = open_sent(self.database, session, watched.id, self.clock())
            watched.reopen = False
        if take_batch(self.database, self.intake, session, watched.id, watched.opened, self.clock()):
            return Turn.MORE
        return self._wait(watched, session)

    def _ready(self, watched: Watched) -> MailSession:
        """A connection that takes commands."""
        if watched.session is None:
            watched.session = open_account(self._account(watched.id), self.policy)
            watched.connected_at, watched.survival_noted = self.monotonic(), False
        elif watched.idling:
            watched.idling = False
            watched.session.finish_idle()
        return watched.session

    def _account(self, mailbox_id: uuid.UUID) -> Account:
        with self.database.reading() as session:
            return mailboxes.account_of(session, self.keys, session.get_one(Mailbox, mailbox_id))

    def _wait(self, watched: Watched, session: MailSession) -> Turn:
        """Enter IDLE. What was announced with or before the "+" would not wake the selector, so it is looked at now."""
        if not watched.can_idle:
            return Turn.POLLING
        try:
            session.start_idle()
        except ProtocolBroken as error:
            if error.code != "idle_refused":
                raise
            watched.can_idle = False
            return Turn.POLLING
        watched.idling = True
        return Turn.MORE if session.has_buffered_input() else Turn.IDLING
