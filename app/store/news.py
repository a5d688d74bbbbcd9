"""Whether anything has changed that a rep's list would show, as one short word to compare."""

import uuid
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store import listing
from app.store.list_query import Filters
from app.store.mailboxes import seen_by
from app.store.schema import Feedback, Mailbox


def stamp(session: Session, rep_id: uuid.UUID) -> str:
    """Changes with the newest flagged sends, their nudges, what the rep said, and how the mailboxes are."""
    sends = listing.page(session, rep_id, Filters()).sends
    nudges = listing.nudges_of(session, sends)
    mailboxes = select(Mailbox.id, Mailbox.state, Mailbox.history_ended_at).where(seen_by(rep_id))
    own = select(Mailbox.id).where(seen_by(rep_id))
    said = select(func.count(Feedback.id), func.max(Feedback.created_at), func.count(Feedback.undone_at))
    seen = (
        [send.id for send in sends],
        [(nudge.id, nudge.state, nudge.decision, nudge.due_at, nudge.last_error) for nudge in nudges.values()],
        [tuple(row) for row in session.execute(mailboxes.order_by(Mailbox.id))],
        tuple(session.execute(said.where(Feedback.mailbox_id.in_(own))).one()),
    )
    return sha256(repr(seen).encode()).hexdigest()[:16]
