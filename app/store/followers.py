"""What follows a nudge by the rep's own doing: the same once more, or help with an answer; at most one of each.

They are nudge rows of their own, so that they are delivered with the same care. They count for nothing in the policy.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.nudges import NOT_ON_ITS_WAY, message_id_of
from app.store.schema import Nudge
from app.store.states import NudgeKind, NudgeState
from app.store.vault import DataVault


@dataclass(frozen=True, slots=True)
class AnswerThread:
    """The ids of an answer, for a reply to stand below it."""

    message_id: str
    references: tuple[str, ...]


def followed_by(session: Session, nudge: Nudge) -> Nudge:
    """The nudge about a burst: this one, or the one that this one follows."""
    return (session.get(Nudge, nudge.about_id) if nudge.about_id else None) or nudge


def follow(
    session: Session,
    vault: DataVault,
    nudge: Nudge,
    kind: NudgeKind,
    at: datetime,
    thread: AnswerThread | None = None,
) -> bool:
    """Plan what follows a nudge. False where it did before; what comes again and is not on its way moves to `at`."""
    follower = session.scalar(select(Nudge).where(Nudge.about_id == nudge.id, Nudge.kind == kind))
    if follower is not None and (kind is NudgeKind.HELP or follower.state not in NOT_ON_ITS_WAY):
        return False
    if follower is None:
        follower = _follower(vault, nudge, kind, thread)
        session.add(follower)
    follower.state, follower.decision, follower.last_error = NudgeState.PLANNED, None, None
    follower.opened_at = follower.due_at = at
    session.flush()
    return True


def _follower(vault: DataVault, nudge: Nudge, kind: NudgeKind, thread: AnswerThread | None) -> Nudge:
    nudge_id = uuid.uuid4()
    ids = json.dumps([thread.message_id, *thread.references]) if thread else None
    return Nudge(
        id=nudge_id,
        mailbox_id=nudge.mailbox_id,
        template_id=nudge.template_id,
        kind=kind,
        about_id=nudge.id,
        thread=vault.seal_text(_place(nudge_id), ids) if ids else None,
        last_send_at=nudge.last_send_at,
        message_id=message_id_of(vault, nudge_id),
        attempts=0,
    )


def thread_of(vault: DataVault, follower: Nudge) -> AnswerThread | None:
    """Raises `Tampered`."""
    if follower.thread is None:
        return None
    message_id, *references = json.loads(vault.unseal_text(_place(follower.id), follower.thread))
    return AnswerThread(message_id, tuple(references))


def comes_again_at(session: Session, nudge_id: uuid.UUID) -> datetime | None:
    """When the nudge comes once more; None where it will not, or has."""
    waiting = (Nudge.about_id == nudge_id, Nudge.kind == NudgeKind.AGAIN, Nudge.state == NudgeState.PLANNED)
    return session.scalar(select(Nudge.due_at).where(*waiting))


def _place(nudge_id: uuid.UUID) -> str:
    return f"nudge/{nudge_id}/thread"
