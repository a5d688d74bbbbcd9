"""Sums over a rep's own sends, notes and calls, made by the database. Nothing here spans more than one rep."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import ColumnElement, Integer, Select, case, column, func, or_, select, values
from sqlalchemy.orm import Session

from app.store.columns import UtcDateTime
from app.store.mailboxes import seen_by
from app.store.schema import Feedback, Mailbox, Nudge, Send
from app.store.states import FeedbackKind, NudgeKind, NudgeState

# The note that a word is about.
_NOTE: Final = func.coalesce(Feedback.nudge_id, Send.nudge_id)


@dataclass(frozen=True, slots=True)
class WeekSums:
    """The sends of one stretch of time, those of them that were flagged, and the calls marked in it."""

    sends: int
    flagged: int
    calls: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Of so many, so many were answered in time."""

    of: int
    count: int


@dataclass(frozen=True, slots=True)
class FirstMails:
    """Flagged ones, and those that are neither flagged nor like others."""

    templated: Answered
    personal: Answered


@dataclass(frozen=True, slots=True)
class CalledSend:
    """A send, as part of the mails that a marked call was about."""

    call_id: uuid.UUID
    called_at: datetime
    sent_at: datetime
    answer_seconds: int | None


def oldest_send(session: Session, rep_id: uuid.UUID) -> datetime | None:
    """When the oldest send was sent that is kept; None where there is none."""
    # One verdict at a time the index of the list begins with the oldest.
    oldest = (
        session.scalar(select(func.min(Send.sent_at)).where(one, Send.flagged.is_(flagged)))
        for one in _sends_of(session, rep_id)
        for flagged in (True, False)
    )
    return min((moment for moment in oldest if moment is not None), default=None)


def by_week(session: Session, rep_id: uuid.UUID, bounds: Sequence[datetime]) -> list[WeekSums]:
    """The sums between each two neighbours of `bounds`, in their order."""
    called = _calls(rep_id).with_only_columns(Feedback.created_at).where(Feedback.created_at >= bounds[0])
    calls = session.scalars(called).all()
    sums = [WeekSums(0, 0, sum(start <= moment < end for moment in calls)) for start, end in pairwise(bounds)]
    for one in _sends_of(session, rep_id):
        counts = session.execute(_counts_by_week(one, bounds)).all()
        sums = [
            WeekSums(week.sends + flagged + others, week.flagged + flagged, week.calls)
            for week, (flagged, others) in zip(sums, counts, strict=True)
        ]
    return sums


def _counts_by_week(one: ColumnElement[bool], bounds: Sequence[datetime]) -> Select[int, int]:
    """Verdict by verdict and week by week, so that each count is one walk along the index of the list."""
    columns = column("number", Integer), column("start", UtcDateTime), column("end", UtcDateTime)
    spans = [(number, start, end) for number, (start, end) in enumerate(pairwise(bounds))]
    weeks = values(*columns, name="weeks").data(spans).cte("weeks")
    within = (Send.sent_at >= weeks.c.start) & (Send.sent_at < weeks.c.end)
    flagged, others = (
        select(func.count()).where(one, Send.flagged.is_(is_it), within).scalar_subquery() for is_it in (True, False)
    )
    return select(flagged, others).select_from(weeks).order_by(weeks.c.number)


def first_mails(session: Session, rep_id: uuid.UUID, since: datetime, until: datetime, seconds: int) -> FirstMails:
    """The first mails of that time, and how many of them were answered within so many seconds."""
    in_time = Send.answer_seconds <= seconds
    personal = Send.flagged.is_(False) & Send.template_id.is_(None)
    kinds = (Send.flagged, Send.flagged & in_time, personal, personal & in_time)
    sums = [0, 0, 0, 0]
    for one in _sends_of(session, rep_id):
        query = select(*(func.count(case((kind, 1))) for kind in kinds))
        found = session.execute(query.where(one, Send.opens.is_(True), _within(since, until))).one()
        sums = [before + more for before, more in zip(sums, found, strict=True)]
    return FirstMails(templated=Answered(*sums[:2]), personal=Answered(*sums[2:]))


def called_sends(session: Session, rep_id: uuid.UUID, since: datetime, until: datetime) -> list[CalledSend]:
    """The flagged sends that the calls of that time were marked for, each with its call."""
    facts = (Feedback.id, Feedback.created_at, Send.sent_at, Send.answer_seconds)
    found: list[CalledSend] = []
    for link in (Send.id == Feedback.send_id, Send.nudge_id == Feedback.nudge_id):
        calls = _calls(rep_id).with_only_columns(*facts).join(Send, link)
        rows = calls.where(Feedback.created_at >= since, Feedback.created_at < until, Send.flagged)
        found += [CalledSend(*row) for row in session.execute(rows)]
    return found


def notes_by_state(session: Session, rep_id: uuid.UUID, since: datetime) -> dict[NudgeState, int]:
    """The bursts since then by the state of the note about each."""
    query = _bursts(rep_id, since).with_only_columns(Nudge.state, func.count()).group_by(Nudge.state)
    return {row[0]: row[1] for row in session.execute(query)}


def reactions(session: Session, rep_id: uuid.UUID, since: datetime) -> dict[FeedbackKind, int]:
    """On how many of the delivered notes the rep said what; one that has several words counts for each."""
    query = _words(rep_id, since).with_only_columns(Feedback.kind, func.count(_NOTE.distinct()))
    return {row[0]: row[1] for row in session.execute(query.group_by(Feedback.kind))}


def with_any_word(session: Session, rep_id: uuid.UUID, since: datetime) -> int:
    """On how many of the delivered notes the rep said anything."""
    query = _words(rep_id, since).with_only_columns(func.count(_NOTE.distinct()))
    return session.scalar(query) or 0


def _words(rep_id: uuid.UUID, since: datetime) -> Select[Feedback]:
    """What stands of delivered notes, said of the note itself or of one of its sends."""
    delivered = _bursts(rep_id, since).where(Nudge.state == NudgeState.DELIVERED).with_only_columns(Nudge.id)
    about = or_(Feedback.nudge_id.in_(delivered), Send.nudge_id.in_(delivered))
    own = select(Mailbox.id).where(seen_by(rep_id))  # for the index: of all reps, it would be a walk over all
    query = select(Feedback).outerjoin(Send, Send.id == Feedback.send_id)
    return query.where(Feedback.mailbox_id.in_(own), Feedback.undone_at.is_(None), about)


def _bursts(rep_id: uuid.UUID, since: datetime) -> Select[Nudge]:
    query = select(Nudge).join(Mailbox, Mailbox.id == Nudge.mailbox_id).where(seen_by(rep_id))
    return query.where(Nudge.kind == NudgeKind.NUDGE, Nudge.last_send_at >= since)


def _calls(rep_id: uuid.UUID) -> Select[Feedback]:
    query = select(Feedback).join(Mailbox, Mailbox.id == Feedback.mailbox_id).where(seen_by(rep_id))
    return query.where(Feedback.kind == FeedbackKind.CALLED, Feedback.undone_at.is_(None))


def _sends_of(session: Session, rep_id: uuid.UUID) -> Sequence[ColumnElement[bool]]:
    """One condition for each of the rep's mailboxes: an index is walked in order for one mailbox at a time."""
    mailbox_ids = session.scalars(select(Mailbox.id).where(seen_by(rep_id)))
    return [Send.mailbox_id == mailbox_id for mailbox_id in mailbox_ids]


def _within(start: datetime, end: datetime) -> ColumnElement[bool]:
    return (Send.sent_at >= start) & (Send.sent_at < end)
