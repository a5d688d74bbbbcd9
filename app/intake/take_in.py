"""Takes a batch of fetched mails in: judgements, templates, bursts and the cursor, in one transaction."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from app.intake.desk import Desk
from app.intake.exclusions import Exclusions, exclusion_lines
from app.intake.identity import content_key_of, identity_of
from app.intake.memories import Memories
from app.intake.placing import place
from app.intake.samples import EXCLUDED, judged_from, sample_of
from app.mail.imap_values import Fetched, Unfetchable
from app.mail.message import MailMessage
from app.store import mailboxes, sends
from app.store.engine import Database
from app.store.envelopes import Envelope
from app.store.keys import Keys
from app.store.schema import Mailbox, Send
from app.store.states import MailboxState
from classifier import Judge

log = structlog.get_logger()

# A client that uploads old mail may have it filed under today's date; its Date header tells.
LATE_FILING: Final = timedelta(hours=24)


class Stopped(Exception):
    """The mailbox was paused, removed or changed while its mail was being fetched; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch held."""

    sends: int
    flagged: int


class Intake:
    """Decides what a mail is. Threads may share it; a mailbox is worked on by one thread at a time."""

    def __init__(self, database: Database, keys: Keys, judge: Judge, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._keys = keys
        self._judge = judge
        self._clock = clock
        self._memories = Memories()

    def take_in(
        self, mailbox_id: uuid.UUID, uidvalidity: int, through: int, batch: Sequence[Fetched | Unfetchable]
    ) -> Taken:
        """Judge and store a batch in UID order and move the cursor to `through`; raises `Stopped`.

        Mails at or below the cursor are passed over, so a batch may be repeated after a crash.
        """
        with self._database.writing() as session:
            mailbox = _expected(session, mailbox_id, uidvalidity)
            desk = self._open_desk(session, mailbox)
            fresh = sorted((item for item in batch if item.uid > mailbox.last_uid), key=lambda item: item.uid)
            taken = [send for item in fresh if (send := self._take_one(desk, item)) is not None]
            mailbox.last_uid = max(mailbox.last_uid, through)
            mailbox.last_contact_at = desk.now
            filed = [item.internal_date for item in fresh if isinstance(item, Fetched)]
            mailbox.newest_at = max([*filed, *([mailbox.newest_at] if mailbox.newest_at else [])], default=None)
            if mailbox.history_ended_at is None:
                mailbox.history_done += len(fresh)
        self._memories.keep(mailbox_id, desk.memory)
        return Taken(len(taken), sum(send.flagged for send in taken))

    def forget(self, mailbox_id: uuid.UUID) -> None:
        """The rep's feedback or settings changed what is remembered, or the mailbox is gone."""
        self._memories.forget(mailbox_id)

    def _open_desk(self, session: Session, mailbox: Mailbox) -> Desk:
        vault = self._keys.of_rep(session, mailbox.rep_id)
        now = self._clock()
        return Desk(
            session=session,
            vault=vault,
            mailbox=mailbox,
            memory=self._memories.of(session, vault, mailbox, now),
            exclusions=Exclusions.parse(exclusion_lines(vault, mailbox)),
            now=now,
        )

    def _take_one(self, desk: Desk, item: Fetched | Unfetchable) -> Send | None:
        """One bad mail never stops the ones after it: it is set aside with its reason."""
        if isinstance(item, Unfetchable):
            sends.quarantine(desk.session, desk.mailbox, item.uid, item.reason, desk.now)
            return None
        try:
            with desk.session.begin_nested():
                return self._judge_one(desk, item)
        except Exception as error:  # noqa: BLE001 - whatever a hostile mail does to a parser or model ends here
            reason = type(error).__name__
            log.warning("mail set aside", mailbox=str(desk.mailbox.id), uid=item.uid, error=reason)
            sends.quarantine(desk.session, desk.mailbox, item.uid, reason, desk.now)
            # The memory may hold a send that was rolled back: it is built anew from what is stored.
            desk.memory = self._memories.of(desk.session, desk.vault, desk.mailbox, desk.now)
            return None

    def _judge_one(self, desk: Desk, item: Fetched) -> Send | None:
        message, mailbox = item.message, desk.mailbox
        if "x-zuruf" in message.headers:
            return None
        sent_at = min(message.date or item.internal_date, item.internal_date)
        identity, content_key = identity_of(desk.vault, message), content_key_of(desk.vault, message)
        known = sends.known_copy(desk.session, mailbox, identity, content_key, sent_at)
        if known is not None:
            known.uidvalidity, known.uid = mailbox.uidvalidity or 0, item.uid
            return None
        send_id = uuid.uuid4()
        judgement = None
        if not desk.exclusions.cover(message):
            judgement = self._judge.judge(str(send_id), sample_of(message, sent_at), desk.memory)
        new = sends.NewSend(
            id=send_id,
            uid=item.uid,
            identity=identity,
            content_key=content_key,
            sent_at=sent_at,
            nudgeable=_is_nudgeable(mailbox, item, sent_at),
            envelope=_envelope(message),
            recipient_count=len(message.recipients),
            judged=judged_from(judgement) if judgement else EXCLUDED,
            template_id=None,
        )
        send = sends.record(desk.session, desk.vault, mailbox, new)
        if judgement is not None:
            place(desk, send, judgement)
        return send


def _expected(session: Session, mailbox_id: uuid.UUID, uidvalidity: int) -> Mailbox:
    """The mailbox, locked, if it still is what the batch was fetched for; raises `Stopped`."""
    mailbox = mailboxes.lock(session, mailbox_id)
    if mailbox is None or mailbox.state == MailboxState.PAUSED or mailbox.uidvalidity != uidvalidity:
        raise Stopped
    return mailbox


def _is_nudgeable(mailbox: Mailbox, item: Fetched, sent_at: datetime) -> bool:
    """Sent while watched: neither history nor old mail that a client files or uploads late."""
    if mailbox.nudge_uid is None or item.uid < mailbox.nudge_uid or item.internal_date < mailbox.nudges_from:
        return False
    return item.internal_date - sent_at <= LATE_FILING


def _envelope(message: MailMessage) -> Envelope:
    return Envelope(
        subject=message.subject,
        recipients=tuple((recipient.name, recipient.email) for recipient in message.recipients),
        message_id=message.message_id,
        references=message.references,
    )
