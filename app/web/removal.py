"""Removing a mailbox or all of a rep, and with a demo mailbox also its place on the demo server."""

import uuid

from app.connect import erase_rep, remove_mailbox
from app.store import mailboxes
from app.web.access import MailboxHere, RepHere
from app.web.context import Web


def take_leave(web: Web, rep_id: uuid.UUID, mailbox: MailboxHere) -> bool:
    """Erase everything that hangs below the mailbox, and its rep with the last one.

    False where a delivery under way could not be waited for: the courier ends it and erases the mailbox after that.
    """
    with web.database.reading() as session:
        mailboxes.one_of_rep(session, rep_id, mailbox.id)
    done = remove_mailbox(web.database, web.keys, mailbox.id, web.clock)
    if mailbox.demo and web.demo is not None:
        web.demo.close(mailbox.address)
    return done


def take_leave_for_good(web: Web, rep: RepHere) -> bool:
    """Erase the rep with all mailboxes, sessions, links and keys; as `take_leave`."""
    done = erase_rep(web.database, web.keys, rep.id, web.clock)
    for mailbox in rep.mailboxes:
        if mailbox.demo and web.demo is not None:
            web.demo.close(mailbox.address)
    return done


def remove_demo_of(web: Web, rep: RepHere) -> None:
    """Somebody who connects the own mailbox has seen the demo."""
    for mailbox in rep.mailboxes:
        if mailbox.demo:
            take_leave(web, rep.id, mailbox)
