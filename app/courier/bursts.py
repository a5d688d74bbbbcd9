"""Reads a burst from the database as the policy and the letter need it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.courier.correspondents import Recipient, recipients_of
from app.courier.followers import decide_follower
from app.intake.memories import recipient_key
from app.intake.samples import group_of
from app.nudge import hold_out
from app.nudge.digest import of_digest
from app.nudge.facts import Reaction, Why
from app.nudge.policy import BurstFacts, Decision, FlaggedSend, NudgeHistory, PastNudge, decide
from app.nudge.reactions import REMEMBERED
from app.nudge.rules import rules_from
from app.store import digests, feedback, nudges
from app.store.envelopes import Envelope, unseal_envelope
from app.store.followers import AnswerThread, followed_by, thread_of
from app.store.heeded import spared_people
from app.store.keys import Keys
from app.store.mailboxes import Account, account_of
from app.store.schema import Mailbox, Nudge, Send, Template
from app.store.sends import last_written, split_keys
from app.store.states import FeedbackKind, NudgeKind, NudgeState
from app.store.submissions import submission_of
from app.store.vault import DataVault


@dataclass(frozen=True, slots=True)
class Burst:
    """A burst with its mailbox and its flagged sends, newest first; never empty.

    `nudge` may be one that follows the burst's own, whose id is `about`. `kept_out` are addresses to which mail is
    personal, as the rep said; `thread` is the answer that help is given on. `noted_at` is when the last nudge about
    the same text came. A digest is a burst of `parts`.
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
    noted_at: datetime | None = None
    parts: "Sequence[Burst]" = ()

    @property
    def recipients(self) -> int:
        """How many different people; a send keeps the keys of its first ones only."""
        known = frozenset[bytes]().union(*(_keys(send) for send in self.sends))
        return len(known) + sum(max(0, send.recipient_count - len(_keys(send))) for send in self.sends)


def read_burst(session: Session, keys: Keys, nudge: Nudge, now: datetime) -> Burst | None:
    """The burst or digest and what the policy says of it now; None where none of its sends is flagged any more."""
    mailbox = session.get_one(Mailbox, nudge.mailbox_id)
    own = followed_by(session, nudge)
    parts = _parts(session, keys, own, now) if own.kind is NudgeKind.DIGEST else []
    if nudge.kind is NudgeKind.AGAIN:
        parts = [part for part in parts if not feedback.said_of(session, part.nudge)]
    elif nudge.state is NudgeState.INTENT:
        parts = [part for part in parts if part.decision.reason is not Why.STOPPED] or parts
    flagged = _newest_first(parts) if parts else nudges.sends_of(session, own.id)
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
        people=[]
        if parts
        else recipients_of(
            names,
            kept_out.__contains__,
            lambda address: last_written(session, vault, mailbox.id, address, own.template_id),
        ),
        kept_out=kept_out,
        thread=thread_of(vault, nudge),
        decision=_decision(session, vault, nudge, mailbox, flagged, parts, now),
        noted_at=nudges.last_delivered(session, own.template_id, own.id) if own.template_id else None,
        parts=parts,
    )


def _parts(session: Session, keys: Keys, digest: Nudge, now: datetime) -> list[Burst]:
    read = (read_burst(session, keys, part, now) for part in digests.parts(session, digest.id))
    return [burst for burst in read if burst is not None]


def _newest_first(parts: Sequence[Burst]) -> list[Send]:
    return sorted((send for part in parts for send in part.sends), key=lambda send: send.sent_at, reverse=True)


def _kept_out(session: Session, vault: DataVault, mailbox: Mailbox, addresses: Iterable[str]) -> frozenset[str]:
    spared = spared_people(session, mailbox.id)
    if not spared:
        return frozenset()
    return frozenset(one for one in addresses if recipient_key(vault, mailbox.id, one) in spared)


def _decision(
    session: Session,
    vault: DataVault,
    nudge: Nudge,
    mailbox: Mailbox,
    flagged: Sequence[Send],
    parts: Sequence[Burst],
    now: datetime,
) -> Decision:
    match nudge.kind:
        case NudgeKind.NUDGE:
            return _policy(session, vault, nudge, mailbox, flagged, now)
        case NudgeKind.DIGEST:
            return of_digest([part.decision for part in parts])
        case _:
            return decide_follower(session, nudge, followed_by(session, nudge), mailbox, now)


def _policy(
    session: Session, vault: DataVault, nudge: Nudge, mailbox: Mailbox, flagged: Sequence[Send], now: datetime
) -> Decision:
    template = session.get(Template, nudge.template_id) if nudge.template_id else None
    number = template.number if template else None
    facts = tuple(_fact(send, number) for send in flagged)
    burst = BurstFacts(
        facts,
        stopped=template is not None and (template.allowed or feedback.is_stopped(session, template.id)),
        spared=spared_people(session, mailbox.id),
        draw=hold_out.draw(vault.derive("hold-out"), nudge.id.bytes),
    )
    past = nudges.said(session, mailbox.id, now - REMEMBERED, nudge.id)
    alike = nudges.sketches(session, (one.id for one in past if one.template is None)) if number is None else {}
    seen = tuple(_past(one, group_of(alike.get(one.id, b"")) or None) for one in past)
    history = NudgeHistory(seen, mailbox.snoozed_until)
    return decide(now, rules_from(mailbox.rules), burst, history)


def _fact(send: Send, template: int | None) -> FlaggedSend:
    text = group_of(send.sketch) or None if template is None else None
    return FlaggedSend(send.sent_at, template, _keys(send), send.score or 0.0, text)


def _past(said: nudges.Said, text: int | None) -> PastNudge:
    reaction = Reaction.ANSWER if said.words else Reaction.SILENCE
    if FeedbackKind.NOT_A_TEMPLATE in said.words:
        reaction = Reaction.WRONG
    elif said.held_out:
        reaction = Reaction.UNKNOWN
    return PastNudge(said.at, said.template, reaction, said.in_digest, text)


def _keys(send: Send) -> frozenset[bytes]:
    return frozenset(split_keys(send.recipient_keys))
