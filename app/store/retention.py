"""Erases what is older than the retention time: sends with their index, nudges, feedback."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.store.schema import Feedback, Nudge, Quarantined, Send, Template


def erase_before(session: Session, moment: datetime) -> int:
    """Erase everything of before `moment`; returns how many sends. Templates go with their last send."""
    sends = session.execute(delete(Send).where(Send.sent_at < moment))
    session.execute(delete(Nudge).where(Nudge.last_send_at < moment))
    session.execute(delete(Feedback).where(Feedback.created_at < moment))
    session.execute(delete(Quarantined).where(Quarantined.seen_at < moment))
    session.execute(
        delete(Template).where(
            Template.created_at < moment, ~select(Send.id).where(Send.template_id == Template.id).exists()
        )
    )
    return int(sends.rowcount)  # type: ignore[attr-defined]  # CursorResult, hidden behind Result
