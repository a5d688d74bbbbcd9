"""A rep's sends as pages, newest first: filters, search through the blind index, one send and its siblings.

Every question names the rep, and only that rep's mailboxes answer it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from app.store.errors import UnknownRow
from app.store.list_query import Cursor, Filters, Order, in_order, is_above, is_behind, mailbox_ids, queries
from app.store.mailboxes import seen_by
from app.store.schema import Mailbox, Nudge, Send, Template

PAGE: Final = 50
SIBLINGS: Final = 30
COUNTED: Final = 1000
ARRIVED: Final = 100

_Place = tuple[Any, ...]  # what the list is ordered by, the id at the end


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


def page(
    session: Session,
    rep_id: uuid.UUID,
    filters: Filters,
    below: Cursor | None = None,
    size: int = PAGE,
    top: Cursor | None = None,
) -> Page:
    """The next `size` sends behind the cursor in the list's order; with `top`, nothing newer than that."""
    places: list[_Place] = []
    for query in queries(session, rep_id, filters):
        if below is not None:
            query = query.where(is_behind(below, filters.order))
        if top is not None:
            query = query.where(~is_above(top))
        places += _places(session, query, filters.order, size + 1)
    places.sort(reverse=filters.order is not Order.OLDEST)
    return Page(_of_places(session, places[:size]), _cursor(places[size - 1]) if len(places) > size else None)


def _places(session: Session, query: Select[Send], order: Order, limit: int) -> list[_Place]:
    """From an index alone: rows that are passed over, or that another mailbox is before, are never looked at."""
    by_score = [Send.score] if order is Order.STRONGEST else []
    some = query.with_only_columns(*by_score, Send.sent_at, Send.id).order_by(*in_order(order)).limit(limit)
    return [tuple(row) for row in session.execute(some)]


def _cursor(place: _Place) -> Cursor:
    *score, sent_at, send_id = place
    return Cursor(sent_at, send_id, *score)


def _of_places(session: Session, places: Sequence[_Place]) -> tuple[Send, ...]:
    """Without those that were erased just now."""
    query = select(Send).where(Send.id.in_([place[-1] for place in places]))
    sends = {send.id: send for send in session.scalars(query.options(defer(Send.sketch), defer(Send.recipient_keys)))}
    return tuple(sends[place[-1]] for place in places if place[-1] in sends)


def count_above(session: Session, rep_id: uuid.UUID, filters: Filters, top: Cursor, limit: int = ARRIVED) -> int:
    """How many sends are newer than the reader's newest, counted up to `limit`."""
    newer = [query.where(is_above(top)).with_only_columns(Send.id) for query in queries(session, rep_id, filters)]
    counted = (select(func.count()).select_from(query.limit(limit).subquery()) for query in newer)
    return min(limit, sum(session.scalar(query) or 0 for query in counted))


def counts(session: Session, rep_id: uuid.UUID, limit: int = COUNTED) -> Counts:
    """How much there is to list at all, counted up to `limit`."""
    own = mailbox_ids(session, rep_id)
    flagged, passed = (sum(_count(session, one, verdict, limit) for one in own) for verdict in (True, False))
    return Counts(min(flagged, limit), min(flagged + passed, limit))


def _count(session: Session, mailbox_id: uuid.UUID, flagged: bool, limit: int) -> int:
    some = select(Send.id).where(Send.mailbox_id == mailbox_id, Send.flagged.is_(flagged)).limit(limit)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def one(session: Session, rep_id: uuid.UUID, send_id: uuid.UUID) -> Send:
    """Raises `UnknownRow`, also where the send is somebody else's."""
    query = select(Send).join(Mailbox, Mailbox.id == Send.mailbox_id).where(Send.id == send_id)
    send = session.scalar(query.where(seen_by(rep_id)))
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
        .where(Template.id == template_id, seen_by(rep_id))
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
