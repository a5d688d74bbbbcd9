"""Nudge rows: bursts are opened and joined, due ones are claimed, outcomes are noted.

Every step is one conditional UPDATE whose row count says who won, so that two couriers never do the same step.
"""

import hmac
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.store.schema import Feedback, Mailbox, Nudge, Send, Template
from app.store.states import FeedbackKind, MailboxState, NudgeKind, NudgeState
from app.store.vault import DataVault

# Of one burst. Over a weekend: what went out on Friday afternoon and on Monday morning is one story for the rep.
LONGEST_GAP = timedelta(days=3)
NOT_ON_ITS_WAY = (NudgeState.PLANNED, NudgeState.SILENT)
HELD_OUT = "held_out"  # the decision of what was silent by chance alone
REACHABLE = (MailboxState.WATCHED, MailboxState.READING, MailboxState.WAITING)


@dataclass(frozen=True, slots=True)
class Tally:
    """The nudges of one mailbox in numbers; `oldest_waiting` is when the oldest one that still has to go was opened."""

    counts: dict[NudgeState, int]
    oldest_waiting: datetime | None
    last_error: str | None


def message_id_of(vault: DataVault, nudge_id: uuid.UUID) -> str:
    """The same for every attempt, so that a delivered nudge can be found again, and not to be guessed by a sender."""
    tag = hmac.new(vault.derive("nudge-message-id"), nudge_id.bytes, sha256).hexdigest()[:32]
    return f"<nudge.{tag}@zuruf.invalid>"


def latest_of_template(session: Session, template_id: uuid.UUID) -> Nudge | None:
    """The newest burst of a template."""
    bursts = select(Nudge).where(Nudge.template_id == template_id, Nudge.kind == NudgeKind.NUDGE)
    return session.scalar(bursts.order_by(Nudge.opened_at.desc()).limit(1))


def last_delivered(session: Session, template_id: uuid.UUID, other_than: uuid.UUID) -> datetime | None:
    """When the last nudge about another burst of the template reached the mailbox."""
    others = (Nudge.template_id == template_id, Nudge.kind == NudgeKind.NUDGE, Nudge.id != other_than)
    return session.scalar(select(func.max(Nudge.delivered_at)).where(*others))


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
        if nudge.template_id is None and nudge.state in NOT_ON_ITS_WAY and nudge.decision != HELD_OUT:
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


def all_sends_of(session: Session, nudge_id: uuid.UUID) -> Sequence[Send]:
    """Also those that the rep's word took off the list, newest first."""
    return session.scalars(select(Send).where(Send.nudge_id == nudge_id).order_by(Send.sent_at.desc())).all()


def due(session: Session, now: datetime, grace_ended: datetime, limit: int = 50) -> Sequence[Nudge]:
    """Nudges with something to do, the most urgent one of each mailbox: planned and due, in doubt since `grace_ended`,
    or to be verified once more. What a courier has in hand is left out, and what goes with a digest."""
    something = or_(
        and_(Nudge.state == NudgeState.PLANNED, Nudge.due_at <= now),
        and_(Nudge.state == NudgeState.INTENT, Nudge.intent_at <= grace_ended, Nudge.due_at <= now),
        and_(Nudge.state == NudgeState.DELIVERED, Nudge.verify_at <= now),
    )
    turn = func.row_number().over(partition_by=Nudge.mailbox_id, order_by=(Nudge.due_at, Nudge.id)).label("turn")
    ranked = (
        select(Nudge.id, turn)
        .join(Mailbox, Mailbox.id == Nudge.mailbox_id)
        .where(something, _goes_alone(), is_free(Nudge.claimed_until, now), Mailbox.state.in_(REACHABLE))
        .subquery()
    )
    query = (
        select(Nudge)
        .join(ranked, ranked.c.id == Nudge.id)
        .where(ranked.c.turn == 1)
        .order_by(Nudge.due_at)
        .limit(limit)
    )
    return session.scalars(query).all()


