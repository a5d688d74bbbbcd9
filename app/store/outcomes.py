"""What a rep sent before and after each burst that was told of or held out: counts, for seeing whether nudges do
anything. Judges nothing."""

import uuid
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.store.nudges import HELD_OUT
from app.store.schema import Feedback, Nudge, Send
from app.store.states import FeedbackKind, NudgeKind, NudgeState

_CALLS = (FeedbackKind.CALLED, FeedbackKind.WILL_CALL)


@dataclass(frozen=True, slots=True)
class Sent:
    """Of `all` judged sends of some time, so many were `flagged`."""

    flagged: int
    all: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A burst at the moment when its nudge came or would have come; `called`: the rep marked a call for it."""

    at: datetime
    held_out: bool
    called: bool
    before: Sent
    after: Sent


def outcomes(session: Session, mailbox_id: uuid.UUID, span: timedelta, now: datetime) -> list[Outcome]:
    """Every burst whose `span` afterwards is over, by time; `before` and `after` count the sends of such a span."""
    called = _called(session, mailbox_id)
    sent = session.execute(
        select(Send.sent_at, Send.flagged)
        .where(Send.mailbox_id == mailbox_id, Send.score.is_not(None))
        .order_by(Send.sent_at)
    ).all()
    times, flagged = [at for at, _ in sent], [at for at, is_flagged in sent if is_flagged]

    def between(start: datetime, end: datetime) -> Sent:
        return Sent(_count(flagged, start, end), _count(times, start, end))

    return [
        Outcome(
            at,
            held_out=state is NudgeState.SILENT,
            called=nudge_id in called,
            before=between(at - span, at),
            after=between(at, at + span),
        )
        for nudge_id, at, state in _moments(session, mailbox_id, now - span)
    ]


def _moments(
    session: Session, mailbox_id: uuid.UUID, until: datetime
) -> Sequence[tuple[uuid.UUID, datetime, NudgeState]]:
    digest = aliased(Nudge)
    at = func.coalesce(digest.delivered_at, Nudge.delivered_at, Nudge.decided_at)
    held_out = and_(Nudge.state == NudgeState.SILENT, Nudge.decision == HELD_OUT)
    query = (
        select(Nudge.id, at, Nudge.state)
        .outerjoin(digest, digest.id == Nudge.digest_id)
        .where(Nudge.mailbox_id == mailbox_id, Nudge.kind == NudgeKind.NUDGE)
        .where(or_(Nudge.state == NudgeState.DELIVERED, held_out), at <= until)
        .order_by(at, Nudge.id)
    )
    return [(nudge_id, moment, state) for nudge_id, moment, state in session.execute(query)]


def _called(session: Session, mailbox_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Of a digest as a whole it is not known which text a call was about."""
    said = select(func.coalesce(Feedback.nudge_id, Send.nudge_id)).outerjoin(Send, Send.id == Feedback.send_id)
    own = (Feedback.mailbox_id == mailbox_id, Feedback.kind.in_(_CALLS), Feedback.undone_at.is_(None))
    return frozenset(session.scalars(said.where(*own)))


def _count(times: Sequence[datetime], start: datetime, end: datetime) -> int:
    return bisect_left(times, end) - bisect_left(times, start)
