"""What a worker does with a watched mailbox: connect it, or one turn of work on it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from app.connect import open_account
from app.intake import Intake, Stopped
from app.mail.errors import FolderMissing, ProtocolBroken
from app.mail.imap import MailSession
from app.mail.imap_values import ConnectPolicy
from app.store import mailboxes
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import Account
from app.store.schema import Mailbox
from app.watch.catch_up import Opened, open_sent, take_batch
from app.watch.watched import Watched


class Turn(Enum):
    """How a turn of work ended."""

    CONNECTED = auto()
    IDLING = auto()  # in IDLE: the selector waits for news
    POLLING = auto()  # the server has no IDLE: looked at again after the poll interval
    NEWS = auto()  # more was announced meanwhile
    MORE = auto()  # a batch was taken in and there is more


@dataclass(frozen=True, slots=True)
class Worker:
    """What a turn of work needs; shared by all workers. Its turns raise `MailError`, `Stopped` and `StoreError`."""

    database: Database
    keys: Keys
    intake: Intake
    policy: ConnectPolicy
    clock: Callable[[], datetime]

    def connect(self, watched: Watched) -> Turn:
        watched.session = open_account(self._account(watched.id), self.policy, watched.lifeline)
        return Turn.CONNECTED

    def _account(self, mailbox_id: uuid.UUID) -> Account:
        with self.database.reading() as session:
            mailbox = session.get(Mailbox, mailbox_id)
            if mailbox is None:
                raise Stopped
            return mailboxes.account_of(session, self.keys, mailbox)

    def work(self, watched: Watched) -> Turn:
        """Look what is new, take one batch in, and go back to waiting. Nothing new costs no look into the database."""
        session = watched.session
        if session is None:
            raise Stopped
        is_news = self._listen(watched, session)
        if watched.opened is None or (watched.reopen and not _is_unchanged(watched, watched.opened, session)):
            watched.opened = open_sent(self.database, session, watched.id, self.clock())
            watched.cursor = _resting_at(watched.opened, session)
        watched.reopen = False
        if is_news or watched.cursor is None or watched.opened.has_second:
            watched.cursor = None
            if take_batch(self.database, self.intake, session, watched.id, watched.opened, self.clock()):
                return Turn.MORE
            watched.cursor, watched.in_history = self._cursor(watched.id), False
        return self._wait(watched, session)

    def _listen(self, watched: Watched, session: MailSession) -> bool:
        """Leave IDLE; True when messages were announced."""
        if not watched.idling:
            return False
        watched.idling = False
        return session.finish_idle()

    def _cursor(self, mailbox_id: uuid.UUID) -> int:
        with self.database.reading() as session:
            mailbox = session.get(Mailbox, mailbox_id)
            if mailbox is None:
                raise Stopped
            return mailbox.last_uid

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
        return Turn.NEWS if session.has_buffered_input() else Turn.IDLING


def _resting_at(opened: Opened, session: MailSession) -> int | None:
    """The cursor where all was done before and nothing has come since, as it is with most mailboxes at a restart."""
    if opened.read_to is None or session.uids_after(opened.read_to):
        return None
    return opened.read_to


def _is_unchanged(watched: Watched, opened: Opened, session: MailSession) -> bool:
    """Whether the folder, opened and searched anew, is the same and holds nothing behind the cursor."""
    if watched.cursor is None:
        return False
    try:
        state = session.examine(opened.folder)
    except FolderMissing:
        return False
    return state.uidvalidity == opened.uidvalidity and not session.uids_after(watched.cursor)
