"""One look through a mailbox for answers: what arrived since the last one, headers only, in small steps."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from app.connect import open_account
from app.intake.exclusions import Exclusions, exclusion_lines
from app.mail.errors import FolderMissing
from app.mail.imap import MailSession
from app.mail.imap_values import ConnectPolicy, Folder
from app.mail.incoming import Incoming
from app.mail.lifeline import Lifeline
from app.replies.matching import Matcher
from app.replies.openings import look_into_some
from app.replies.times import ReplyTimes
from app.store import mailboxes, replies, reply_looks
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import Account
from app.store.schema import Mailbox
from app.store.states import MailboxState

log = structlog.get_logger()

INBOX: Final = "INBOX"
_ARCHIVES: Final = ("\\archive", "\\all")  # RFC 6154 section 2


class Stopped(Exception):
    """The mailbox was paused, removed or lost meanwhile; nothing more is read or stored."""


@dataclass(frozen=True, slots=True)
class _Task:
    mailbox_id: uuid.UUID
    account: Account
    matcher: Matcher
    oldest: datetime | None


@dataclass(slots=True)
class _Left:
    """How many headers this look may still fetch."""

    mails: int


@dataclass(frozen=True, slots=True)
class Looking:
    """May be repeated at any time: what was found stays found, and each folder goes on where it was left."""

    database: Database
    keys: Keys
    policy: ConnectPolicy
    clock: Callable[[], datetime]
    times: ReplyTimes

    def look(self, mailbox_id: uuid.UUID, lifeline: Lifeline) -> None:
        """Raises `MailError` and `Stopped`."""
        now = self.clock()
        # However the look ends, even with the process, it is not repeated at once.
        self._put_off(mailbox_id, now + self.times.again)
        task = self._task(mailbox_id)
        while look_into_some(self.database, task.matcher.vault, mailbox_id):
            self._expect_wanted(mailbox_id)
            time.sleep(self.times.breath)
        done = task.oldest is None or self._read_folders(task, task.oldest, lifeline)
        following = now + (self.times.every if done else self.times.soon)
        self._put_off(mailbox_id, following, now)

    def _put_off(self, mailbox_id: uuid.UUID, until: datetime, looked_at: datetime | None = None) -> None:
        with self.database.writing() as session:
            if mailboxes.lock(session, mailbox_id) is not None:
                reply_looks.put_off(session, mailbox_id, until, looked_at)

    def _task(self, mailbox_id: uuid.UUID) -> _Task:
        with self.database.reading() as session:
            mailbox = session.get(Mailbox, mailbox_id)
            if mailbox is None or mailbox.state != MailboxState.WATCHED:
                raise Stopped
            vault = self.keys.of_rep(session, mailbox.rep_id)
            own = mailboxes.of_rep(session, mailbox.rep_id)
            addresses = frozenset(mailboxes.address_of(session, self.keys, one).lower() for one in own)
            exclusions = Exclusions.parse(exclusion_lines(vault, mailbox))
            return _Task(
                mailbox_id,
                mailboxes.account_of(session, self.keys, mailbox),
                Matcher(vault, mailbox_id, addresses, exclusions),
                replies.oldest(session, mailbox_id),
            )

    def _read_folders(self, task: _Task, oldest: datetime, lifeline: Lifeline) -> bool:
        """True when no folder holds more than this look may fetch."""
        left = _Left(self.times.most)
        with open_account(task.account, self.policy, lifeline) as imap:
            for folder in folders_to_read(imap.list_folders()):
                self._read_folder(imap, folder, task, oldest, left)
        return left.mails > 0

    def _read_folder(self, imap: MailSession, folder: str, task: _Task, oldest: datetime, left: _Left) -> None:
        try:
            uidvalidity = imap.examine(folder).uidvalidity
        except FolderMissing:
            return
        with self.database.reading() as session:
            last_uid = reply_looks.cursor(session, task.mailbox_id, folder, uidvalidity)
        # From the beginning again after a new UIDVALIDITY: an answer that is noted twice is noted once.
        uids = imap.uids_after(last_uid) if last_uid is not None else imap.uids_since(oldest.date())
        for some in _batches(uids[: left.mails], self.times.batch):
            self._store(task, folder, uidvalidity, some[-1], imap.fetch_incoming(some))
            left.mails -= len(some)
            time.sleep(self.times.breath)

    def _store(self, task: _Task, folder: str, uidvalidity: int, through: int, mails: list[Incoming]) -> None:
        """The answers of a batch and the cursor, in one transaction."""
        with self.database.writing(large=True) as session:
            self._expect_watched(mailboxes.lock(session, task.mailbox_id))
            found = [replies.note_answer(session, a.send_id, a.seconds) for a in task.matcher.answers(session, mails)]
            reply_looks.move_cursor(session, task.mailbox_id, folder, uidvalidity, through)
        log.info("looked for answers", mailbox=str(task.mailbox_id), fetched=len(mails), count=sum(found))

    def _expect_wanted(self, mailbox_id: uuid.UUID) -> None:
        with self.database.reading() as session:
            self._expect_watched(session.get(Mailbox, mailbox_id))

    @staticmethod
    def _expect_watched(mailbox: Mailbox | None) -> None:
        if mailbox is None or mailbox.state != MailboxState.WATCHED or mailbox.removing_since is not None:
            raise Stopped


def folders_to_read(listed: Sequence[Folder]) -> list[str]:
    """The inbox, and the first folder that mails are archived in, where the server tells which that is."""
    flagged = {flag.lower(): folder.name for folder in reversed(listed) for flag in folder.flags}
    return [INBOX, *[flagged[flag] for flag in _ARCHIVES if flag in flagged][:1]]


def _batches(uids: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]
