"""Which of a rep's templates are asked for, by words and by what was said of them, as conditions on the rows.

No text of a mail is kept: what finds a template is its own name, and the subjects and recipients of its sends.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session

from app.store import list_query, templates
from app.store.envelopes import query_tokens
from app.store.list_query import Filters, mailbox_ids
from app.store.list_said import templates_with_word
from app.store.schema import Send, Template
from app.store.states import FeedbackKind
from app.store.vault import DataVault


class TemplateState(StrEnum):
    """What the rep said of a whole template; one may be both allowed and stopped, an active one is neither."""

    ACTIVE = "active"
    ALLOWED = "allowed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of the words stand in the name, or in subject and recipients of one send; nothing given lets all through."""

    words: str = ""
    state: TemplateState | None = None


def conditions(session: Session, vault: DataVault, rep_id: uuid.UUID, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of a template, for `templates.page`."""
    own = mailbox_ids(session, rep_id)
    found = [or_(*_ways_to_find(session, vault, rep_id, own, wanted.words))] if wanted.words else []
    return found + _said(own, wanted.state)


def _ways_to_find(
    session: Session, vault: DataVault, rep_id: uuid.UUID, own: Sequence[uuid.UUID], words: str
) -> Iterator[ColumnElement[bool]]:
    yield Template.id.in_(_named(session, vault, own, words))
    tokens = tuple(query_tokens(vault, words))
    if not tokens:
        return
    for sends in list_query.queries(session, rep_id, Filters(flagged_only=False, tokens=tokens)):
        yield Template.id.in_(sends.where(Send.template_id.is_not(None)).with_only_columns(Send.template_id))


def _named(session: Session, vault: DataVault, own: Sequence[uuid.UUID], words: str) -> list[uuid.UUID]:
    """Few templates have a name, since each was given by hand; so these are opened."""
    query = select(Template).where(Template.mailbox_id.in_(own), Template.name.is_not(None))
    names = {one.id: (templates.name_of(vault, one) or "").casefold() for one in session.scalars(query)}
    return [one for one, name in names.items() if all(word in name for word in words.casefold().split())]


def _said(own: Sequence[uuid.UUID], state: TemplateState | None) -> list[ColumnElement[bool]]:
    stopped = Template.id.in_(templates_with_word([FeedbackKind.STOP], own))
    match state:
        case TemplateState.ALLOWED:
            return [Template.allowed.is_(True)]
        case TemplateState.STOPPED:
            return [stopped]
        case TemplateState.ACTIVE:
            return [Template.allowed.is_(False), not_(stopped)]
        case None:
            return []
