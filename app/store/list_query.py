"""What a list of sends is asked for, as conditions on the rows; every filter is answered from an index."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from sqlalchemy import ColumnElement, Select, String, cast, exists, literal, select, tuple_
from sqlalchemy.orm import Session

from app.store.schema import Mailbox, Nudge, Send, SendToken
from app.store.states import NudgeState

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


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sends to list: from `since` on and before `until`, with all of `tokens` (see `envelopes.query_tokens`).

    `lone` sends belong to no template; `reason` is a code among the reasons.
    """

    flagged_only: bool = True
    since: datetime | None = None
    until: datetime | None = None
    template_id: uuid.UUID | None = None
    lone: bool = False
    nudge: NudgeFilter | None = None
    language: str | None = None
    reason: str | None = None
    tokens: tuple[bytes, ...] = ()
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """One send's place in the list: the next page starts right behind it, whatever has arrived meanwhile."""

    sent_at: datetime
    send_id: uuid.UUID

    def __str__(self) -> str:
        return f"{(self.sent_at - EPOCH) // timedelta(microseconds=1)}-{self.send_id.hex}"

    @classmethod
    def of(cls, send: Send) -> Self:
        return cls(send.sent_at, send.id)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` and `OverflowError`."""
        microseconds, _, send_id = text.partition("-")
        return cls(EPOCH + timedelta(microseconds=int(microseconds)), uuid.UUID(hex=send_id))


def queries(session: Session, rep_id: uuid.UUID, filters: Filters) -> Iterator[Select[Send]]:
    """Queries that together find each send once, each in the order of an index or over few rows only."""
    verdicts = (True,) if filters.flagged_only else (True, False)
    for mailbox_id in mailbox_ids(session, rep_id):
        matching = list(narrowing(filters))
        few = _few_sends(session, mailbox_id, filters)
        if few is not None:
            yield select(Send).where(few, Send.mailbox_id == mailbox_id, Send.flagged.in_(verdicts), *matching)
            continue
        for flagged in verdicts:
            yield select(Send).where(Send.mailbox_id == mailbox_id, Send.flagged.is_(flagged), *matching)


def mailbox_ids(session: Session, rep_id: uuid.UUID) -> Sequence[uuid.UUID]:
    return session.scalars(select(Mailbox.id).where(Mailbox.rep_id == rep_id)).all()


def is_above(cursor: Cursor) -> ColumnElement[bool]:
    """Later than the cursor's send."""
    return tuple_(Send.sent_at, Send.id) > (cursor.sent_at, cursor.send_id)


def is_below(cursor: Cursor) -> ColumnElement[bool]:
    """Earlier than the cursor's send."""
    return tuple_(Send.sent_at, Send.id) < (cursor.sent_at, cursor.send_id)


def _few_sends(session: Session, mailbox_id: uuid.UUID, filters: Filters) -> ColumnElement[bool] | None:
    """The condition that leaves few of the mailbox's sends; None where the filters name nothing rare."""
    rarest = _sends_with_rarest(session, mailbox_id, filters.tokens)
    if rarest is not None:
        return Send.id.in_(rarest)
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


def narrowing(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """What the filters ask of a send, but for the verdict."""
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
        yield cast(Send.reasons, String).contains(f'"code": "{filters.reason}"', autoescape=True)
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
