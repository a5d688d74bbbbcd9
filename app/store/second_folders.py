"""The second Sent folder of a mailbox, where the rep chose one."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app.store.mailboxes import CLOCK_TOLERANCE
from app.store.quarantine import forget_folder
from app.store.schema import Mailbox, SecondFolder


def of_mailbox(session: Session, mailbox_id: uuid.UUID) -> SecondFolder | None:
    return session.get(SecondFolder, mailbox_id)


def choose(session: Session, mailbox: Mailbox, name: str, now: datetime) -> None:
    """Look into this folder, too; an empty name ends that. What was sent before is history."""
    known = of_mailbox(session, mailbox.id)
    if known is not None and known.name == name:
        return
    if known is not None:
        session.delete(known)
        session.flush()
        forget_folder(session, mailbox.id, second=True)
    if name and name != mailbox.sent_folder:
        session.add(SecondFolder(mailbox_id=mailbox.id, name=name, nudges_from=now - CLOCK_TOLERANCE))
    mailbox.generation += 1


def note_look(session: Session, mailbox_id: uuid.UUID, name: str, reason: str | None, now: datetime) -> None:
    """The folder was read up to its end, or could not be for a `reason`."""
    known = of_mailbox(session, mailbox_id)
    if known is not None and known.name == name:
        known.looked_at, known.reason = now, reason
