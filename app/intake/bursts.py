"""Which burst, and so which nudge, a flagged send belongs to."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app.store import nudges
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import NudgeState
from app.store.vault import DataVault


def join_burst(session: Session, vault: DataVault, mailbox: Mailbox, send: Send, now: datetime) -> None:
    """Put a flagged send into the open burst of its template, or open one; the policy looks at it again at once.

    A burst that was silent so far may have become worth a nudge by this send. One whose nudge is on its way or out
    stays as it is: what follows is a new burst, which the policy holds back for the template's pause.
    """
    burst = nudges.latest_of_template(session, send.template_id) if send.template_id else None
    if (
        burst is None
        or burst.state not in nudges.NOT_ON_ITS_WAY
        or burst.decision == nudges.HELD_OUT
        or abs(send.sent_at - burst.last_send_at) > nudges.LONGEST_GAP
    ):
        burst = _open(session, vault, mailbox, send)
    burst.last_send_at = max(burst.last_send_at, send.sent_at)
    burst.state, burst.decision, burst.due_at = NudgeState.PLANNED, None, now
    # The digest that it was bound to may be over; one that still waits gathers it again.
    burst.digest_id = None
    send.nudge_id = burst.id


def _open(session: Session, vault: DataVault, mailbox: Mailbox, send: Send) -> Nudge:
    burst_id = uuid.uuid4()
    message_id = nudges.message_id_of(vault, burst_id)
    return nudges.open_burst(session, mailbox, burst_id, send.template_id, message_id, send.sent_at)
