"""A rep's templates: the list with its figures, their names, and what the rep says of a whole one.

A template is listed while it has sends. Its figures come from one index, without the rows. That one is fine is the word
"not a template", said of its last send: no sends flagged, no nudges. "Stop" ends the nudges only (see `feedback`).
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, case, func, select, tuple_
from sqlalchemy.orm import Session

from app.store import feedback, kept_back
from app.store.errors import Tampered, UnknownRow
from app.store.mailboxes import seen_by
from app.store.schema import Mailbox, Nudge, Send, Template
from app.store.sends import split_keys
from app.store.states import FeedbackKind, NudgeKind, NudgeState
from app.store.vault import DataVault

PAGE: Final = 20
COUNTED: Final = 1000  # newest sends of one template
NAME_LIMIT: Final = 80
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Order(StrEnum):
    """What comes first: the template that was sent last, or the one that was sent most often."""

    LATEST = "latest"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last template of a page: `place` counts its sends, or the microseconds of its last one."""

    place: int
    template_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.place}-{self.template_id.hex}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` and `OverflowError`."""
        place, _, template_id = text.partition("-")
        cursor = cls(int(place), uuid.UUID(hex=template_id))
        _moment(cursor)
        return cursor


@dataclass(frozen=True, slots=True)
class Page:
    """`below` is where the next page starts, None on the last one."""

    templates: tuple[Template, ...]
    below: Cursor | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a template's sends; `more_people`: there may be more, only those of the newest were counted."""

    copies: int
    flagged: int
    people: int
    more_people: bool
    answered: int
    first_at: datetime
    last_at: datetime


def page(
    session: Session,
    rep_id: uuid.UUID,
    order: Order,
    below: Cursor | None = None,
    size: int = PAGE,
    wanted: Sequence[ColumnElement[bool]] = (),
) -> Page:
    """The next `size` templates below the cursor; `wanted` as `template_query.conditions` tells."""
    place = _place(order)
    query = (
        select(Template, place)
        .join(Mailbox, Mailbox.id == Template.mailbox_id)
        .where(seen_by(rep_id), select(Send.id).where(Send.template_id == Template.id).exists(), *wanted)
        .order_by(place.desc(), Template.id.desc())
    )
    if below is not None:
        start: Any = below.place if order is Order.MOST else _moment(below)
        query = query.where(tuple_(place, Template.id) < (start, below.template_id))
    rows = session.execute(query.limit(size + 1)).all()
    shown = rows[:size]
    last = _cursor(*shown[-1]) if len(rows) > size else None
    return Page(tuple(template for template, _ in shown), last)


def _place(order: Order) -> ColumnElement[Any]:
    what: ColumnElement[Any] = func.count() if order is Order.MOST else func.max(Send.sent_at)
    return select(what).select_from(Send).where(Send.template_id == Template.id).scalar_subquery()


def _cursor(template: Template, place: int | datetime) -> Cursor:
    number = place if isinstance(place, int) else (place - _EPOCH) // timedelta(microseconds=1)
    return Cursor(number, template.id)


def _moment(cursor: Cursor) -> datetime:
    return _EPOCH + timedelta(microseconds=cursor.place)


def one(session: Session, rep_id: uuid.UUID, template_id: uuid.UUID) -> Template:
    """Raises `UnknownRow`, also where the template is somebody else's or has no sends any more."""
    query = (
        select(Template)
        .join(Mailbox, Mailbox.id == Template.mailbox_id)
        .where(Template.id == template_id, seen_by(rep_id))
        .where(select(Send.id).where(Send.template_id == Template.id).exists())
    )
    template = session.scalar(query)
    if template is None:
        raise UnknownRow("no such template")
    return template


def figures_of_each(
    session: Session, template_ids: Sequence[uuid.UUID], counted: int = COUNTED
) -> dict[uuid.UUID, Figures]:
    """By template; one without sends is left out. People are those of the newest `counted` sends."""
    query = (
        select(
            Send.template_id,
            func.count(),
            func.sum(case((Send.flagged, 1), else_=0)),
            func.count(Send.answer_seconds),
            func.min(Send.sent_at),
            func.max(Send.sent_at),
        )
        .where(Send.template_id.in_(template_ids))
        .group_by(Send.template_id)
    )
    return {
        template_id: Figures(
            copies=copies,
            flagged=flagged,
            people=_count_people(session, template_id, counted),
            more_people=copies > counted,
            answered=answered,
            first_at=first_at,
            last_at=last_at,
        )
        for template_id, copies, flagged, answered, first_at, last_at in session.execute(query)
        if template_id is not None
    }


def _count_people(session: Session, template_id: uuid.UUID, counted: int) -> int:
    query = select(Send.recipient_keys).where(Send.template_id == template_id)
    rows = session.scalars(query.order_by(Send.sent_at.desc(), Send.id.desc()).limit(counted))
    return len(set(chain.from_iterable(split_keys(keys) for keys in set(rows))))


def newest(session: Session, template_id: uuid.UUID, limit: int) -> Sequence[Send]:
    """Its last sends, newest first."""
    query = select(Send).where(Send.template_id == template_id)
    return session.scalars(query.order_by(Send.sent_at.desc(), Send.id.desc()).limit(limit)).all()


def sent_since(session: Session, template_id: uuid.UUID, since: datetime, limit: int) -> Sequence[datetime]:
    """When its sends of this time went out, at most the newest `limit`."""
    query = select(Send.sent_at).where(Send.template_id == template_id, Send.sent_at >= since)
    return session.scalars(query.order_by(Send.sent_at.desc()).limit(limit)).all()


def nudges_of_each(session: Session, template_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many nudges about each of them were delivered; those without any are left out."""
    query = (
        select(Nudge.template_id, func.count())
        .where(Nudge.template_id.in_(list(template_ids)), Nudge.kind == NudgeKind.NUDGE)
        .where(Nudge.state == NudgeState.DELIVERED)
        .group_by(Nudge.template_id)
    )
    return {template_id: count for template_id, count in session.execute(query) if template_id is not None}


def name_of(vault: DataVault, template: Template) -> str | None:
    """As the rep calls it; None where it has no name, or a damaged one, so that one bad row takes no page along."""
    if template.name is None:
        return None
    try:
        return vault.unseal_text(_name_place(template), template.name)
    except Tampered:
        return None


def give_name(vault: DataVault, template: Template, name: str) -> None:
    """Blanks are joined, and only the beginning of a long name is kept; an empty one takes the name away."""
    kept = " ".join(name.split())[:NAME_LIMIT].strip()
    template.name = vault.seal_text(_name_place(template), kept) if kept else None


def _name_place(template: Template) -> str:
    return f"template/{template.id}/name"


def say(session: Session, template: Template, kind: FeedbackKind, now: datetime) -> None:
    """Note a word about the whole template; `kind` is one of `feedback.TEMPLATE_WIDE`. Raises `UnknownRow`.

    That the text is fine does not mean that a nudge about it was wrong.
    """
    is_reaction = kind is not FeedbackKind.NOT_A_TEMPLATE
    feedback.say(session, _last_send(session, template), kind, now, is_reaction=is_reaction)


def take_back(session: Session, template: Template, kind: FeedbackKind, now: datetime) -> None:
    """Undo, also where the row of what was said went with an old send. Raises `UnknownRow`."""
    feedback.take_back(session, _last_send(session, template), kind, now)
    if kind is FeedbackKind.NOT_A_TEMPLATE and template.allowed:
        kept_back.allow_no_longer(session, template)


def _last_send(session: Session, template: Template) -> Send:
    for send in newest(session, template.id, 1):
        return send
    raise UnknownRow("no such template")
