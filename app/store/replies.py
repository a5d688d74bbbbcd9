"""What is kept of answers to sends: which send, and how long it took. Nothing of the answer itself."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.store.schema import Send, SendToken

# More mails to one person within the time that is looked back are too many to compare subjects with.
MOST_COMPARED: Final = 30
_OF_SEND: Final = (Send.id, Send.sent_at, Send.message_key, Send.envelope)


@dataclass(frozen=True, slots=True)
class SendFacts:
    """A send that may have been answered; the envelope is sealed."""

    id: uuid.UUID
    sent_at: datetime
    message_key: bytes | None
    envelope: bytes


@dataclass(frozen=True, slots=True)
class NotLookedInto:
    """A send of which it is not known yet whether it is a first mail; the envelope is sealed."""

    id: uuid.UUID
    sent_at: datetime
    is_analysed: bool
    envelope: bytes


def oldest(session: Session, mailbox_id: uuid.UUID) -> datetime | None:
    """When the oldest send was sent that is kept."""
    return session.scalar(select(func.min(Send.sent_at)).where(Send.mailbox_id == mailbox_id))


def with_message_keys(session: Session, mailbox_id: uuid.UUID, keys: Collection[bytes]) -> Sequence[SendFacts]:
    """The sends with one of these keyed Message-IDs."""
    query = select(*_OF_SEND).where(Send.mailbox_id == mailbox_id, Send.message_key.in_(keys))
    return [SendFacts(*row) for row in session.execute(query)]


def sent_to(
    session: Session, mailbox_id: uuid.UUID, token: bytes, since: datetime, before: datetime
) -> Sequence[SendFacts]:
    """The newest sends to the address of this token, newest first."""
    query = (
        select(*_OF_SEND)
        .join(SendToken, SendToken.send_id == Send.id)
        .where(SendToken.mailbox_id == mailbox_id, SendToken.token == token)
        .where(Send.sent_at >= since, Send.sent_at < before)
        .order_by(Send.sent_at.desc())
    )
    return [SendFacts(*row) for row in session.execute(query.limit(MOST_COMPARED))]


def is_to(session: Session, mailbox_id: uuid.UUID, send_id: uuid.UUID, token: bytes) -> bool:
    """Whether a send went to the address of this token."""
    return session.get(SendToken, (mailbox_id, token, send_id)) is not None


def note_answer(session: Session, send_id: uuid.UUID, seconds: int) -> bool:
    """The first answer counts; True where this one is news."""
    later = or_(Send.answer_seconds.is_(None), Send.answer_seconds > seconds)
    noted = session.execute(update(Send).where(Send.id == send_id, later).values(answer_seconds=seconds))
    return bool(noted.rowcount)  # type: ignore[attr-defined]  # CursorResult, hidden behind Result


def not_looked_into(session: Session, mailbox_id: uuid.UUID, limit: int) -> Sequence[NotLookedInto]:
    """The oldest sends of which it is not known yet whether they are first mails."""
    query = select(Send.id, Send.sent_at, Send.score.is_not(None), Send.envelope)
    waiting = query.where(Send.mailbox_id == mailbox_id, Send.opens.is_(None)).order_by(Send.sent_at)
    return [NotLookedInto(*row) for row in session.execute(waiting.limit(limit))]


def was_written_to(session: Session, mailbox_id: uuid.UUID, token: bytes, before: datetime) -> bool:
    """Whether an earlier send, as far as it is kept, went to the address of this token."""
    earlier = (
        select(Send.id)
        .join(SendToken, SendToken.send_id == Send.id)
        .where(SendToken.mailbox_id == mailbox_id, SendToken.token == token, Send.sent_at < before)
    )
    return bool(session.scalar(select(exists(earlier))))


def note_openings(session: Session, opens: Mapping[uuid.UUID, bool]) -> None:
    """Which of these sends are first mails."""
    for verdict in (True, False):
        of_verdict = [send_id for send_id, is_first in opens.items() if is_first is verdict]
        session.execute(update(Send).where(Send.id.in_(of_verdict)).values(opens=verdict))
