"""What the loop has to write down: each note is one change of rows, made later and together with others."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from app.store import mailboxes, watch_roster
from app.store.states import MailboxState
from app.watch.times import Retry
from app.watch.watched import Stage, Watched


class Note(Protocol):
    """May come late: it must not undo what was written meanwhile."""

    def write(self, session: Session) -> None: ...


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a mailbox is not watched, and when it is tried again."""

    watched: Watched
    attempt: int
    reason: str
    retry: Retry
    failures: int
    at: datetime

    def write(self, session: Session) -> None:
        mailbox = mailboxes.lock(session, self.watched.id)
        if mailbox is None or mailbox.generation != self.watched.generation or mailbox.state == MailboxState.PAUSED:
            return
        if self.watched.attempts != self.attempt:
            return
        seconds = self.retry.seconds
        mailbox.failures = self.failures
        mailbox.next_attempt_at = None if seconds is None else self.at + timedelta(seconds=seconds)
        state = MailboxState.ATTENTION if self.retry.attention else MailboxState.WAITING
        mailboxes.enter(mailbox, state, self.at, self.reason)


@dataclass(frozen=True, slots=True)
class Survived:
    """The connection lived long enough: the next failure starts from the shortest wait again."""

    watched: Watched

    def write(self, session: Session) -> None:
        mailbox = mailboxes.lock(session, self.watched.id)
        if mailbox is not None and self.watched.failures == 0:
            mailbox.failures, mailbox.next_attempt_at = 0, None


@dataclass(frozen=True, slots=True)
class Contacted:
    """Signs of life that brought no news."""

    contacts: Mapping[uuid.UUID, datetime]

    def write(self, session: Session) -> None:
        watch_roster.note_contacts(session, self.contacts)


@dataclass(frozen=True, slots=True)
class Queued:
    """These still wait to be connected, for the same reason."""

    mailboxes: Sequence[Watched]
    reason: str
    at: datetime

    def write(self, session: Session) -> None:
        waiting = [one.id for one in self.mailboxes if one.stage is Stage.QUEUED and not one.gone]
        watch_roster.note_queued(session, waiting, self.reason, self.at)
