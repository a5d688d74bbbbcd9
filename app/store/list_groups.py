"""A rep's sends grouped by template: each template once, by the newest of its sends that the filters let through."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, defer

from app.store.list_query import Cursor, Filters, mailbox_ids, narrowing, queries
from app.store.schema import Send, Template

GROUPS: Final = 30
NEAR: Final = (300, 3000)  # sends

_Place = tuple[uuid.UUID, datetime]


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
    own = mailbox_ids(session, rep_id)
    wanted = _conditions(filters, own)
    found = _last_of_each(session, rep_id, own, filters, wanted, below, size + 1)
    shown = dict(found[:size])
    templates = {one.id: one for one in session.scalars(select(Template).where(Template.id.in_(shown)))}
    newest, counted = _newest(session, shown, wanted), _counts(session, shown, wanted)
    return GroupPage(
        tuple(Group(templates[one], newest[one], counted[one]) for one in shown if one in newest),
        Cursor(found[size - 1][1], found[size - 1][0]) if len(found) > size else None,
    )


def _last_of_each(
    session: Session,
    rep_id: uuid.UUID,
    own: Sequence[uuid.UUID],
    filters: Filters,
    wanted: Sequence[ColumnElement[bool]],
    below: Cursor | None,
    limit: int,
) -> list[_Place]:
    """Templates with the moment of their last send, each way from an index alone."""
    if _tells_of_template(filters):
        last = select(Send.sent_at).where(Send.template_id == Template.id, *wanted).order_by(Send.sent_at.desc())
        moment = last.limit(1).correlate(Template).scalar_subquery().label("sent_at")
        places = select(Template.id, moment).where(Template.mailbox_id.in_(own)).subquery()
        return _page(session, select(places).where(places.c.sent_at.is_not(None)), below, limit)
    # Common ones show among the last sends already; rare ones have few sends to look through.
    asked = [_templated(one) for one in queries(session, rep_id, filters)]
    for near in NEAR if len(asked) == 1 else ():
        recent = asked[0].order_by(Send.sent_at.desc(), Send.id.desc()).limit(near)
        if len(found := _page(session, _grouped([recent]), below, limit)) == limit:
            return found
    return _page(session, _grouped(asked), below, limit)


def _tells_of_template(filters: Filters) -> bool:
    """Whether the index of the templates' sends knows all that is asked for."""
    narrowed = (filters.nudge, filters.said, filters.language, filters.reason, filters.tokens, filters.unsaid)
    return not any(narrowed)


def _templated(query: Select[Send]) -> Select[uuid.UUID | None, datetime]:
    return query.where(Send.template_id.is_not(None)).with_only_columns(Send.template_id, Send.sent_at)


def _grouped(sends: Sequence[Select[uuid.UUID | None, datetime]]) -> Select[Any]:
    every = union_all(*(select(one.subquery()) for one in sends)).subquery()
    last = select(every.c.template_id.label("id"), func.max(every.c.sent_at).label("sent_at"))
    return select(last.group_by(every.c.template_id).subquery())


def _page(session: Session, places: Select[Any], below: Cursor | None, limit: int) -> list[_Place]:
    template_id, sent_at = places.selected_columns
    query = places.order_by(sent_at.desc(), template_id.desc()).limit(limit)
    if below is not None:
        query = query.where(tuple_(sent_at, template_id) < (below.sent_at, below.send_id))
    return [(row[0], row[1]) for row in session.execute(query)]


def count_lone(session: Session, rep_id: uuid.UUID, filters: Filters, limit: int) -> int:
    """How many sends belong to no template, counted up to `limit`."""
    asked = queries(session, rep_id, replace(filters, lone=True))
    some = [query.with_only_columns(Send.id).limit(limit).subquery() for query in asked]
    return min(limit, sum(session.scalar(select(func.count()).select_from(one)) or 0 for one in some))


def _conditions(filters: Filters, mailboxes: Sequence[uuid.UUID]) -> list[ColumnElement[bool]]:
    verdicts = (True,) if filters.flagged_only else (True, False)
    return [Send.flagged.in_(verdicts), *narrowing(filters, mailboxes)]


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
