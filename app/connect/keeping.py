"""Stores a proved mailbox."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.connect.errors import ConnectProblem
from app.connect.oauth_flow import Grant
from app.connect.proof import Proof
from app.store import invitations, mailboxes, oauth_grants
from app.store.engine import Database
from app.store.keys import Keys
from app.store.states import MailboxState


@dataclass(frozen=True, slots=True)
class Connected:
    """Whoever proved the mailbox is this rep."""

    rep_id: uuid.UUID
    mailbox_id: uuid.UUID


def keep(
    database: Database,
    keys: Keys,
    proof: Proof,
    language: str,
    rules: Mapping[str, Any],
    now: datetime,
    demo: bool = False,
    grant: Grant | None = None,
    ticket: str | None = None,
) -> Connected:
    """The mailbox is watched from now on; without a chosen Sent folder it waits for the rep to choose one.

    It is opened by its password or by the `grant`, whichever it was proved with. Raises `ConnectProblem` where the
    `ticket`, an invitation, was used up in the meantime.
    """
    folder, uidnext = (proof.chosen.name, proof.chosen.uidnext) if proof.chosen else ("", None)
    new = mailboxes.NewMailbox(proof.account, folder, uidnext, language, dict(rules), demo)
    with database.writing() as session:
        if ticket is not None and not invitations.use(session, keys, proof.account.address, ticket, now):
            raise ConnectProblem("invitation_needed")
        mailbox = mailboxes.connect(session, keys, new, now)
        if grant is None:
            oauth_grants.forget(session, mailbox.id)
        else:
            oauth_grants.keep(session, keys.of_rep(session, mailbox.rep_id), mailbox.id, grant.provider, grant.tokens)
        if proof.other != mailbox.sent_folder:
            mailbox.other_sent = proof.other
        if not mailbox.sent_folder:
            mailboxes.enter(mailbox, MailboxState.ATTENTION, now, "choose_sent_folder")
        return Connected(mailbox.rep_id, mailbox.id)
