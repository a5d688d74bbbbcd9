"""Tells a rep by mail that the mailbox needs attention: once for each time that it does, where a mail still gets in.

The mail is recorded before it is handed over, and never sent again after that: better told by the page alone than
twice.
"""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from app.connect import open_account
from app.courier.delivery import Delivery
from app.courier.ways import Appending, Way, submitting
from app.mail.errors import DeliveryRefused, MailError
from app.mail.letter import Letter, compose
from app.mail.lifeline import Lifeline
from app.mail.providers import find_provider
from app.store import mailboxes
from app.store.mailboxes import Account, account_of
from app.store.schema import Mailbox
from app.store.submissions import submission_of
from app.texts import language_of, translator
from app.texts.mail_templates import render_mail
from app.texts.problems import describe_problem

log = structlog.get_logger()

# A mailbox that is well now and ill again in an hour is told of once a day.
RARELY: Final = timedelta(days=1)
AFTER_A_FAILURE: Final = timedelta(hours=1)

# With these, INBOX can still be reached by the login that is known.
_INBOX_WORKS: Final = frozenset({"folder_missing", "choose_sent_folder", "no_sent_folder", "renumbered_too_often"})
# Trying the same password elsewhere would only lock the account.
_LOGIN_FAILS: Final = frozenset(
    {"login_refused", "app_password_needed", "web_login_needed", "password_expired", "no_password_login"}
)


@dataclass(frozen=True, slots=True)
class _Trouble:
    mailbox_id: uuid.UUID
    account: Account
    submission: Account | None
    language: str
    reason: str


@dataclass(frozen=True, slots=True)
class AttentionDesk:
    """Uses the parts of the courier's `Delivery`; remembers in memory only what it could not get through lately."""

    delivery: Delivery
    _not_before: dict[uuid.UUID, datetime] = field(default_factory=dict)

    def due(self, session: Session, now: datetime) -> list[uuid.UUID]:
        """Mailboxes whose rep has not been told yet."""
        untold = mailboxes.untold(session, now, now - self.delivery.times.worry, now - RARELY)
        return [one for one in untold if self._not_before.get(one, now) <= now]

    def tell(self, mailbox_id: uuid.UUID, lifeline: Lifeline) -> None:
        """Mail errors end in a later try; they say nothing new of the mailbox."""
        now = self.delivery.clock()
        self._not_before[mailbox_id] = now + AFTER_A_FAILURE
        trouble = self._look(mailbox_id)
        if trouble is None or not _may_get_in(trouble):
            return
        try:
            raw = compose(self._letter(trouble, now))
            with self._way(trouble, lifeline) as way:
                self._hand_over(trouble, way, raw, now)
        except MailError as error:
            log.info("attention mail not delivered", mailbox=str(mailbox_id), reason=error.code)

    def _look(self, mailbox_id: uuid.UUID) -> _Trouble | None:
        parts = self.delivery
        with parts.database.reading() as session:
            row = session.get(Mailbox, mailbox_id)
            if row is None or row.reason is None:
                return None
            account = account_of(session, parts.keys, row)
            return _Trouble(row.id, account, submission_of(session, parts.keys, row), row.language, row.reason)

    @contextmanager
    def _way(self, trouble: _Trouble, lifeline: Lifeline) -> Iterator[Way]:
        """SMTP may work where IMAP does not."""
        policy = self.delivery.policy
        if trouble.submission is not None:
            with submitting(trouble.submission, policy, lifeline) as way:
                yield way
            return
        with open_account(trouble.account, policy, lifeline) as session:
            yield Appending(session)

    def _hand_over(self, trouble: _Trouble, way: Way, raw: bytes, now: datetime) -> None:
        parts = self.delivery
        with parts.database.writing() as session:
            until = now + parts.times.claim
            if not mailboxes.note_told(session, trouble.mailbox_id, now, until, now - RARELY):
                return
        told = True
        try:
            way.put(raw, now)
        except DeliveryRefused:
            told = False
            raise
        finally:
            with parts.database.writing() as session:
                mailboxes.end_telling(session, trouble.mailbox_id, told=told)
        log.info("attention mail delivered", mailbox=str(trouble.mailbox_id))

    def _letter(self, trouble: _Trouble, now: datetime) -> Letter:
        language = language_of(trouble.language)
        provider = find_provider(trouble.account.address)
        problem = describe_problem(
            translator(language),
            trouble.reason,
            provider.name if provider else None,
            provider.hints if provider else (),
        )
        link = f"{self.delivery.letters.public_url}/mailboxes/{trouble.mailbox_id}"
        mail = render_mail("attention", language, problem=problem, link=link)
        return Letter(
            sender_name="Zuruf",
            rep=trouble.account.address,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            message_id=f"<attention.{secrets.token_hex(16)}@zuruf.invalid>",
            date=now,
            in_reply_to=None,
            references=(),
            kind="attention",
        )


def _may_get_in(trouble: _Trouble) -> bool:
    """Whether a mail has a chance; trying without one may lock the account."""
    if trouble.reason in _INBOX_WORKS:
        return True
    if trouble.submission is None:
        return False
    return trouble.reason not in _LOGIN_FAILS or trouble.submission.password != trouble.account.password
