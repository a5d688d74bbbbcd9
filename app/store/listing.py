"""A rep's sends as pages, newest first: filters, search through the blind index, one send and its siblings.

Every question names the rep, and only that rep's mailboxes answer it.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.orm import Session, defer

from app.store.errors import UnknownRow
from app.store.schema import Mailbox, Nudge, Send, SendToken, Template
from app.store.states import NudgeState

PAGE: Final = 50
SIBLINGS: Final = 30
COUNTED: Final = 10_000
# A word that stands in no more sends than this is looked up send by send; for a commoner one the list is walked.
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
    """Which sends to list: from `since` on and before `until`, with all of `tokens` (see `envelopes.query_tokens`)."""

    flagged_only: bool = True
    since: datetime | None = None
    until: datetime | None = None
    template_id: uuid.UUID | None = None
    nudge: NudgeFilter | None = None
    language: str | None = None
    tokens: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last send of a page: the next page starts right below it, whatever has arrived above meanwhile."""

    sent_at: datetime
    send_id: uuid.UUID

    def __str__(self) -> str:
        return f"{(self.sent_at - EPOCH) // timedelta(microseconds=1)}-{self.send_id.hex}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` and `OverflowError`."""
        microseconds, _, send_id = text.partition("-")
        return cls(EPOCH + timedelta(microseconds=int(microseconds)), uuid.UUID(hex=send_id))


@dataclass(frozen=True, slots=True)
class Page:
    """`below` is where the next page starts, None on the last one."""

    sends: tuple[Send, ...]
    below: Cursor | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sends there are, as far as they were counted."""

    flagged: int
    every: int


def page(session: Session, rep_id: uuid.UUID, filters: Filters, below: Cursor | None = None, size: int = PAGE) -> Page:
    """The next `size` sends below the cursor, newest first."""
    found: list[Send] = []
    for query in _queries(session, rep_id, filters):
        ordered = query.where(*_conditions(filters, below)).order_by(Send.sent_at.desc(), Send.id.desc())
        found += session.scalars(ordered.limit(size + 1).options(defer(Send.sketch), defer(Send.recipient_keys)))
    found.sort(key=lambda send: (send.sent_at, send.id), reverse=True)
    shown = tuple(found[:size])
    return Page(shown, Cursor(shown[-1].sent_at, shown[-1].id) if len(found) > size else None)


def _queries(session: Session, rep_id: uuid.UUID, filters: Filters) -> Iterator[Select[Send]]:
    """Queries that together find each send once, each in the order of an index or over few rows only."""
    verdicts = (True,) if filters.flagged_only else (True, False)
    for mailbox_id in _mailbox_ids(session, rep_id):
        matching = [_has_token(mailbox_id, token) for token in filters.tokens]
        few = _sends_with_rarest(session, mailbox_id, filters.tokens)
        if few is not None:
            yield select(Send).where(Send.id.in_(few), Send.flagged.in_(verdicts), *matching)
            continue
        for flagged in verdicts:
            yield select(Send).where(Send.mailbox_id == mailbox_id, Send.flagged.is_(flagged), *matching)


def _mailbox_ids(session: Session, rep_id: uuid.UUID) -> Sequence[uuid.UUID]:
    return session.scalars(select(Mailbox.id).where(Mailbox.rep_id == rep_id)).all()


def _sends_with_rarest(session: Session, mailbox_id: uuid.UUID, tokens: Sequence[bytes]) -> Sequence[uuid.UUID] | None:
    """The mailbox's sends with the rarest of the words; None where even that one is common, or none is given."""
    rarest: Sequence[uuid.UUID] | None = None
    for token in tokens:
        query = select(SendToken.send_id).where(SendToken.mailbox_id == mailbox_id, SendToken.token == token)
        send_ids = session.scalars(query.limit(RARE + 1)).all()
        if len(send_ids) <= RARE and (rarest is None or len(send_ids) < len(rarest)):
            rarest = send_ids
    return rarest


