"""Which sends are first mails: no answers themselves, and to nobody who was written to before, as far as is kept."""

import uuid
from typing import Final

from sqlalchemy.orm import Session

from app.mail.incoming import without_answer_marks
from app.store import replies
from app.store.engine import Database
from app.store.envelopes import Envelope, address_token, unseal_envelope
from app.store.errors import Tampered
from app.store.replies import NotLookedInto
from app.store.vault import DataVault

AT_ONCE: Final = 200
MOST_PEOPLE: Final = 10


def look_into_some(database: Database, vault: DataVault, mailbox_id: uuid.UUID) -> bool:
    """Decide it for the next sends, oldest first; False once all are decided."""
    with database.reading() as session:
        waiting = replies.not_looked_into(session, mailbox_id, AT_ONCE)
        opens = {send.id: _opens(session, vault, mailbox_id, send) for send in waiting}
    if opens:
        with database.writing(large=True) as session:
            replies.note_openings(session, opens)
    return len(waiting) == AT_ONCE


def _opens(session: Session, vault: DataVault, mailbox_id: uuid.UUID, send: NotLookedInto) -> bool:
    if not send.is_analysed:
        return False
    try:
        envelope = unseal_envelope(vault, send.id, send.envelope)
    except Tampered:  # a damaged row must not keep the others waiting
        return False
    if is_answer(envelope) or not envelope.recipients:
        return False
    tokens = [address_token(vault, email) for _, email in envelope.recipients[:MOST_PEOPLE]]
    return not any(replies.was_written_to(session, mailbox_id, token, send.sent_at) for token in tokens)


def is_answer(envelope: Envelope) -> bool:
    return bool(envelope.references) or without_answer_marks(envelope.subject) != envelope.subject.strip()
