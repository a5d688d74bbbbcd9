"""One nudge's way into INBOX, so that it arrives once at any crash.

`planned -> intent (committed with INBOX's UIDNEXT) -> APPEND or SMTP -> delivered`. A row that stays `intent` is in
doubt. It is looked for over fresh logins, twice, as a mail may show late, and only then delivered once more. After that
second attempt it is given up: better a nudge missed than a nudge twice.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.orm import Session

from app.connect import open_account
from app.courier.bursts import Burst, read_burst
from app.courier.digests import belongs_now, contents, gather, is_due
from app.courier.doubts import copies_in_inbox, is_elsewhere, remove_copies
from app.courier.letters import LetterDesk
from app.courier.times import CourierTimes
from app.courier.ways import INBOX, Way, way_into_inbox
from app.courier.writing import Writer
from app.mail.errors import DeliveryRefused, MailboxUnreachable, MailError, ServerBusy
from app.mail.imap import MailSession
from app.mail.imap_values import Appended, ConnectPolicy, FolderState
from app.mail.letter import UnsafeLetter
from app.mail.lifeline import Lifeline
from app.nudge.policy import Action, Decision, Why
from app.store import digests, mailboxes, nudges
from app.store.engine import Database
from app.store.keys import Keys
from app.store.schema import Mailbox, Nudge
from app.store.states import NudgeKind, NudgeState

log = structlog.get_logger()

MOST_ATTEMPTS: Final = 2
MOST_REFUSALS: Final = 5
LONGEST_VERIFICATION: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Takes one step with one nudge; may be repeated at any time, and by several processes."""

    database: Database
    keys: Keys
    policy: ConnectPolicy
    letters: LetterDesk
    clock: Callable[[], datetime]
    times: CourierTimes

    def advance(self, nudge_id: uuid.UUID, lifeline: Lifeline | None = None) -> None:
        """Do what the row's state asks for; mail errors are written down on the row."""
        now = self.clock()
        nudge, burst = self._read(nudge_id, now)
        if nudge is not None and nudge.kind is NudgeKind.DIGEST and nudge.state is NudgeState.PLANNED:
            self._gather(nudge.mailbox_id, now)
            nudge, burst = self._read(nudge_id, now)
        if nudge is None:
            return
        if burst is None:
            self._withdraw(nudge)
            return
        try:
            self._advance(burst, lifeline, now)
        except UnsafeLetter:
            log.warning("nudge not composed", nudge=str(nudge_id))
            self._step(nudge, state=NudgeState.FAILED, last_error="unsafe_letter")
        except MailError as error:
            self._set_back(nudge, error)

    def _read(self, nudge_id: uuid.UUID, now: datetime) -> tuple[Nudge | None, Burst | None]:
        with self.database.reading() as session:
            nudge = session.get(Nudge, nudge_id)
            return nudge, read_burst(session, self.keys, nudge, now) if nudge else None

    def _gather(self, mailbox_id: uuid.UUID, now: datetime) -> None:
        """Bind to the mailbox's digest what belongs into it now; a later round delivers it."""
        with self.database.writing() as session:
            mailbox = mailboxes.lock(session, mailbox_id)
            if mailbox is not None:
                gather(session, self.keys, mailbox, now)

    def postpone(self, nudge_id: uuid.UUID) -> None:
        """Set aside for an hour what failed for a reason of ours, so that it never spins."""
        with self.database.writing() as session:
            nudge = session.get(Nudge, nudge_id)
            if nudge is not None:
                later = self.clock() + self.times.refused
                nudge.due_at, nudge.verify_at = later, later if nudge.verify_at else None
                nudge.last_error, nudge.claimed_until = "internal_error", None

    def _withdraw(self, nudge: Nudge) -> None:
        """The rep called the text no template meanwhile; what was delivered stays delivered."""
        if nudge.state == NudgeState.DELIVERED:
            self._step(nudge, verify_at=None)
        else:
            self._step(nudge, state=NudgeState.SILENT, decision="withdrawn")

    def _advance(self, burst: Burst, lifeline: Lifeline | None, now: datetime) -> None:
        if burst.nudge.state == NudgeState.PLANNED:
            self._decide(burst, lifeline, now)
        elif burst.nudge.state == NudgeState.INTENT:
            self._make_sure(burst, lifeline, now)
        elif burst.nudge.state == NudgeState.DELIVERED:
            self._verify(burst, lifeline)

    def _decide(self, burst: Burst, lifeline: Lifeline | None, now: datetime) -> None:
        decision, nudge = burst.decision, burst.nudge
        if nudge.kind is NudgeKind.DIGEST and not is_due(decision, now):
            return  # changed since it was gathered; the next gathering settles it
        if nudge.kind is NudgeKind.NUDGE and belongs_now(decision, now):
            self._gather(nudge.mailbox_id, now)
        elif decision.action is Action.SILENT:
            self._step(nudge, state=NudgeState.SILENT, decision=decision.reason.value, decided_at=now)
        elif not _goes_now(nudge, decision, now):
            self._step(nudge, due_at=decision.at, decision=decision.reason.value, last_error=None)
        elif self._claim(nudge, now):
            with open_account(burst.account, self.policy, lifeline) as session:
                self._deliver(session, burst, lifeline)

    def _claim(self, nudge: Nudge, now: datetime) -> bool:
        with self.database.writing() as session:
            return nudges.claim(session, nudge, now, now + self.times.claim)

    def _deliver(self, session: MailSession, burst: Burst, lifeline: Lifeline | None) -> None:
        """Commit the intent, hand the letter over, note the outcome."""
        inbox, now = session.examine(INBOX), self.clock()
        raw = Writer(self.database, self.keys, self.letters).write(session, inbox, burst, now)
        with way_into_inbox(session, burst.submission, self.policy, lifeline) as way:
            if self._intend(burst, inbox, way):
                self._hand_over(burst.nudge, way, raw, now)
            else:
                self._step(burst.nudge)

    def _hand_over(self, nudge: Nudge, way: Way, raw: bytes, now: datetime) -> None:
        attempt = nudge.attempts + 1
        try:
            appended = way.put(raw, now)
        except DeliveryRefused as error:
            self._refused(nudge, NudgeState.INTENT, attempt, error)
        except MailError as error:
            log.info("delivery in doubt", nudge=str(nudge.id), attempt=attempt, reason=error.code)
            self._step_from(nudge, NudgeState.INTENT, attempt, last_error=error.code)
        else:
            self._delivered(nudge, attempt, appended)

    def _intend(self, burst: Burst, inbox: FolderState, way: Way) -> bool:
        """Commit that a delivery is coming; False where the mailbox was paused, what the rep said or got meanwhile
        makes another decision, or another courier was faster. Those who look for one of these wait for this commit."""
        nudge, now = burst.nudge, self.clock()
        with self.database.writing() as session:
            mailbox = mailboxes.lock(session, burst.mailbox.id)
            if mailbox is None or mailbox.state not in nudges.REACHABLE:
                return False
            if not self._is_wanted(session, burst, mailbox, now):
                return False
            return _change(
                session,
                nudge,
                nudge.state,
                nudge.attempts,
                state=NudgeState.INTENT,
                decision=burst.decision.reason.value,
                attempts=nudge.attempts + 1,
                intent_at=now,
                due_at=now + self.times.submitted if way.by_smtp else now,
                inbox_uidvalidity=inbox.uidvalidity,
                inbox_uidnext=inbox.uidnext,
                absent_at=None,
                last_error=None,
                claimed_until=now + self.times.claim,
            )

    def _is_wanted(self, session: Session, written: Burst, mailbox: Mailbox, now: datetime) -> bool:
        """Whether the policy still says now, of a digest: about just what its letter was written from.

        What may be in the mailbox already is delivered whatever it says.
        """
        nudge = written.nudge
        if nudge.state == NudgeState.INTENT:
            return True
        if nudge.kind is NudgeKind.DIGEST:
            gather(session, self.keys, mailbox, now)
        fresh = session.get(Nudge, nudge.id)
        burst = read_burst(session, self.keys, fresh, now) if fresh else None
        if burst is None or not _goes_now(nudge, burst.decision, now):
            return False
        return nudge.kind is not NudgeKind.DIGEST or contents(burst) == contents(written)

    def _delivered(self, nudge: Nudge, attempt: int, appended: Appended) -> None:
        now = self.clock()
        self._step_from(
            nudge,
            NudgeState.INTENT,
            attempt,
            state=NudgeState.DELIVERED,
            delivered_at=now,
            delivered_uid=appended.uid,
            verify_at=now + self.times.verify if attempt > 1 else None,
            last_error=None,
        )
        log.info("nudge delivered", mailbox=str(nudge.mailbox_id), nudge=str(nudge.id), attempt=attempt)

    def _refused(self, nudge: Nudge, state: NudgeState, attempts: int, error: MailError) -> None:
        """The server said no, so this try brought nothing: back to what was before it, and later once more."""
        refusals = nudge.refusals + 1
        if refusals >= MOST_REFUSALS and nudge.attempts == 0:
            log.warning("nudge refused for good", nudge=str(nudge.id), reason=error.code)
            self._step_from(nudge, state, attempts, state=NudgeState.FAILED, last_error=error.code, refusals=refusals)
            return
        self._step_from(
            nudge,
            state,
            attempts,
            state=nudge.state,
            attempts=nudge.attempts,
            absent_at=None,
            due_at=self.clock() + self.times.refused * 2 ** min(nudge.refusals, MOST_REFUSALS - 1),
            last_error=error.code,
            refusals=refusals,
        )

    def _set_back(self, nudge: Nudge, error: MailError) -> None:
        """Nothing was handed over. What passes by itself is tried soon, anything else as after a refusal: a password
        that is tried every minute locks an account."""
        now = self.clock()
        if nudge.state == NudgeState.DELIVERED:
            over = nudge.delivered_at is None or now - nudge.delivered_at > LONGEST_VERIFICATION
            self._step(nudge, verify_at=None if over else now + self.times.verify)
        elif isinstance(error, MailboxUnreachable | ServerBusy):
            self._step(nudge, last_error=error.code, due_at=now + self.times.unreachable)
        else:
            self._refused(nudge, nudge.state, nudge.attempts, error)

    def _make_sure(self, burst: Burst, lifeline: Lifeline | None, now: datetime) -> None:
        """Look for a doubtful delivery over a fresh login."""
        nudge = burst.nudge
        if not self._claim(nudge, now):
            return
        with open_account(burst.account, self.policy, lifeline) as session:
            found = copies_in_inbox(session, nudge)
            if found:
                self._delivered(nudge, nudge.attempts, Appended(None, found[0]))
            elif nudge.absent_at is None:
                self._step(nudge, absent_at=now, due_at=now + self.times.second_look)
            elif is_elsewhere(session, nudge):
                self._delivered(nudge, nudge.attempts, Appended(None, None))
            elif burst.decision.reason is Why.STOPPED:
                self._step(nudge, state=NudgeState.SILENT, decision=Why.STOPPED.value)
            elif nudge.attempts >= MOST_ATTEMPTS:
                self._step(nudge, state=NudgeState.FAILED, last_error="delivery_in_doubt")
            else:
                self._deliver(session, burst, lifeline)
                remove_copies(session, nudge)

    def _verify(self, burst: Burst, lifeline: Lifeline | None) -> None:
        """After a repeated delivery, once more: a late first copy is removed, the older one stays."""
        with open_account(burst.account, self.policy, lifeline) as session:
            remove_copies(session, burst.nudge)
        self._step(burst.nudge, verify_at=None)

    def _step(self, nudge: Nudge, **values: Any) -> None:
        self._step_from(nudge, nudge.state, nudge.attempts, **values)

    def _step_from(self, nudge: Nudge, state_before: NudgeState, attempts_before: int, /, **values: Any) -> None:
        with self.database.writing() as session:
            _change(session, nudge, state_before, attempts_before, **values)


def _change(session: Session, nudge: Nudge, state_before: NudgeState, attempts_before: int, /, **values: Any) -> bool:
    """A digest takes its bursts along."""
    changed = nudges.step(session, nudge.id, state_before, attempts_before, **values)
    if changed and nudge.kind is NudgeKind.DIGEST:
        digests.carry(session, nudge.id, values)
    return changed


def _goes_now(nudge: Nudge, decision: Decision, now: datetime) -> bool:
    return is_due(decision, now) if nudge.kind is NudgeKind.DIGEST else decision.action is Action.NOW
