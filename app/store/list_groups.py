"""A rep's sends grouped by template: each template once, by the newest of its sends that the filters let through."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session, defer

from app.store.list_query import Cursor, Filters, mailbox_ids, narrowing, queries
from app.store.schema import Send, Template

GROUPS: Final = 30


@dataclass(frozen=True, slots=True)
class Group:
    """`count` sends, `newest` among them."""

    template: Template
    newest: Send
    count: int


@dataclass(frozen=True, slots=True)
class GroupPage:
    """`below` is where the next page starts, None on the last one; its id is the template's."""

    groups: tuple[Group, ...]
    below: Cursor | None


def groups(
    session: Session, rep_id: uuid.UUID, filters: Filters, below: Cursor | None = None, size: int = GROUPS
) -> GroupPage:
    """The next `size` templates below the cursor, the one that was sent last first."""
    wanted = _conditions(filters)
    # From the index alone: of thousands of templates, only those of the page are looked at.
    last = select(Send.sent_at).where(Send.template_id == Template.id, *wanted).order_by(Send.sent_at.desc()).limit(1)
    own = Template.mailbox_id.in_(mailbox_ids(session, rep_id))
    places = select(Template.id, last.correlate(Template).scalar_subquery().label("sent_at")).where(own).subquery()
    query = select(places).where(places.c.sent_at.is_not(None))
    if below is not None:
        query = query.where(tuple_(places.c.sent_at, places.c.id) < (below.sent_at, below.send_id))
    found = session.execute(query.order_by(places.c.sent_at.desc(), places.c.id.desc()).limit(size + 1)).all()
    shown = {row[0]: row[1] for row in found[:size]}
    templates = {one.id: one for one in session.scalars(select(Template).where(Template.id.in_(shown)))}
    newest, counted = _newest(session, shown, wanted), _counts(session, shown, wanted)
    return GroupPage(
        tuple(Group(templates[one], newest[one], counted[one]) for one in shown),
        Cursor(found[size - 1][1], found[size - 1][0]) if len(found) > size else None,
    )


def count_lone(session: Session, rep_id: uuid.UUID, filters: Filters, limit: int) -> int:
    """How many sends belong to no template, counted up to `limit`."""
    asked = queries(session, rep_id, replace(filters, lone=True))
    some = [query.with_only_columns(Send.id).limit(limit).subquery() for query in asked]
    return min(limit, sum(session.scalar(select(func.count()).select_from(one)) or 0 for one in some))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    verdicts = (True,) if filters.flagged_only else (True, False)
    return [Send.flagged.in_(verdicts), *narrowing(filters)]


def _newest(
    session: Session, last: Mapping[uuid.UUID, datetime], wanted: Sequence[ColumnElement[bool]]
) -> dict[uuid.UUID | None, Send]:
    """One send for each template, of those at its last moment."""
    at = or_(false(), *(and_(Send.template_id == one, Send.sent_at == sent_at) for one, sent_at in last.items()))
    query = select(Send).where(at, *wanted).options(defer(Send.sketch), defer(Send.recipient_keys))
    return {send.template_id: send for send in session.scalars(query)}


def _counts(
    session: Session, template_ids: Iterable[uuid.UUID], wanted: Sequence[ColumnElement[bool]]
) -> dict[uuid.UUID | None, int]:
    query = select(Send.template_id, func.count()).where(Send.template_id.in_(template_ids), *wanted)
    return {row[0]: row[1] for row in session.execute(query.group_by(Send.template_id))}
