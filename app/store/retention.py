"""Erases what is older than the retention time (sends with their index, nudges, feedback), and what has run out."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.store import contact_facts, invitations, oauth_states, sign_in_links, web_sessions
from app.store.feedback import TEMPLATE_WIDE
from app.store.schema import Feedback, Nudge, NudgeAnswer, Quarantined, Send, Template


def erase_before(session: Session, moment: datetime) -> int:
    """Erase everything of before `moment`; returns how many sends. Templates go with their last send.

    What the rep said of a whole template stands as long as the template, and with it the nudge that it was said of.
    """
    standing = Feedback.kind.in_(TEMPLATE_WIDE) & Feedback.undone_at.is_(None)
    said_of = select(Feedback.id).where(Feedback.nudge_id == Nudge.id, standing).exists()
    copies = select(Send.id).where(Send.template_id == Template.id).exists()
    sends = session.execute(delete(Send).where(Send.sent_at < moment))
    session.execute(delete(Template).where(Template.created_at < moment, ~copies))
    session.execute(delete(Nudge).where(Nudge.last_send_at < moment, ~(said_of & Nudge.template_id.is_not(None))))
    session.execute(delete(Feedback).where(Feedback.created_at < moment, ~standing))
    session.execute(delete(NudgeAnswer).where(NudgeAnswer.answered_at < moment))
    session.execute(delete(Quarantined).where(Quarantined.seen_at < moment))
    return int(sends.rowcount)  # type: ignore[attr-defined]  # CursorResult, hidden behind Result


def erase_expired(session: Session, now: datetime) -> None:
    """Erase what says itself until when it counts, and counts no more."""
    contact_facts.erase_expired(session, now)
    invitations.sweep(session, now)
    sign_in_links.sweep(session, now)
    oauth_states.sweep(session, now)
    web_sessions.sweep(session, now)
