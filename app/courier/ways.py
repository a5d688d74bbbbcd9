"""The two ways into the rep's own INBOX: IMAP APPEND, or SMTP from the rep's address to the same address."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from app.connect import open_submission_account
from app.mail.imap import MailSession
from app.mail.imap_values import Appended, ConnectPolicy
from app.mail.lifeline import Lifeline
from app.mail.smtp import Submission
from app.store.mailboxes import Account

INBOX: Final = "INBOX"


class Way(Protocol):
    """Raises `DeliveryRefused` where nothing was delivered; after any other `MailError` that is in doubt."""

    @property
    def by_smtp(self) -> bool: ...
    def put(self, raw: bytes, when: datetime) -> Appended: ...


@dataclass(frozen=True, slots=True)
class Appending:
    session: MailSession
    by_smtp: bool = False

    def put(self, raw: bytes, when: datetime) -> Appended:
        return self.session.append(INBOX, raw, when)


@dataclass(frozen=True, slots=True)
class Submitting:
    submission: Submission
    address: str
    by_smtp: bool = True

    def put(self, raw: bytes, when: datetime) -> Appended:  # noqa: ARG002 - the letter has its date
        self.submission.send_to_self(self.address, raw)
        return Appended(None, None)


@contextmanager
def submitting(submission: Account, policy: ConnectPolicy, lifeline: Lifeline | None = None) -> Iterator[Way]:
    """Logs in at once, so that what comes after the intent is short; raises `MailError`."""
    with open_submission_account(submission, policy, lifeline) as opened:
        yield Submitting(opened, submission.address)


@contextmanager
def way_into_inbox(
    session: MailSession, submission: Account | None, policy: ConnectPolicy, lifeline: Lifeline | None = None
) -> Iterator[Way]:
    """The way that the rep chose; `session` is logged in to the mailbox."""
    if submission is None:
        yield Appending(session)
        return
    with submitting(submission, policy, lifeline) as way:
        yield way
