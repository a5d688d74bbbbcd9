"""Sends and their templates: recording a judged mail, and what the judge needs to remember."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.store.envelopes import Envelope, message_key, seal_envelope, search_tokens
from app.store.kept_back import is_noteworthy
from app.store.schema import Mailbox, Send, SendToken, Template
from app.store.vault import DataVault

RECIPIENT_KEY_BYTES: Final = 8


def split_keys(recipient_keys: bytes) -> tuple[bytes, ...]:
    """The keyed hashes of a send's recipients, which stand one after the other in their column."""
    starts = range(0, len(recipient_keys), RECIPIENT_KEY_BYTES)
    return tuple(recipient_keys[start : start + RECIPIENT_KEY_BYTES] for start in starts)


@dataclass(frozen=True, slots=True)
class Judged:
    """The numbers of a judgement, as they are stored. `reasons` are JSON objects with a `code`."""

    flagged: bool
    score: float | None
    style: float | None
    likeness: float
    language: str
    reasons: list[dict[str, Any]]
    sketch: bytes
    recipient_keys: bytes


@dataclass(frozen=True, slots=True)
class NewSend:
    """A send about to be recorded; `identity` and `content_key` are keyed hashes."""

    id: uuid.UUID
    uidvalidity: int
    uid: int
    identity: bytes
    content_key: bytes
    sent_at: datetime
    nudgeable: bool
    envelope: Envelope
    recipient_count: int
    judged: Judged
    template_id: uuid.UUID | None
    second: bool = False


@dataclass(frozen=True, slots=True)
class RememberedSend:
    """What the judge compares later sends with. `recipient_keys` are 8 bytes each."""

    id: uuid.UUID
    template: int | None
    sent_at: datetime
    recipient_keys: bytes
    sketch: bytes


def record(session: Session, vault: DataVault, mailbox: Mailbox, new: NewSend) -> Send:
    """Store a judged send with its blind index."""
    send = add(session, vault, mailbox, new)
    index_words(session, vault, mailbox.id, [new])
    return send


def add(session: Session, vault: DataVault, mailbox: Mailbox, new: NewSend) -> Send:
    """Add a judged send to the session; its words are to be indexed once it was flushed."""
    send = Send(
        id=new.id,
        mailbox_id=mailbox.id,
        uidvalidity=new.uidvalidity,
        uid=new.uid,
        second=new.second,
        identity=new.identity,
        content_key=new.content_key,
        sent_at=new.sent_at,
        nudgeable=new.nudgeable,
        envelope=seal_envelope(vault, new.id, new.envelope),
        recipient_count=new.recipient_count,
        flagged=new.judged.flagged,
        score=new.judged.score,
        style=new.judged.style,
        likeness=new.judged.likeness,
        language=new.judged.language,
        reasons=list(new.judged.reasons),
        template_id=new.template_id,
        sketch=new.judged.sketch,
        recipient_keys=new.judged.recipient_keys,
        message_key=message_key(vault, new.envelope.message_id) if new.envelope.message_id else None,
    )
    session.add(send)
    return send


def index_words(session: Session, vault: DataVault, mailbox_id: uuid.UUID, added: Iterable[NewSend]) -> None:
    """The blind index of added sends."""
    session.flush()
    rows = [
        {"mailbox_id": mailbox_id, "token": token, "send_id": new.id}
        for new in added
        for token in search_tokens(vault, new.envelope)
    ]
    if rows:
        session.execute(insert(SendToken), rows)


def remembered(session: Session, mailbox_id: uuid.UUID, since: datetime) -> list[RememberedSend]:
    """The judged sends from `since` on, in sending order."""
    rows = session.execute(
        select(Send.id, Template.number, Send.sent_at, Send.recipient_keys, Send.sketch)
        .outerjoin(Template, Template.id == Send.template_id)
        .where(Send.mailbox_id == mailbox_id, Send.sent_at >= since, Send.score.is_not(None))
        .order_by(Send.sent_at, Send.id)
    )
    return [RememberedSend(*row) for row in rows]


def templates_of(session: Session, mailbox_id: uuid.UUID) -> dict[int, Template]:
    """The mailbox's templates by their numbers."""
    rows = session.scalars(select(Template).where(Template.mailbox_id == mailbox_id))
    return {template.number: template for template in rows}


def flagged_templates(session: Session, mailbox_id: uuid.UUID) -> set[uuid.UUID]:
    """The templates that a flagged send belongs to."""
    query = select(Send.template_id).where(Send.mailbox_id == mailbox_id, Send.flagged, Send.template_id.is_not(None))
    return {template_id for template_id in session.scalars(query.distinct()) if template_id is not None}


def template_for(session: Session, mailbox_id: uuid.UUID, number: int, now: datetime) -> Template:
    """The template of this number, made where it is new."""
    known = session.scalar(select(Template).where(Template.mailbox_id == mailbox_id, Template.number == number))
    if known is not None:
        return known
    template = Template(id=uuid.uuid4(), mailbox_id=mailbox_id, number=number, allowed=False, created_at=now)
    session.add(template)
    session.flush()
    return template


def copies_before_first_flag(session: Session, template_id: uuid.UUID, new: Sequence[Send]) -> list[Send]:
    """The template's sends of before it was known to be one: only `new` ones when another was noteworthy before."""
    fresh = {send.id for send in new}
    members = session.scalars(select(Send).where(Send.template_id == template_id).order_by(Send.sent_at)).all()
    if any(is_noteworthy(send) for send in members if send.id not in fresh):
        return [send for send in new[1:] if send.template_id == template_id]
    return [send for send in members if send.id != new[0].id]


def regroup(session: Session, mailbox_id: uuid.UUID, groups: Mapping[str, uuid.UUID]) -> list[Send]:
    """Put earlier sends into templates (send id -> template id); returns those that were not erased meanwhile."""
    found = (session.get(Send, uuid.UUID(send_id)) for send_id in groups)
    members = [send for send in found if send is not None and send.mailbox_id == mailbox_id]
    for send in members:
        send.template_id = groups[str(send.id)]
    return members


def last_written(
    session: Session, vault: DataVault, mailbox_id: uuid.UUID, address: str, other_than: uuid.UUID | None
) -> datetime | None:
    """When the rep last wrote to an address otherwise than in one template (None: in none), as far as it is known."""
    token = vault.index("word", address.casefold())
    query = (
        select(func.max(Send.sent_at))
        .join(SendToken, SendToken.send_id == Send.id)
        .where(SendToken.mailbox_id == mailbox_id, SendToken.token == token)
        .where(Send.template_id.is_distinct_from(other_than) | Send.template_id.is_(None))
    )
    return session.scalar(query)
