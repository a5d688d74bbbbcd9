"""Nudge rows: bursts are opened and joined, due ones are claimed, outcomes are noted.

Every step is one conditional UPDATE whose row count says who won, so that two couriers never do the same step.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.store.schema import Feedback, Mailbox, Nudge, Send, Template
from app.store.states import MailboxState, NudgeState

NOT_ON_ITS_WAY = (NudgeState.PLANNED, NudgeState.SILENT)
REACHABLE = (MailboxState.WATCHED, MailboxState.READING, MailboxState.WAITING)


@dataclass(frozen=True, slots=True)
class Intent:
    """What is committed before an APPEND, so that a crash between the two can be told apart later."""

    at: datetime
    inbox_uidvalidity: int
    inbox_uidnext: int


def latest_of_template(session: Session, template_id: uuid.UUID) -> Nudge | None:
    """The newest burst of a template."""
    return session.scalar(
        select(Nudge).where(Nudge.template_id == template_id).order_by(Nudge.opened_at.desc()).limit(1)
    )


def open_burst(
    session: Session,
    mailbox: Mailbox,
    burst_id: uuid.UUID,
    template_id: uuid.UUID | None,
    message_id: str,
    at: datetime,
) -> Nudge:
    """A new burst with its one nudge, planned for as soon as the policy looks at it."""
    nudge = Nudge(
        id=burst_id,
        mailbox_id=mailbox.id,
        template_id=template_id,
        opened_at=at,
        last_send_at=at,
        message_id=message_id,
        state=NudgeState.PLANNED,
        due_at=at,
        attempts=0,
    )
    session.add(nudge)
    session.flush()
    return nudge


def follow_into_template(session: Session, regrouped: Iterable[Send]) -> None:
    """Sends that were flagged alone turn out to be copies of one text, which is one burst and so one nudge.

    A nudge that is not on its way yet goes, and its send joins the template's burst; what the rep said of it stands for
    the send. Any other nudge, also that of another template, counts as the template's from now on, so that the policy
    and the rep's word know of it.
    """
    for send in regrouped:
        nudge = session.get(Nudge, send.nudge_id) if send.nudge_id else None
        if nudge is None:
            continue
        if nudge.template_id is None and nudge.state in NOT_ON_ITS_WAY:
            session.execute(
                update(Feedback).where(Feedback.nudge_id == nudge.id).values(nudge_id=None, send_id=send.id)
            )
            send.nudge_id = None
            session.flush()
            session.delete(nudge)
        else:
            nudge.template_id = send.template_id
    session.flush()


def sends_of(session: Session, nudge_id: uuid.UUID) -> Sequence[Send]:
    """The burst's flagged sends, newest first."""
    query = (
        select(Send)
        .where(Send.nudge_id == nudge_id, Send.flagged.is_(True))
        .order_by(Send.sent_at.desc(), Send.uid.desc())
    )
    return session.scalars(query).all()


def due(session: Session, now: datetime, grace_ended: datetime, limit: int = 50) -> Sequence[Nudge]:
    """Nudges with something to do: planned and due, in doubt since `grace_ended`, or to be verified once more."""
    something = or_(
        and_(Nudge.state == NudgeState.PLANNED, Nudge.due_at <= now),
        and_(Nudge.state == NudgeState.INTENT, Nudge.intent_at <= grace_ended, Nudge.due_at <= now),
        and_(Nudge.state == NudgeState.DELIVERED, Nudge.verify_at <= now),
    )
    query = (
        select(Nudge)
        .join(Mailbox, Mailbox.id == Nudge.mailbox_id)
        .where(something, Mailbox.state.in_(REACHABLE))
        .order_by(Nudge.due_at)
        .limit(limit)
    )
    return session.scalars(query).all()


def step(session: Session, nudge_id: uuid.UUID, state: NudgeState, attempts: int, /, **values: Any) -> bool:
    """Change the row only if it still is in `state` after `attempts`; False where another courier was faster."""
    changed = session.execute(
        update(Nudge).where(Nudge.id == nudge_id, Nudge.state == state, Nudge.attempts == attempts).values(**values)
    )
    return int(changed.rowcount) == 1  # type: ignore[attr-defined]  # CursorResult, hidden behind Result


def said(
    session: Session, mailbox_id: uuid.UUID, since: datetime, other_than: uuid.UUID
) -> list[tuple[datetime, int | None]]:
    """When other nudges reached (or may have reached) this mailbox, and about which template number; oldest first."""
    moment = func.coalesce(Nudge.delivered_at, Nudge.intent_at)
    query = (
        select(moment, Template.number)
        .outerjoin(Template, Template.id == Nudge.template_id)
        .where(
            Nudge.mailbox_id == mailbox_id,
            Nudge.id != other_than,
            Nudge.state.in_((NudgeState.DELIVERED, NudgeState.INTENT)),
            moment >= since,
        )
        .order_by(moment)
    )
    return [(at, number) for at, number in session.execute(query)]


def count_by_state(session: Session, mailbox_id: uuid.UUID) -> dict[NudgeState, int]:
    query = select(Nudge.state, func.count()).where(Nudge.mailbox_id == mailbox_id).group_by(Nudge.state)
    return dict(session.execute(query).tuples().all())