def _has_token(mailbox_id: uuid.UUID, token: bytes) -> ColumnElement[bool]:
    return exists().where(SendToken.mailbox_id == mailbox_id, SendToken.token == token, SendToken.send_id == Send.id)


def _conditions(filters: Filters, below: Cursor | None) -> Iterator[ColumnElement[bool]]:
    if below is not None:
        yield tuple_(Send.sent_at, Send.id) < (below.sent_at, below.send_id)
    if filters.since is not None:
        yield Send.sent_at >= filters.since
    if filters.until is not None:
        yield Send.sent_at < filters.until
    if filters.template_id is not None:
        yield Send.template_id == filters.template_id
    if filters.language is not None:
        yield Send.language == filters.language
    if filters.nudge is not None:
        yield _nudge_condition(filters.nudge)


def _nudge_condition(wanted: NudgeFilter) -> ColumnElement[bool]:
    own = exists().where(Nudge.id == Send.nudge_id)
    match wanted:
        case NudgeFilter.WAITING:
            return own.where(Nudge.state.in_(_UNDER_WAY))
        case NudgeFilter.DELIVERED:
            return own.where(Nudge.state == NudgeState.DELIVERED)
        case NudgeFilter.NONE:
            return ~own.where(Nudge.state.not_in(_NEITHER_COMES))


def counts(session: Session, rep_id: uuid.UUID, limit: int = COUNTED) -> Counts:
    """How much there is to list at all, counted up to `limit`."""
    mailbox_ids = _mailbox_ids(session, rep_id)
    flagged, passed = (sum(_count(session, one, verdict, limit) for one in mailbox_ids) for verdict in (True, False))
    return Counts(min(flagged, limit), min(flagged + passed, limit))


def _count(session: Session, mailbox_id: uuid.UUID, flagged: bool, limit: int) -> int:
    some = select(Send.id).where(Send.mailbox_id == mailbox_id, Send.flagged.is_(flagged)).limit(limit)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def one(session: Session, rep_id: uuid.UUID, send_id: uuid.UUID) -> Send:
    """Raises `UnknownRow`, also where the send is somebody else's."""
    query = select(Send).join(Mailbox, Mailbox.id == Send.mailbox_id).where(Send.id == send_id)
    send = session.scalar(query.where(Mailbox.rep_id == rep_id))
    if send is None:
        raise UnknownRow("no such send")
    return send


def siblings(session: Session, send: Send, limit: int = SIBLINGS) -> Sequence[Send]:
    """The other sends of its template, newest first."""
    if send.template_id is None:
        return []
    query = select(Send).where(Send.template_id == send.template_id, Send.id != send.id)
    return session.scalars(query.order_by(Send.sent_at.desc(), Send.id.desc()).limit(limit)).all()


def count_of_template(session: Session, template_id: uuid.UUID) -> int:
    return session.scalar(select(func.count()).select_from(Send).where(Send.template_id == template_id)) or 0


def newest_of_template(session: Session, rep_id: uuid.UUID, template_id: uuid.UUID) -> Send:
    """The send by which to name a template; raises `UnknownRow`, also where it is somebody else's or has none."""
    query = (
        select(Send)
        .join(Template, Template.id == Send.template_id)
        .join(Mailbox, Mailbox.id == Template.mailbox_id)
        .where(Template.id == template_id, Mailbox.rep_id == rep_id)
        .order_by(Send.sent_at.desc(), Send.id.desc())
    )
    send = session.scalar(query.limit(1))
    if send is None:
        raise UnknownRow("no such template")
    return send


def nudges_of(session: Session, sends: Sequence[Send]) -> dict[uuid.UUID, Nudge]:
    """The nudges about these sends by their id."""
    nudge_ids = {send.nudge_id for send in sends if send.nudge_id is not None}
    if not nudge_ids:
        return {}
    return {nudge.id: nudge for nudge in session.scalars(select(Nudge).where(Nudge.id.in_(nudge_ids)))}
