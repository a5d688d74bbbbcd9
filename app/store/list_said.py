"""Which sends the rep has said a word of, as conditions on the rows; the same that `feedback.said_of_each` tells."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.store.feedback import TEMPLATE_WIDE
from app.store.schema import Feedback, Nudge, Send
from app.store.states import FeedbackKind

Kinds = Sequence[FeedbackKind]
Owners = Sequence[uuid.UUID]


def has_word(kinds: Kinds, mailbox_ids: Owners) -> ColumnElement[bool]:
    """One of these words stands for the send; True or False, never NULL."""
    return or_(*_ways(kinds, mailbox_ids))


def some_with_word(session: Session, kinds: Kinds, mailbox_ids: Owners, limit: int) -> Sequence[uuid.UUID]:
    """The ids of up to `limit` such sends, some of them twice."""
    ways = [select(Send.id).where(way) for way in _ways(kinds, mailbox_ids)]
    return session.scalars(union_all(*ways).limit(limit)).all()


def _ways(kinds: Kinds, mailbox_ids: Owners) -> list[ColumnElement[bool]]:
    """Said of the send itself, of the note about it, or of its whole template."""
    words = _words(kinds, mailbox_ids)
    ways = [
        Send.id.in_(_given(words, Feedback.send_id)),
        and_(Send.nudge_id.is_not(None), Send.nudge_id.in_(_given(words, Feedback.nudge_id))),
    ]
    wide = [kind for kind in kinds if kind in TEMPLATE_WIDE]
    if wide:
        ways.append(and_(Send.template_id.is_not(None), Send.template_id.in_(templates_with_word(wide, mailbox_ids))))
    return ways


def templates_with_word(kinds: Kinds, mailbox_ids: Owners) -> Select[uuid.UUID]:
    """The ids of the templates that one of these words, each of `TEMPLATE_WIDE`, stands for."""
    meant = aliased(Send)
    words = (
        _words(kinds, mailbox_ids)
        .outerjoin(meant, meant.id == Feedback.send_id)
        .outerjoin(Nudge, Nudge.id == Feedback.nudge_id)
    )
    return _given(words, func.coalesce(meant.template_id, Nudge.template_id))


def _words(kinds: Kinds, mailbox_ids: Owners) -> Select[Feedback]:
    return select(Feedback).where(
        Feedback.mailbox_id.in_(mailbox_ids), Feedback.undone_at.is_(None), Feedback.kind.in_(kinds)
    )


def _given(words: Select[Feedback], what: Any) -> Select[Any]:
    return words.with_only_columns(what).where(what.is_not(None))
