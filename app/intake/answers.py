"""Recognises the mails in Sent with which the rep answered a nudge: they are heeded once, and never judged.

What they mean is decided elsewhere. A mail that anybody but the rep gets is no answer, whatever it refers to.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.intake.desk import Desk
from app.intake.memories import WINDOW
from app.intake.samples import feedback_from
from app.mail.message import MailMessage
from app.store import answers
from app.store.followers import followed_by
from app.store.heeded import heeded
from app.store.schema import Mailbox, Nudge
from app.store.vault import DataVault

# Does what the answer says, and tells its kind.
Heed = Callable[[Session, DataVault, Mailbox, Nudge, MailMessage, datetime], str]

_OURS: Final = re.compile(r"<nudge\.[0-9a-z]{1,64}@zuruf\.invalid>")
# RFC 3834 section 5; what older programs write instead of it.
_AUTOMATIC: Final = frozenset({"x-zuruf", "x-autoreply", "x-autorespond", "list-id"})
_BULK: Final = frozenset({"bulk", "list", "junk", "auto_reply"})


def take_answer(
    desk: Desk, message: MailMessage, identity: bytes, content_key: bytes, sent_at: datetime, heed: Heed
) -> bool:
    """Whether the mail answers a nudge of this mailbox; what it says is carried out the first time that it is seen."""
    ids = [one for one in (*message.in_reply_to, *reversed(message.references)) if _OURS.fullmatch(one)]
    if not ids or _is_automatic(message) or not _is_to_rep_alone(desk, message):
        return False
    if answers.was_read(desk.session, desk.mailbox.id, identity):
        return True
    found = answers.answered_nudge(desk.session, desk.mailbox.id, ids)
    if found is None:
        return False
    nudge, answered_at = followed_by(desk.session, found), min(sent_at, desk.now)
    if not answers.is_double(desk.session, nudge, content_key, answered_at):
        kind = heed(desk.session, desk.vault, desk.mailbox, nudge, message, answered_at)
        answers.note(desk.session, nudge, identity, content_key, kind, answered_at)
        word = heeded(desk.session, desk.mailbox.id, desk.now - WINDOW)
        desk.memory.feedback = feedback_from(word)
    return True


def _is_automatic(message: MailMessage) -> bool:
    headers = message.headers
    return (
        headers.get("auto-submitted", "no").strip().casefold() != "no"
        or headers.get("precedence", "").strip().casefold() in _BULK
        or headers.get("content-type", "").casefold().startswith("multipart/report")
        or not _AUTOMATIC.isdisjoint(headers)
    )


def _is_to_rep_alone(desk: Desk, message: MailMessage) -> bool:
    return [recipient.email for recipient in message.recipients] == [desk.rep]
