"""Everything that hangs below one rep, row by row: what the export writes down, what a new key re-seals."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, ForeignKey, Row, Table, UniqueConstraint, func, literal, select, tuple_
from sqlalchemy.orm import Session

from app.store import tables  # noqa: F401 - every table enters the metadata
from app.store.base import Base
from app.store.data_map import Form, by_column, place_of, sealed_columns
from app.store.errors import Tampered
from app.store.schema import Feedback, Mailbox, Send
from app.store.states import FeedbackKind
from app.store.vault import DataVault

AT_ONCE: Final = 500
UNREADABLE: Final = "cannot be opened"


def own_tables() -> list[Table]:
    """The tables below a rep, and that of the reps itself, owners first."""
    return [table for table in Base.metadata.sorted_tables if table.name == "reps" or _owner(table) is not None]


def belongs_to(table: Table, rep_id: uuid.UUID) -> ColumnElement[bool]:
    """The rows of a table that are this rep's."""
    if table.name == "reps":
        return table.c.id == rep_id
    key = _owner(table)
    if key is None:
        raise ValueError(f"{table.name} hangs below no rep")
    above = key.column.table
    return key.parent.in_(select(above.c.id).where(belongs_to(above, rep_id)))


def _owner(table: Table) -> ForeignKey | None:
    """The key whose owner takes the row along when it goes, the nearest to the rep first."""
    keys = [key for key in table.foreign_keys if key.ondelete == "CASCADE" and not key.parent.nullable]
    order = {"reps": 0, "mailboxes": 1}
    return min(keys, key=lambda key: (order.get(key.column.table.name, 2), key.parent.name), default=None)


def count_rows(session: Session, rep_id: uuid.UUID) -> dict[str, int]:
    """How many rows of each table are this rep's."""
    counted = ((table, select(func.count()).select_from(table)) for table in own_tables())
    return {table.name: session.scalar(query.where(belongs_to(table, rep_id))) or 0 for table, query in counted}


def next_rows(session: Session, table: Table, rep_id: uuid.UUID, after: Row[Any] | None) -> Sequence[Row[Any]]:
    """The rep's next rows as they are stored, in the order of one index; none where `after` was the last."""
    keys = _walked(table)
    query = select(table).where(belongs_to(table, rep_id)).order_by(*keys).limit(AT_ONCE)
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*(literal(after._mapping[key], key.type) for key in keys)))
    return session.execute(query).all()


def _walked(table: Table) -> Sequence[Column[Any]]:
    """A unique key that begins with the owner, else the primary key: to sort all rows for each step takes hours."""
    owner = _owner(table)
    unique = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    of_owner = (columns for columns in unique if owner is not None and columns[0] is owner.parent)
    return next(of_owner, list(table.primary_key.columns))


def opened(vault: DataVault, table: Table, row: Row[Any]) -> dict[str, Any]:
    """A row with its sealed values as text; what would let somebody in is left out."""
    stored: Mapping[str, Any] = row._asdict()
    sealed = sealed_columns(table)
    known = by_column()
    return {
        column: _open(vault, place_of(sealed[column], stored), value) if column in sealed and value else value
        for column, value in stored.items()
        if (entry := known.get((table.name, column))) is None or entry.form is not Form.WITHHELD
    }


def _open(vault: DataVault, place: str, sealed: bytes) -> str:
    """A damaged value must not keep the rep from all the others."""
    try:
        return vault.unseal_text(place, sealed)
    except Tampered:
        return UNREADABLE


def planned_calls(session: Session, rep_id: uuid.UUID) -> list[tuple[Feedback, datetime, Send | None]]:
    """The calls that the rep means to make: what was said, when the call is, and a send that it is about."""
    own = select(Mailbox.id).where(Mailbox.rep_id == rep_id)
    planned = Feedback.at.is_not(None), Feedback.undone_at.is_(None), Feedback.kind == FeedbackKind.WILL_CALL
    query = select(Feedback).where(Feedback.mailbox_id.in_(own), *planned).order_by(Feedback.at)
    return [(word, word.at, _send_of(session, word)) for word in session.scalars(query) if word.at is not None]


def _send_of(session: Session, word: Feedback) -> Send | None:
    if word.send_id is not None:
        return session.get(Send, word.send_id)
    return session.scalar(select(Send).where(Send.nudge_id == word.nudge_id).order_by(Send.sent_at).limit(1))
