"""What is to be done now about a nudge that follows another one."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.nudge.again import decide_again
from app.nudge.policy import Action, Decision, Why
from app.nudge.rules import rules_from
from app.store import feedback
from app.store.schema import Mailbox, Nudge
from app.store.states import FeedbackKind, NudgeKind

# Help that comes later than that belongs to no answer that the rep remembers.
HELP_IN_TIME: Final = timedelta(days=1)


def decide_follower(session: Session, nudge: Nudge, followed: Nudge, mailbox: Mailbox, now: datetime) -> Decision:
    """Help comes at once, whatever the hour, as the rep has just written; what was put off has rules of its own."""
    if nudge.kind is NudgeKind.HELP:
        is_late = now - nudge.opened_at > HELP_IN_TIME
        return Decision(Action.SILENT, Why.TOO_LATE) if is_late else Decision(Action.NOW, Why.SETTLED)
    snoozed = mailbox.snoozed_until
    return decide_again(
        now,
        max(nudge.opened_at, snoozed or now),
        followed.last_send_at,
        rules_from(mailbox.rules).hours,
        stopped=FeedbackKind.STOP in feedback.said_of(session, followed),
        is_put_off=feedback.is_put_off(session, followed),
    )
