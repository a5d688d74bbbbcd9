"""How many rows of a kind there are in all, for monitoring; nothing here tells one rep from another."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.schema import Mailbox, Nudge
from app.store.states import MailboxState, NudgeState


def mailboxes_by_state(session: Session) -> dict[str, int]:
    """Every state, also those that no mailbox is in."""
    rows = session.execute(select(Mailbox.state, func.count()).group_by(Mailbox.state))
    return {state.value: 0 for state in MailboxState} | {state.value: count for state, count in rows}


def nudges_by_state(session: Session) -> dict[str, int]:
    """Every state, also those that no nudge is in."""
    rows = session.execute(select(Nudge.state, func.count()).group_by(Nudge.state))
    return {state.value: 0 for state in NudgeState} | {state.value: count for state, count in rows}


def longest_silence(session: Session, now: datetime) -> float:
    """Seconds since the last contact with the watched mailbox whose contact is longest ago; 0 where none is watched."""
    oldest = session.scalar(select(func.min(Mailbox.last_contact_at)).where(Mailbox.state == MailboxState.WATCHED))
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
