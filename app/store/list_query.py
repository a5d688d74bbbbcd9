"""What a list of sends is asked for, as conditions on the rows; every filter is answered from an index."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Select, exists, literal, select, tuple_
from sqlalchemy.orm import Session

from app.store.list_said import has_word, some_with_word
from app.store.mailboxes import seen_by
from app.store.schema import Mailbox, Nudge, Send, SendToken
from app.store.signs import bit_of
from app.store.states import FeedbackKind, NudgeState

# A word or state that stands with no more sends than this is looked up send by send; else the list is walked.
RARE: Final = 1000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_UNDER_WAY: Final = (NudgeState.PLANNED, NudgeState.INTENT)
_NEITHER_COMES: Final = (NudgeState.SILENT, NudgeState.FAILED)


class NudgeFilter(StrEnum):
    """What became of the nudge about a send; `NONE` also means that none will come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    NONE = "none"


class Order(StrEnum):
    """What comes first. A send that was left out before analysis has no strength, and no place in that order."""

    NEWEST = "newest"
    OLDEST = "oldest"
    STRONGEST = "strength"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sends to list: from `since` on and before `until`, with all of `tokens` (see `envelopes.query_tokens`).

    `lone` sends belong to no template; `reason` is one of `signs.CODES` among the reasons; `said` is a word that stands
    for the send, `unsaid` that none does.
    """

    flagged_only: bool = True
    since: datetime | None = None
    until: datetime | None = None
    template_id: uuid.UUID | None = None
    lone: bool = False
    nudge: NudgeFilter | None = None
    language: str | None = None
    reason: str | None = None
    said: FeedbackKind | None = None
    unsaid: bool = False
    tokens: tuple[bytes, ...] = ()
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class Cursor:
    """One send's place in the list: the next page starts right behind it, whatever has arrived meanwhile."""

    sent_at: datetime
    send_id: uuid.UUID
    score: float | None = None

    def __str__(self) -> str:
        place = f"{(self.sent_at - EPOCH) // timedelta(microseconds=1)}-{self.send_id.hex}"
        return place if self.score is None else f"{place}-{self.score!r}"

    @classmethod
    def of(cls, send: Send) -> Self:
        return cls(send.sent_at, send.id)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` and `OverflowError`."""
        microseconds, send_id, score = (*text.split("-", maxsplit=2), "", "")[:3]
        found = cls(
            EPOCH + timedelta(microseconds=int(microseconds)), uuid.UUID(hex=send_id), float(score) if score else None
        )
        if found.score is not None and not isfinite(found.score):
            raise ValueError("no score")
        return found


def queries(session: Session, rep_id: uuid.UUID, filters: Filters) -> Iterator[Select[Send]]:
    """Queries that together find each send once, each in the order of an index or over few rows only."""
    verdicts = (True,) if filters.flagged_only else (True, False)
    for mailbox_id in mailbox_ids(session, rep_id):
        matching = list(narrowing(filters, [mailbox_id]))
        few = _few_sends(session, mailbox_id, filters)
        if few is not None:
            yield select(Send).where(few, Send.mailbox_id == mailbox_id, Send.flagged.in_(verdicts), *matching)
            continue
        for flagged in verdicts:
            yield select(Send).where(Send.mailbox_id == mailbox_id, Send.flagged.is_(flagged), *matching)


def mailbox_ids(session: Session, rep_id: uuid.UUID) -> Sequence[uuid.UUID]:
    return session.scalars(select(Mailbox.id).where(seen_by(rep_id))).all()


def is_above(cursor: Cursor) -> ColumnElement[bool]:
    """Later than the cursor's send."""
    return tuple_(Send.sent_at, Send.id) > (cursor.sent_at, cursor.send_id)


def is_below(cursor: Cursor) -> ColumnElement[bool]:
    """Earlier than the cursor's send."""
    return tuple_(Send.sent_at, Send.id) < (cursor.sent_at, cursor.send_id)


def in_order(order: Order) -> list[ColumnElement[Any]]:
    """By what a query is sorted."""
    match order:
        case Order.NEWEST:
            return [Send.sent_at.desc(), Send.id.desc()]
        case Order.OLDEST:
            return [Send.sent_at.asc(), Send.id.asc()]
        case Order.STRONGEST:
            return [Send.score.desc(), Send.sent_at.desc(), Send.id.desc()]


def is_behind(cursor: Cursor, order: Order) -> ColumnElement[bool]:
    """Further down than the cursor's send."""
    if order is Order.STRONGEST and cursor.score is not None:
        return tuple_(Send.score, Send.sent_at, Send.id) < (cursor.score, cursor.sent_at, cursor.send_id)
    return is_above(cursor) if order is Order.OLDEST else is_below(cursor)


def _few_sends(session: Session, mailbox_id: uuid.UUID, filters: Filters) -> ColumnElement[bool] | None:
    """The condition that leaves few of the mailbox's sends; None where the filters name nothing rare."""
    rarest = _sends_with_rarest(session, mailbox_id, filters.tokens)
    if rarest is not None:
        return Send.id.in_(rarest)
    if filters.said is not None:
        with_word = some_with_word(session, [filters.said], [mailbox_id], RARE + 1)
        if len(with_word) <= RARE:
            return Send.id.in_(with_word)
    if filters.nudge is not NudgeFilter.WAITING:
        return None
    query = select(Nudge.id).where(Nudge.mailbox_id == mailbox_id, Nudge.state.in_(_UNDER_WAY))
    nudge_ids = session.scalars(query.limit(RARE + 1)).all()
    return Send.nudge_id.in_(nudge_ids) if len(nudge_ids) <= RARE else None


def _sends_with_rarest(session: Session, mailbox_id: uuid.UUID, tokens: Sequence[bytes]) -> Sequence[uuid.UUID] | None:
    """The mailbox's sends with the rarest of the words; None where even that one is common, or none is given."""
    rarest: Sequence[uuid.UUID] | None = None
    for token in tokens:
        query = select(SendToken.send_id).where(SendToken.mailbox_id == mailbox_id, SendToken.token == token)
        send_ids = session.scalars(query.limit(RARE + 1)).all()
        if len(send_ids) <= RARE and (rarest is None or len(send_ids) < len(rarest)):
            rarest = send_ids
    return rarest


def _has_token(token: bytes) -> ColumnElement[bool]:
    is_own = SendToken.mailbox_id == Send.mailbox_id
    return exists().where(is_own, SendToken.token == token, SendToken.send_id == Send.id)


def narrowing(filters: Filters, own: Sequence[uuid.UUID]) -> Iterator[ColumnElement[bool]]:
    """What the filters ask of a send of these mailboxes, but for the verdict."""
    if filters.since is not None:
        yield Send.sent_at >= filters.since
    if filters.until is not None:
        yield Send.sent_at < filters.until
    if filters.template_id is not None:
        yield Send.template_id == filters.template_id
    if filters.lone:
        # Most sends belong to no template: the comparison keeps SQLite from looking them all up by that.
        yield Send.template_id.is_(None) == literal(value=True)
    if filters.language is not None:
        yield Send.language == filters.language
    if filters.nudge is not None:
        yield _nudge_condition(filters.nudge)
    if filters.reason is not None:
        yield Send.signs.bitwise_and(bit_of(filters.reason)) != 0
    if filters.said is not None:
        yield has_word([filters.said], own)
    if filters.unsaid:
        yield ~has_word(list(FeedbackKind), own)
    if filters.order is Order.STRONGEST:
        yield Send.score.is_not(None)
    yield from (_has_token(token) for token in filters.tokens)


def _nudge_condition(wanted: NudgeFilter) -> ColumnElement[bool]:
    own = exists().where(Nudge.id == Send.nudge_id)
    match wanted:
        case NudgeFilter.WAITING:
            return own.where(Nudge.state.in_(_UNDER_WAY))
        case NudgeFilter.DELIVERED:
            return own.where(Nudge.state == NudgeState.DELIVERED)
        case NudgeFilter.NONE:
            return ~own.where(Nudge.state.not_in(_NEITHER_COMES))
