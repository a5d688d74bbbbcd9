"""What an administrator did to a rep's mailbox, noted so that the rep can see it. Nobody else is shown the list."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, owned_by
from app.store.schema import Mailbox


class AdminActKind(StrEnum):
    """The acts that the command line offers."""

    CONNECTED = "connected"
    PAUSED = "paused"
    RESUMED = "resumed"
    WAY_CHANGED = "way_changed"  # how nudges are delivered
    CHECKED = "checked"  # logged in, to see whether it works
    REMOVED = "removed"


class AdminAct(Base):
    """One act; `mailbox_id` is empty once that mailbox was erased."""

    __tablename__ = "admin_acts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    rep_id: Mapped[uuid.UUID] = mapped_column(owned_by("reps"), index=True)
    mailbox_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("mailboxes.id", ondelete="SET NULL"), index=True)
    kind: Mapped[AdminActKind] = mapped_column(
        Enum(AdminActKind, native_enum=False, length=16, values_callable=lambda kind: [act.value for act in kind])
    )
    at: Mapped[datetime]


def note(session: Session, mailbox: Mailbox, kind: AdminActKind, now: datetime) -> None:
    """Of checks, which a script may make every minute, only the last one is kept for each mailbox."""
    if kind is AdminActKind.CHECKED:
        earlier = AdminAct.mailbox_id == mailbox.id, AdminAct.kind == kind
        session.execute(delete(AdminAct).where(*earlier))
    session.add(AdminAct(id=uuid.uuid4(), rep_id=mailbox.rep_id, mailbox_id=mailbox.id, kind=kind, at=now))
    session.flush()


def of_rep(session: Session, rep_id: uuid.UUID) -> Sequence[AdminAct]:
    """The newest first."""
    return session.scalars(select(AdminAct).where(AdminAct.rep_id == rep_id).order_by(AdminAct.at.desc())).all()
