"""Digest rows: bursts are bound to one and take its state with every step."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from app.store.nudges import is_free, message_id_of
from app.store.schema import Nudge
from app.store.states import NudgeKind, NudgeState
from app.store.vault import DataVault

# What a burst shares with the digest that tells of it.
_SHARED: Final = frozenset({"state", "intent_at", "delivered_at", "last_error"})
_WHY: Final = frozenset({"decision", "decided_at"})


def waiting(session: Session, mailbox_id: uuid.UUID) -> Nudge | None:
    """The mailbox's digest that has not gone yet; there is one at most, made under the mailbox's lock."""
    own = (Nudge.mailbox_id == mailbox_id, Nudge.kind == NudgeKind.DIGEST, Nudge.state == NudgeState.PLANNED)
    return session.scalar(select(Nudge).where(*own).limit(1))


def begin(session: Session, vault: DataVault, mailbox_id: uuid.UUID, now: datetime) -> Nudge:
    """A new digest, due at once, with no bursts yet."""
    digest_id = uuid.uuid4()
    digest = Nudge(
        id=digest_id,
        mailbox_id=mailbox_id,
        kind=NudgeKind.DIGEST,
        opened_at=now,
        last_send_at=now,
        message_id=message_id_of(vault, digest_id),
        state=NudgeState.PLANNED,
        due_at=now,
        attempts=0,
    )
    session.add(digest)
    session.flush()
    return digest


def candidates(session: Session, digest: Nudge, now: datetime) -> Sequence[Nudge]:
    """The bursts bound to the waiting digest, and those that are due and in nobody's hands, oldest first."""
    free = and_(Nudge.digest_id.is_(None), Nudge.due_at <= now, is_free(Nudge.claimed_until, now))
    planned = (
        Nudge.mailbox_id == digest.mailbox_id,
        Nudge.kind == NudgeKind.NUDGE,
        Nudge.state == NudgeState.PLANNED,
    )
    query = select(Nudge).where(*planned, or_(Nudge.digest_id == digest.id, free))
    return session.scalars(query.order_by(Nudge.opened_at, Nudge.id)).all()


def parts(session: Session, digest_id: uuid.UUID) -> Sequence[Nudge]:
    """The bursts that the digest tells of, oldest first."""
    told = (Nudge.digest_id == digest_id, Nudge.state != NudgeState.SILENT)
    return session.scalars(select(Nudge).where(*told).order_by(Nudge.opened_at, Nudge.id)).all()


def has_held_out(session: Session, digest_id: uuid.UUID) -> bool:
    """Whether a burst would have been in the digest but for the hold-out."""
    held = (Nudge.digest_id == digest_id, Nudge.state == NudgeState.SILENT)
    return session.scalar(select(Nudge.id).where(*held).limit(1)) is not None


def carry(session: Session, digest_id: uuid.UUID, values: dict[str, Any]) -> None:
    """What became of the digest became of its bursts."""
    is_over = values.get("state") is NudgeState.SILENT
    shared = {name: value for name, value in values.items() if name in (_SHARED | _WHY if is_over else _SHARED)}
    if shared:
        told = (Nudge.digest_id == digest_id, Nudge.state != NudgeState.SILENT)
        session.execute(update(Nudge).where(*told).values(**shared))
