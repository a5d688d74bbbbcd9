"""What the judge heeds of all that a rep said of one mailbox, as plain values."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from app.store.schema import Feedback, Send, Template
from app.store.sends import split_keys
from app.store.states import FeedbackKind


class _Standing(NamedTuple):
    kind: FeedbackKind
    id: uuid.UUID
    sent_at: datetime
    sketch: bytes
    recipient_keys: bytes


@dataclass(frozen=True, slots=True)
class Heeded:
    """`templates` are numbers of those that are none to the rep, `people` keyed hashes of who gets personal mail only.

    `lone` holds the sketches, by send id, of sends outside any template of which the rep said that they are none;
    `refused` counts them, also the older ones.
    """

    templates: frozenset[int]
    lone: Mapping[uuid.UUID, bytes]
    people: frozenset[bytes]
    refused: int


def heeded(session: Session, mailbox_id: uuid.UUID, since: datetime) -> Heeded:
    """What stands now. Templates and lone sends of before `since` are left out: their numbers may be given anew."""
    rows = _standing(session, mailbox_id)
    lone = [row for row in rows if row.kind is FeedbackKind.NOT_A_TEMPLATE]
    return Heeded(
        templates=_allowed(session, mailbox_id, since),
        lone={row.id: row.sketch for row in lone if row.sent_at >= since},
        people=_people(rows),
        refused=len(lone),
    )


def spared_people(session: Session, mailbox_id: uuid.UUID) -> frozenset[bytes]:
    """The keyed hashes of everybody to whom mail is personal, as the rep said."""
    return _people(_standing(session, mailbox_id))


def _allowed(session: Session, mailbox_id: uuid.UUID, since: datetime) -> frozenset[int]:
    is_used = exists().where(Send.template_id == Template.id, Send.sent_at >= since)
    allowed = select(Template.number).where(Template.mailbox_id == mailbox_id, Template.allowed.is_(True), is_used)
    return frozenset(session.scalars(allowed))


def _people(rows: Sequence[_Standing]) -> frozenset[bytes]:
    named = (split_keys(row.recipient_keys) for row in rows if row.kind is FeedbackKind.NOT_FOR_PERSON)
    return frozenset(chain.from_iterable(named))


def _standing(session: Session, mailbox_id: uuid.UUID) -> Sequence[_Standing]:
    is_lone = and_(Feedback.kind == FeedbackKind.NOT_A_TEMPLATE, Send.template_id.is_(None))
    query = (
        select(Feedback.kind, Send.id, Send.sent_at, Send.sketch, Send.recipient_keys)
        .join(Send, or_(Send.id == Feedback.send_id, Send.nudge_id == Feedback.nudge_id))
        .where(Feedback.mailbox_id == mailbox_id, Feedback.undone_at.is_(None))
        .where(or_(is_lone, Feedback.kind == FeedbackKind.NOT_FOR_PERSON))
    )
    return [_Standing(*row) for row in session.execute(query)]
