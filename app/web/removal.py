"""Removing a mailbox, and with a demo mailbox also its place on the demo server."""

import uuid

from app.store import mailboxes
from app.web.access import MailboxHere, RepHere
from app.web.context import Web


def remove_mailbox(web: Web, rep_id: uuid.UUID, mailbox: MailboxHere) -> None:
    """Erase everything that hangs below the mailbox, and its rep with the last one."""
    with web.database.writing() as session:
        mailboxes.remove(session, web.keys, mailboxes.one_of_rep(session, rep_id, mailbox.id))
    if mailbox.demo and web.demo is not None:
        web.demo.close(mailbox.address)


def remove_demo_of(web: Web, rep: RepHere) -> None:
    """Somebody who connects the own mailbox has seen the demo."""
    for mailbox in rep.mailboxes:
        if mailbox.demo:
            remove_mailbox(web, rep.id, mailbox)
