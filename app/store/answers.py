"""Which mails were answers to nudges: each has a row with its kind and time, so that it is read once. No text."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.known_sends import DOUBLE_COPY
from app.store.schema import Nudge, NudgeAnswer


def answered_nudge(session: Session, mailbox_id: uuid.UUID, message_ids: Sequence[str]) -> Nudge | None:
    """The nudge of this mailbox with the first of these ids that is one's."""
    if not message_ids:
        return None
    own = select(Nudge).where(Nudge.mailbox_id == mailbox_id, Nudge.message_id.in_(message_ids))
    found = {nudge.message_id: nudge for nudge in session.scalars(own)}
    return next((found[one] for one in message_ids if one in found), None)


def was_read(session: Session, mailbox_id: uuid.UUID, identity: bytes) -> bool:
    return session.get(NudgeAnswer, (mailbox_id, identity)) is not None


def is_double(session: Session, nudge: Nudge, content_key: bytes, at: datetime) -> bool:
    """Whether the last answer to this nudge has the same words: a second Sent copy, filed under another id."""
    query = select(NudgeAnswer).where(NudgeAnswer.nudge_id == nudge.id).order_by(NudgeAnswer.answered_at.desc())
    last = session.scalar(query.limit(1))
    return last is not None and last.content_key == content_key and abs(last.answered_at - at) <= DOUBLE_COPY


def note(session: Session, nudge: Nudge, identity: bytes, content_key: bytes, kind: str, at: datetime) -> None:
    session.add(
        NudgeAnswer(
            mailbox_id=nudge.mailbox_id,
            identity=identity,
            content_key=content_key,
            nudge_id=nudge.id,
            kind=kind,
            answered_at=at,
        )
    )
    session.flush()
