"""Sends and their templates: recording a judged mail, and what the judge needs to remember."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.store.envelopes import Envelope, seal_envelope, search_tokens
from app.store.kept_back import is_noteworthy
from app.store.schema import Mailbox, Quarantined, Send, SendToken, Template
from app.store.vault import DataVault

# A client's own Sent copy and the server's arrive within seconds of each other, at times with different Message-IDs.
DOUBLE_COPY: Final = timedelta(minutes=10)

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
    uid: int
    identity: bytes
    content_key: bytes
    sent_at: datetime
    nudgeable: bool
    envelope: Envelope
    recipient_count: int
    judged: Judged
    template_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class RememberedSend:
    """What the judge compares later sends with. `recipient_keys` are 8 bytes each."""

    id: uuid.UUID
    template: int | None
    sent_at: datetime
    recipient_keys: bytes
    sketch: bytes


def known_copy(
    session: Session, mailbox: Mailbox, identity: bytes, content_key: bytes, sent_at: datetime
) -> Send | None:
    """The row of this very mail, if it was seen before: by its id, or as a double copy with another id."""
    known = session.scalar(select(Send).where(Send.mailbox_id == mailbox.id, Send.identity == identity))
    if known is not None:
        return known
    return session.scalar(
        select(Send).where(
            Send.mailbox_id == mailbox.id,
            Send.content_key == content_key,
            Send.sent_at.between(sent_at - DOUBLE_COPY, sent_at + DOUBLE_COPY),
        )
    )


def record(session: Session, vault: DataVault, mailbox: Mailbox, new: NewSend) -> Send:
    """Store a judged send with its blind index."""
    send = Send(
        id=new.id,
        mailbox_id=mailbox.id,
        uidvalidity=mailbox.uidvalidity or 0,
        uid=new.uid,
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
    )
    session.add(send)
    session.flush()
    tokens = search_tokens(vault, new.envelope)
    if tokens:
        rows = [{"mailbox_id": mailbox.id, "token": token, "send_id": new.id} for token in tokens]
        session.execute(insert(SendToken), rows)
    return send


def remembered(session: Session, mailbox_id: uuid.UUID, since: datetime) -> list[RememberedSend]:
    """The judged sends from `since` on, in sending order."""
    rows = session.execute(
        select(Send.id, Template.number, Send.sent_at, Send.recipient_keys, Send.sketch)
        .outerjoin(Template, Template.id == Send.template_id)
        .where(Send.mailbox_id == mailbox_id, Send.sent_at >= since, Send.score.is_not(None))
        .order_by(Send.sent_at, Send.id)
    )
    return [RememberedSend(*row) for row in rows]


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


def quarantine(session: Session, mailbox: Mailbox, uid: int, reason: str, now: datetime) -> None:
    """Note a mail that cannot be read, once."""
    key = (mailbox.id, mailbox.uidvalidity or 0, uid)
    if session.get(Quarantined, key) is None:
        row = Quarantined(mailbox_id=key[0], uidvalidity=key[1], uid=uid, reason=reason, seen_at=now)
        session.add(row)


def quarantined_count(session: Session, mailbox_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(Quarantined).where(Quarantined.mailbox_id == mailbox_id)
    return session.scalar(query) or 0


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