def is_free(claimed_until: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
    """Whether no courier has the row in hand."""
    return or_(claimed_until.is_(None), claimed_until <= now)


def _goes_alone() -> ColumnElement[bool]:
    """A burst that is bound to a digest is moved by the digest's steps alone."""
    return Nudge.digest_id.is_(None)


def ask_again(session: Session, mailbox_id: uuid.UUID, now: datetime) -> None:
    """Other rules hold: what waits by the old ones is decided about anew. What a server put off keeps its time."""
    kinds = (NudgeKind.NUDGE, NudgeKind.AGAIN)
    waits = (Nudge.mailbox_id == mailbox_id, Nudge.kind.in_(kinds), Nudge.state == NudgeState.PLANNED)
    session.execute(update(Nudge).where(*waits, Nudge.last_error.is_(None)).values(due_at=now))


def claim(session: Session, nudge: Nudge, now: datetime, until: datetime) -> bool:
    """Take the nudge in hand until then; False where it changed since it was read, or another courier has it.

    A claim must outlive whatever its owner may still be doing: nobody asks the owner.
    """
    return _change(
        session, nudge.id, nudge.state, nudge.attempts, is_free(Nudge.claimed_until, now), {"claimed_until": until}
    )


def release_all(session: Session) -> None:
    """Only for a courier that has the database for itself: whoever had claimed these is dead."""
    session.execute(update(Nudge).where(Nudge.claimed_until.is_not(None)).values(claimed_until=None))


def is_on_its_way(session: Session, mailbox_id: uuid.UUID, now: datetime) -> bool:
    """Whether a courier may be putting a nudge into this mailbox at this moment."""
    held = select(Nudge.id).where(Nudge.mailbox_id == mailbox_id, Nudge.claimed_until > now)
    return session.scalar(held.limit(1)) is not None


def step(session: Session, nudge_id: uuid.UUID, state: NudgeState, attempts: int, /, **values: Any) -> bool:
    """Change the row only if it still is in `state` after `attempts`; False where another courier was faster.

    A claim ends with the step unless a new one is among the values.
    """
    return _change(session, nudge_id, state, attempts, true(), {**values, "claimed_until": values.get("claimed_until")})


def _change(
    session: Session,
    nudge_id: uuid.UUID,
    state: NudgeState,
    attempts: int,
    condition: ColumnElement[bool],
    values: dict[str, Any],
) -> bool:
    same = (Nudge.id == nudge_id, Nudge.state == state, Nudge.attempts == attempts, condition)
    changed = session.execute(update(Nudge).where(*same).values(**values))
    return int(changed.rowcount) == 1  # type: ignore[attr-defined]  # CursorResult, hidden behind Result


@dataclass(frozen=True, slots=True)
class Said:
    """A nudge that reached (or may have reached) the mailbox, by itself or in a digest, or that was `held_out` from it.

    `words` are what the rep said of it or of its digest; bursts of one digest have its moment.
    """

    id: uuid.UUID
    at: datetime
    template: int | None
    in_digest: bool
    held_out: bool
    words: frozenset[FeedbackKind]


def said(session: Session, mailbox_id: uuid.UUID, since: datetime, other_than: uuid.UUID) -> list[Said]:
    """The nudges about other bursts, by time; what belongs to a digest counts once that is on its way."""
    digest = aliased(Nudge)
    moment = func.coalesce(
        *(digest.delivered_at, digest.intent_at, Nudge.delivered_at, Nudge.intent_at, Nudge.decided_at)
    )
    held_out = and_(Nudge.state == NudgeState.SILENT, Nudge.decision == HELD_OUT)
    query = (
        select(Nudge.id, Nudge.digest_id, moment, Template.number, Nudge.state)
        .outerjoin(Template, Template.id == Nudge.template_id)
        .outerjoin(digest, digest.id == Nudge.digest_id)
        .where(
            Nudge.mailbox_id == mailbox_id,
            Nudge.id != other_than,
            Nudge.kind == NudgeKind.NUDGE,
            or_(Nudge.state.in_((NudgeState.DELIVERED, NudgeState.INTENT)), held_out),
            or_(digest.id.is_(None), digest.state != NudgeState.PLANNED),
            moment >= since,
        )
        .order_by(moment)
    )
    rows = session.execute(query).all()
    words = _words(session, mailbox_id)
    return [
        Said(
            id=nudge_id,
            at=at,
            template=number,
            in_digest=bound is not None,
            held_out=state is NudgeState.SILENT,
            words=frozenset(words[nudge_id] | (words[bound] if bound else set())),
        )
        for nudge_id, bound, at, number, state in rows
    ]


def sketches(session: Session, nudge_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The sketch of a send of each of these nudges."""
    query = select(Send.nudge_id, Send.sketch).where(Send.nudge_id.in_(list(nudge_ids)))
    return {nudge_id: sketch for nudge_id, sketch in session.execute(query) if nudge_id is not None}


def _words(session: Session, mailbox_id: uuid.UUID) -> defaultdict[uuid.UUID, set[FeedbackKind]]:
    """What was said of each nudge or of a mail that it is about. "Not a template" counts only of the nudge: of a mail
    it may be a word about the text alone."""
    words: defaultdict[uuid.UUID, set[FeedbackKind]] = defaultdict(set)
    of_nudge = or_(Feedback.nudge_id.is_not(None), Feedback.kind != FeedbackKind.NOT_A_TEMPLATE)
    standing = (
        select(func.coalesce(Feedback.nudge_id, Send.nudge_id), Feedback.kind)
        .outerjoin(Send, Send.id == Feedback.send_id)
        .where(Feedback.mailbox_id == mailbox_id, Feedback.undone_at.is_(None), of_nudge)
    )
    for nudge_id, kind in session.execute(standing):
        if nudge_id is not None:
            words[nudge_id].add(kind)
    return words


def tally(session: Session, mailbox_id: uuid.UUID) -> Tally:
    """How the nudges of a mailbox are, for whoever looks after the installation."""
    own = and_(Nudge.mailbox_id == mailbox_id, Nudge.kind == NudgeKind.NUDGE)
    waiting = Nudge.state.in_((NudgeState.PLANNED, NudgeState.INTENT))
    failed_last = select(Nudge.last_error).where(own, Nudge.last_error.is_not(None)).order_by(Nudge.last_send_at.desc())
    return Tally(
        counts=count_by_state(session, mailbox_id),
        oldest_waiting=session.scalar(select(func.min(Nudge.opened_at)).where(own, waiting)),
        last_error=session.scalar(failed_last.limit(1)),
    )


def newest(session: Session, mailbox_id: uuid.UUID, limit: int) -> list[tuple[Nudge, Send]]:
    """The newest nudges of a mailbox, each with the newest send that it is about, a flagged one where there is one."""
    order = (Send.flagged.desc(), Send.sent_at.desc(), Send.uid.desc())
    turn = func.row_number().over(partition_by=Send.nudge_id, order_by=order)
    ranked = (
        select(Send.id, turn.label("turn")).where(Send.mailbox_id == mailbox_id, Send.nudge_id.is_not(None)).subquery()
    )
    query = (
        select(Nudge, Send)
        .join(Send, Send.nudge_id == Nudge.id)
        .join(ranked, and_(ranked.c.id == Send.id, ranked.c.turn == 1))
        .where(Nudge.mailbox_id == mailbox_id)
        .order_by(Nudge.last_send_at.desc())
        .limit(limit)
    )
    return [(nudge, send) for nudge, send in session.execute(query)]


def count_by_state(session: Session, mailbox_id: uuid.UUID) -> dict[NudgeState, int]:
    query = select(Nudge.state, func.count()).where(Nudge.mailbox_id == mailbox_id).group_by(Nudge.state)
    return dict(session.execute(query).all())
