"""One word said of many sends at once, and taken back as a whole.

An act is known by its kind and its moment: all that was noted by it bears that moment, nothing else of the rep does.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store import feedback
from app.store.errors import UnknownRow
from app.store.list_query import EPOCH
from app.store.mailboxes import seen_by
from app.store.schema import Feedback, Mailbox, Nudge, Send
from app.store.states import FeedbackKind

_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Act:
    """`at` is aware UTC."""

    kind: FeedbackKind
    at: datetime

    def __str__(self) -> str:
        return f"{self.kind}-{(self.at - EPOCH) // _MICROSECOND}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` and `OverflowError`."""
        kind, _, microseconds = text.rpartition("-")
        return cls(FeedbackKind(kind), EPOCH + timedelta(microseconds=int(microseconds)))


def say_of_each(session: Session, rep_id: uuid.UUID, send_ids: Sequence[uuid.UUID], act: Act) -> None:
    """Say it of every send that it can be said of; where it stands already, it stays.

    Raises `UnknownRow` where one of them is not this rep's; then nothing is said.
    """
    own = select(Send).join(Mailbox, Mailbox.id == Send.mailbox_id).where(seen_by(rep_id))
    sends = session.scalars(own.where(Send.id.in_(send_ids))).all()
    if len(sends) != len(set(send_ids)):
        raise UnknownRow("no such send")
    for send in sends:
        if act.kind is FeedbackKind.NOT_FOR_PERSON and not feedback.is_to_one_person(send):
            continue
        feedback.say(session, send, act.kind, act.at)


def said_by(session: Session, rep_id: uuid.UUID, act: Act) -> Sequence[Feedback]:
    """What stands of an act."""
    query = (
        select(Feedback)
        .join(Mailbox, Mailbox.id == Feedback.mailbox_id)
        .where(seen_by(rep_id), Feedback.kind == act.kind, Feedback.created_at == act.at)
    )
    return session.scalars(query.where(Feedback.undone_at.is_(None))).all()


def take_back(session: Session, rep_id: uuid.UUID, act: Act, now: datetime) -> int:
    """Undo the act; returns of how many words."""
    words = said_by(session, rep_id, act)
    for word in words:
        about = session.get_one(Send, word.send_id) if word.send_id else session.get_one(Nudge, word.nudge_id)
        feedback.take_back(session, about, word.kind, now)
    return len(words)
