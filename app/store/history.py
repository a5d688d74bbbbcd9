"""What the first read found: the sends from before the watching, which are never nudged about."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.store.schema import Mailbox, Send, Template
from app.store.sends import split_keys


@dataclass(frozen=True, slots=True)
class PastSend:
    """A flagged send; `recipients` are keyed hashes, `envelope` is sealed."""

    id: uuid.UUID
    sent_at: datetime
    template: int | None
    score: float
    recipients: frozenset[bytes]
    envelope: bytes


def count_past(session: Session, mailbox: Mailbox) -> int:
    """How many sends the first read saw."""
    return session.scalar(select(func.count()).select_from(Send).where(*_is_past(mailbox))) or 0


def flagged_past(session: Session, mailbox: Mailbox) -> list[PastSend]:
    """The flagged ones among them, oldest first."""
    return _flagged(session, _is_past(mailbox))


def flagged_since(session: Session, mailbox: Mailbox, since: datetime) -> list[PastSend]:
    """All flagged sends from then on, watched or found in the history, oldest first."""
    return _flagged(session, [Send.mailbox_id == mailbox.id, Send.sent_at >= since])


def _flagged(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[PastSend]:
    rows = session.execute(
        select(Send.id, Send.sent_at, Template.number, Send.score, Send.recipient_keys, Send.envelope)
        .outerjoin(Template, Template.id == Send.template_id)
        .where(Send.flagged.is_(True), *conditions)
        .order_by(Send.sent_at, Send.id)
    )
    return [
        PastSend(send_id, sent_at, template, score or 0.0, frozenset(split_keys(keys)), envelope)
        for send_id, sent_at, template, score, keys, envelope in rows
    ]


def _is_past(mailbox: Mailbox) -> Sequence[ColumnElement[bool]]:
    conditions = [Send.mailbox_id == mailbox.id, Send.nudgeable.is_(False)]
    if mailbox.history_ended_at is not None:
        conditions.append(Send.sent_at <= mailbox.history_ended_at)
    return conditions


def newest_send(session: Session, mailbox_id: uuid.UUID) -> Send | None:
    """The send last written, as far as it has been read."""
    newest_first = select(Send).where(Send.mailbox_id == mailbox_id).order_by(Send.sent_at.desc(), Send.id).limit(1)
    return session.scalar(newest_first)


def count_sends(session: Session, mailbox_id: uuid.UUID) -> int:
    """How many sends are kept at the moment."""
    return session.scalar(select(func.count()).select_from(Send).where(Send.mailbox_id == mailbox_id)) or 0
