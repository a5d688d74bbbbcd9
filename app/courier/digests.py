"""Gathers the bursts whose time in a digest has come: under the mailbox's lock, each decided about anew."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.courier.bursts import Burst, read_burst
from app.nudge.policy import Action, Decision, Why
from app.store import digests
from app.store.keys import Keys
from app.store.schema import Mailbox, Nudge
from app.store.states import NudgeState


def is_due(decision: Decision, now: datetime) -> bool:
    """Whether the moment of its digest has come."""
    return decision.action is Action.JOIN_DIGEST and decision.at is not None and decision.at <= now


def belongs_now(decision: Decision, now: datetime) -> bool:
    """Whether a digest is to be made for the burst, or would have been but for the hold-out."""
    return is_due(decision, now) or _is_held_out(decision)


def _is_held_out(decision: Decision) -> bool:
    return decision.reason is Why.HELD_OUT and decision.at is not None


def gather(session: Session, keys: Keys, mailbox: Mailbox, now: datetime) -> Nudge | None:
    """The mailbox's waiting digest with all the bursts that belong into it now; None where there are none.

    The caller holds the mailbox's lock. Of every burst that was looked at the decision is noted: it is bound, or it
    waits, or it stays silent.
    """
    vault = keys.of_rep(session, mailbox.rep_id)
    digest = digests.waiting(session, mailbox.id) or digests.begin(session, vault, mailbox.id, now)
    found = [(nudge, read_burst(session, keys, nudge, now)) for nudge in digests.candidates(session, digest, now)]
    for nudge, burst in found:
        _note(nudge, burst, digest, now)
    session.flush()
    bound = [nudge for nudge, _ in found if nudge.digest_id == digest.id and nudge.state is NudgeState.PLANNED]
    if not bound:
        _leave(session, digest, now)
        return None
    digest.opened_at = min(nudge.opened_at for nudge in bound)
    digest.last_send_at = max(nudge.last_send_at for nudge in bound)
    digest.decision = bound[0].decision
    session.flush()
    return digest


def contents(burst: Burst) -> Mapping[UUID, int]:
    """The bursts of a digest, and how many sends each has: what its letter was written from."""
    return {part.about: len(part.sends) for part in burst.parts}


def _note(nudge: Nudge, burst: Burst | None, digest: Nudge, now: datetime) -> None:
    nudge.digest_id = None
    if burst is None:
        nudge.state, nudge.decision, nudge.decided_at = NudgeState.SILENT, "withdrawn", now
        return
    decision = burst.decision
    nudge.decision = decision.reason.value
    if is_due(decision, now):
        nudge.digest_id, nudge.last_error = digest.id, None
    elif decision.action is Action.SILENT:
        nudge.state, nudge.decided_at = NudgeState.SILENT, now
        nudge.digest_id = digest.id if _is_held_out(decision) else None
    else:
        nudge.due_at = decision.at or now


def _leave(session: Session, digest: Nudge, now: datetime) -> None:
    """It tells of nothing: all was held out, or nothing is left of it."""
    if digests.has_held_out(session, digest.id):
        digest.state, digest.decision, digest.decided_at = NudgeState.SILENT, Why.HELD_OUT.value, now
    else:
        session.delete(digest)
    session.flush()
