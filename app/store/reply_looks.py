"""Where the search for answers stands in each mailbox: when it is looked through next, and how far each folder was."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, owned_by
from app.store.mailboxes import seen_by
from app.store.schema import Mailbox
from app.store.states import MailboxState


class ReplyLook(Base):
    """The state of one mailbox; `cursors` are [UIDVALIDITY, last UID] by folder."""

    __tablename__ = "reply_looks"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), primary_key=True)
    next_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    cursors: Mapped[dict[str, Any]] = mapped_column(default=dict)


def next_due(session: Session, now: datetime, read_before: datetime) -> uuid.UUID | None:
    """The mailbox whose turn is longest due: a watched one whose first read ended before then."""
    turn = func.coalesce(ReplyLook.next_at, Mailbox.history_ended_at)
    query = (
        select(Mailbox.id)
        .outerjoin(ReplyLook, ReplyLook.mailbox_id == Mailbox.id)
        .where(Mailbox.state == MailboxState.WATCHED, Mailbox.removing_since.is_(None))
        .where(Mailbox.history_ended_at <= read_before, ReplyLook.next_at.is_(None) | (ReplyLook.next_at <= now))
    )
    return session.scalar(query.order_by(turn, Mailbox.id).limit(1))


def put_off(session: Session, mailbox_id: uuid.UUID, until: datetime, looked_at: datetime | None = None) -> None:
    """The next look is due then; `looked_at` where one has just ended well."""
    look = _look(session, mailbox_id, until)
    look.next_at, look.looked_at = until, looked_at or look.looked_at


def cursor(session: Session, mailbox_id: uuid.UUID, folder: str, uidvalidity: int) -> int | None:
    """Up to which UID a folder was looked through; None where it was not, or its UIDs were given anew."""
    look = session.get(ReplyLook, mailbox_id)
    known, last_uid = (look.cursors if look else {}).get(folder, (None, 0))
    return last_uid if known == uidvalidity else None


def move_cursor(session: Session, mailbox_id: uuid.UUID, folder: str, uidvalidity: int, uid: int) -> None:
    """What lies up to `uid` was looked through."""
    look = session.get_one(ReplyLook, mailbox_id)
    look.cursors = look.cursors | {folder: [uidvalidity, uid]}


def last_look(session: Session, rep_id: uuid.UUID) -> datetime | None:
    """When one of the rep's mailboxes was looked through last; None before the first time."""
    query = select(func.max(ReplyLook.looked_at)).join(Mailbox, Mailbox.id == ReplyLook.mailbox_id)
    return session.scalar(query.where(seen_by(rep_id)))


def _look(session: Session, mailbox_id: uuid.UUID, next_at: datetime) -> ReplyLook:
    look = session.get(ReplyLook, mailbox_id)
    if look is None:
        look = ReplyLook(mailbox_id=mailbox_id, next_at=next_at, cursors={})
        session.add(look)
    return look
