"""Reps: the people whose mailboxes these are. There is no list of them to show anybody."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store.schema import Rep


def find(session: Session, rep_id: uuid.UUID) -> Rep | None:
    return session.get(Rep, rep_id)


def only_one(session: Session) -> uuid.UUID | None:
    """The rep of an installation that has exactly one."""
    ids = session.scalars(select(Rep.id).limit(2)).all()
    return ids[0] if len(ids) == 1 else None


def every_id(session: Session) -> Sequence[uuid.UUID]:
    return session.scalars(select(Rep.id)).all()


def choose_language(session: Session, rep_id: uuid.UUID, language: str) -> None:
    """The language of the rep's pages; a nudge speaks the language of the mail that it is about."""
    session.get_one(Rep, rep_id).language = language
