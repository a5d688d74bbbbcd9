"""Reads a burst from the database as the policy and the letter need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.courier.correspondents import Recipient, worth_asking
from app.nudge.policy import BurstFacts, Decision, FlaggedSend, NudgeHistory, PastNudge, decide
from app.nudge.rules import rules_from
from app.store import feedback, nudges
from app.store.envelopes import Envelope, unseal_envelope
from app.store.keys import Keys
from app.store.mailboxes import Account, account_of
from app.store.schema import Mailbox, Nudge, Send, Template
from app.store.sends import last_written, split_keys
from app.store.submissions import submission_of

HISTORY: Final = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Burst:
    """A burst with its mailbox and its flagged sends, newest first; never empty."""

    nudge: Nudge
    mailbox: Mailbox
    account: Account
    submission: Account | None
    sends: Sequence[Send]
    envelopes: Sequence[Envelope]
    people: Sequence[Recipient]
    decision: Decision

    @property
    def recipients(self) -> int:
        """How many different people; a send keeps the keys of its first ones only."""
        known = frozenset[bytes]().union(*(_keys(send) for send in self.sends))
        return len(known) + sum(max(0, send.recipient_count - len(_keys(send))) for send in self.sends)


def read_burst(session: Session, keys: Keys, nudge: Nudge, now: datetime) -> Burst | None:
    """The burst and what the policy says of it now; None where none of its sends is flagged any more."""
    mailbox = session.get_one(Mailbox, nudge.mailbox_id)
    flagged = nudges.sends_of(session, nudge.id)
    if not flagged:
        return None
    vault = keys.of_rep(session, mailbox.rep_id)
    envelopes = [unseal_envelope(vault, send.id, send.envelope) for send in flagged]
    people = worth_asking(pair for envelope in envelopes for pair in envelope.recipients)
    return Burst(
        nudge=nudge,
        mailbox=mailbox,
        account=account_of(session, keys, mailbox),
        submission=submission_of(session, keys, mailbox),
        sends=flagged,
        envelopes=envelopes,
        people=[
            Recipient(name, address, last_written(session, vault, mailbox.id, address, nudge.template_id))
            for name, address in people
        ],
        decision=_decision(session, nudge, mailbox, flagged, now),
    )


def _decision(session: Session, nudge: Nudge, mailbox: Mailbox, flagged: Sequence[Send], now: datetime) -> Decision:
    template = session.get(Template, nudge.template_id) if nudge.template_id else None
    number = template.number if template else None
    facts = tuple(FlaggedSend(send.sent_at, number, _keys(send), send.score or 0.0) for send in flagged)
    stopped = template is not None and (template.allowed or feedback.is_stopped(session, template.id))
    past = (PastNudge(at, said) for at, said in nudges.said(session, mailbox.id, now - HISTORY, nudge.id))
    return decide(now, rules_from(mailbox.rules), BurstFacts(facts, stopped=stopped), NudgeHistory(tuple(past)))


def _keys(send: Send) -> frozenset[bytes]:
    return frozenset(split_keys(send.recipient_keys))
