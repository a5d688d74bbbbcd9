"""Reads a burst from the database as the policy and the letter need it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.courier.correspondents import Recipient, recipients_of
from app.courier.followers import decide_follower
from app.intake.memories import recipient_key
from app.nudge.facts import Reaction, Why
from app.nudge.policy import BurstFacts, Decision, FlaggedSend, NudgeHistory, PastNudge, decide
from app.nudge.reactions import REMEMBERED
from app.nudge.rules import rules_from
from app.store import feedback, nudges
from app.store.envelopes import Envelope, unseal_envelope
from app.store.followers import AnswerThread, followed_by, thread_of
from app.store.heeded import spared_people
from app.store.keys import Keys
from app.store.mailboxes import Account, account_of
from app.store.schema import Mailbox, Nudge, Send, Template
from app.store.sends import last_written, split_keys
from app.store.states import FeedbackKind, NudgeKind
from app.store.submissions import submission_of
from app.store.vault import DataVault

# Decisions by which a nudge waited for a digest's moment.
FROM_DIGEST: Final = frozenset({Why.DIGEST.value, Why.BACKING_OFF.value})


@dataclass(frozen=True, slots=True)
class Burst:
    """A burst with its mailbox and its flagged sends, newest first; never empty.

    `nudge` may be one that follows the burst's own, whose id is `about`. `kept_out` are addresses to which mail is
    personal, as the rep said; `thread` is the answer that help is given on.
    """

    nudge: Nudge
    about: uuid.UUID
    mailbox: Mailbox
    account: Account
    submission: Account | None
    sends: Sequence[Send]
    envelopes: Sequence[Envelope]
    people: Sequence[Recipient]
    kept_out: frozenset[str]
    thread: AnswerThread | None
    decision: Decision

    @property
    def recipients(self) -> int:
        """How many different people; a send keeps the keys of its first ones only."""
        known = frozenset[bytes]().union(*(_keys(send) for send in self.sends))
        return len(known) + sum(max(0, send.recipient_count - len(_keys(send))) for send in self.sends)


def read_burst(session: Session, keys: Keys, nudge: Nudge, now: datetime) -> Burst | None:
    """The burst and what the policy says of it now; None where none of its sends is flagged any more."""
    mailbox = session.get_one(Mailbox, nudge.mailbox_id)
    own = followed_by(session, nudge)
    flagged = nudges.sends_of(session, own.id)
    if not flagged:
        return None
    vault = keys.of_rep(session, mailbox.rep_id)
    envelopes = [unseal_envelope(vault, send.id, send.envelope) for send in flagged]
    names = {address: name for envelope in envelopes for name, address in envelope.recipients}
    kept_out = _kept_out(session, vault, mailbox, names)
    return Burst(
        nudge=nudge,
        about=own.id,
        mailbox=mailbox,
        account=account_of(session, keys, mailbox),
        submission=submission_of(session, keys, mailbox),
        sends=flagged,
        envelopes=envelopes,
        people=recipients_of(
            names,
            kept_out.__contains__,
            lambda address: last_written(session, vault, mailbox.id, address, own.template_id),
        ),
        kept_out=kept_out,
        thread=thread_of(vault, nudge),
        decision=_decision(session, nudge, mailbox, flagged, now),
    )


def _kept_out(session: Session, vault: DataVault, mailbox: Mailbox, addresses: Iterable[str]) -> frozenset[str]:
    spared = spared_people(session, mailbox.id)
    if not spared:
        return frozenset()
    return frozenset(one for one in addresses if recipient_key(vault, mailbox.id, one) in spared)


def _decision(session: Session, nudge: Nudge, mailbox: Mailbox, flagged: Sequence[Send], now: datetime) -> Decision:
    if nudge.kind is not NudgeKind.NUDGE:
        return decide_follower(session, nudge, followed_by(session, nudge), mailbox, now)
    template = session.get(Template, nudge.template_id) if nudge.template_id else None
    number = template.number if template else None
    facts = tuple(FlaggedSend(send.sent_at, number, _keys(send), send.score or 0.0) for send in flagged)
    stopped = template is not None and (template.allowed or feedback.is_stopped(session, template.id))
    burst = BurstFacts(facts, stopped=stopped, spared=spared_people(session, mailbox.id))
    past = tuple(_past(said) for said in nudges.said(session, mailbox.id, now - REMEMBERED, nudge.id))
    return decide(now, rules_from(mailbox.rules), burst, NudgeHistory(past))


def _past(said: nudges.Said) -> PastNudge:
    reaction = Reaction.ANSWER if said.words else Reaction.SILENCE
    if FeedbackKind.NOT_A_TEMPLATE in said.words:
        reaction = Reaction.WRONG
    return PastNudge(said.at, said.template, reaction=reaction, in_digest=said.decision in FROM_DIGEST)


def _keys(send: Send) -> frozenset[bytes]:
    return frozenset(split_keys(send.recipient_keys))
