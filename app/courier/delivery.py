"""One nudge's way into INBOX, so that it arrives once at any crash.

`planned -> intent (committed with INBOX's UIDNEXT) -> APPEND -> delivered`. A row that stays `intent` is in doubt.
It is looked for over fresh logins, twice, as an APPEND may show late, and only then appended once more. After that
second attempt it is given up: better a nudge missed than a nudge twice.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from app.connect import open_account
from app.courier.bursts import Burst, read_burst
from app.courier.correspondents import INBOX, correspondents, holds_message
from app.courier.letters import LetterDesk, language_of_burst
from app.courier.times import CourierTimes
from app.mail.errors import AppendRefused, MailError
from app.mail.imap import MailSession
from app.mail.imap_values import Appended, ConnectPolicy, Folder, FolderState
from app.mail.letter import UnsafeLetter
from app.nudge.contacts import suggest_calls
from app.nudge.policy import Action
from app.store import mailboxes, nudges
from app.store.engine import Database
from app.store.keys import Keys
from app.store.schema import Nudge
from app.store.states import NudgeState

log = structlog.get_logger()

MOST_ATTEMPTS: Final = 2
# Where a rep, a rule or a server may have put a nudge that no longer is in INBOX.
ELSEWHERE: Final = frozenset({"\\All", "\\Trash", "\\Archive", "\\Junk"})
ELSEWHERE_NAMES: Final = frozenset(
    {"trash", "deleted items", "deleted messages", "papierkorb", "gelöschte elemente", "gelöschte objekte", "archive"}
)

# A German rep reads German numbers as 089 ..., not as +49 89 ...; where a rep with English pages lives is not known.
HOME_REGION: Final = {"de": "DE"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Takes one step with one nudge; may be repeated at any time."""

    database: Database
    keys: Keys
    policy: ConnectPolicy
    letters: LetterDesk
    clock: Callable[[], datetime]
    times: CourierTimes

    def advance(self, nudge_id: uuid.UUID) -> None:
        """Do what the row's state asks for; mail errors are written down on the row."""
        now = self.clock()
        with self.database.reading() as session:
            nudge = session.get(Nudge, nudge_id)
            burst = read_burst(session, self.keys, nudge, now) if nudge else None
        if nudge is None:
            return
        if burst is None:
            self._withdraw(nudge)
            return
        try:
            self._advance(burst, now)
        except MailError as error:
            self._step(nudge, last_error=error.code, due_at=now + self.times.unreachable)
        except UnsafeLetter:
            log.warning("nudge not composed", nudge=str(nudge_id))
            self._step(nudge, state=NudgeState.FAILED, last_error="unsafe_letter")

    def postpone(self, nudge_id: uuid.UUID) -> None:
        """Set aside for an hour what failed for a reason of ours, so that it never spins."""
        with self.database.writing() as session:
            nudge = session.get(Nudge, nudge_id)
            if nudge is not None:
                later = self.clock() + self.times.refused
                nudge.due_at, nudge.verify_at = later, later if nudge.verify_at else None
                nudge.last_error = "internal_error"

    def _withdraw(self, nudge: Nudge) -> None:
        """The rep called the text no template meanwhile; what was delivered stays delivered."""
        if nudge.state == NudgeState.DELIVERED:
            self._step(nudge, verify_at=None)
        else:
            self._step(nudge, state=NudgeState.SILENT, decision="withdrawn")

    def _advance(self, burst: Burst, now: datetime) -> None:
        if burst.nudge.state == NudgeState.PLANNED:
            self._decide(burst, now)
        elif burst.nudge.state == NudgeState.INTENT:
            self._make_sure(burst, now)
        elif burst.nudge.state == NudgeState.DELIVERED:
            self._verify(burst)

    def _decide(self, burst: Burst, now: datetime) -> None:
        decision, nudge = burst.decision, burst.nudge
        if decision.action is Action.SILENT:
            self._step(nudge, state=NudgeState.SILENT, decision=decision.reason.value)
        elif decision.action is Action.AT:
            self._step(nudge, due_at=decision.at, decision=decision.reason.value)
        else:
            with open_account(burst.account, self.policy) as session:
                self._deliver(session, burst, now)

    def _deliver(self, session: MailSession, burst: Burst, now: datetime) -> None:
        """Commit the intent, append, note the outcome."""
        inbox = session.examine(INBOX)
        known = correspondents(session, burst.people)
        calls = suggest_calls(known, now, language_of_burst(burst), HOME_REGION.get(burst.mailbox.language))
        raw = self.letters.letter(burst, calls, now)
        attempt = burst.nudge.attempts + 1
        if not self._intend(burst, inbox, attempt, now):
            return
        try:
            appended = session.append(INBOX, raw, now)
        except AppendRefused as error:
            self._refused(burst, attempt, error, now)
            return
        self._delivered(burst.nudge, attempt, appended)

    def _intend(self, burst: Burst, inbox: FolderState, attempt: int, now: datetime) -> bool:
        """Commit that an APPEND is coming; False where the mailbox was paused or another courier was faster."""
        with self.database.writing() as session:
            mailbox = mailboxes.lock(session, burst.mailbox.id)
            if mailbox is None or mailbox.state not in nudges.REACHABLE:
                return False
            return nudges.step(
                session,
                burst.nudge.id,
                burst.nudge.state,
                burst.nudge.attempts,
                state=NudgeState.INTENT,
                decision=burst.decision.reason.value,
                attempts=attempt,
                intent_at=now,
                due_at=now,
                inbox_uidvalidity=inbox.uidvalidity,
                inbox_uidnext=inbox.uidnext,
                absent_at=None,
                last_error=None,
            )

    def _refused(self, burst: Burst, attempt: int, error: AppendRefused, now: datetime) -> None:
        """The server said no, so nothing is there: planned as before, and tried again later."""
        with self.database.writing() as session:
            nudges.step(
                session,
                burst.nudge.id,
                NudgeState.INTENT,
                attempt,
                state=NudgeState.PLANNED,
                attempts=attempt - 1,
                due_at=now + self.times.refused,
                last_error=error.code,
            )

    def _delivered(self, nudge: Nudge, attempt: int, appended: Appended) -> None:
        now = self.clock()
        with self.database.writing() as session:
            nudges.step(
                session,
                nudge.id,
                NudgeState.INTENT,
                attempt,
                state=NudgeState.DELIVERED,
                delivered_at=now,
                delivered_uid=appended.uid,
                verify_at=now + self.times.verify if attempt > 1 else None,
                last_error=None,
            )
        log.info("nudge delivered", mailbox=str(nudge.mailbox_id), nudge=str(nudge.id), attempt=attempt)

    def _make_sure(self, burst: Burst, now: datetime) -> None:
        """Look for a doubtful delivery over a fresh login."""
        nudge = burst.nudge
        with open_account(burst.account, self.policy) as session:
            found = holds_message(session, INBOX, nudge.message_id, self._scan_from(session, nudge))
            if found:
                self._delivered(nudge, nudge.attempts, Appended(None, found[0]))
            elif nudge.absent_at is None:
                self._step(nudge, absent_at=now, due_at=now + self.times.second_look)
            elif self._is_elsewhere(session, nudge):
                self._delivered(nudge, nudge.attempts, Appended(None, None))
            elif nudge.attempts >= MOST_ATTEMPTS:
                self._step(nudge, state=NudgeState.FAILED, last_error="delivery_in_doubt")
            else:
                self._deliver(session, burst, now)
                self._remove_copies(session, nudge)

    def _scan_from(self, session: MailSession, nudge: Nudge) -> int:
        state = session.examine(INBOX)
        same = state.uidvalidity == nudge.inbox_uidvalidity
        return nudge.inbox_uidnext or 1 if same else max(1, state.uidnext - 50)

    def _is_elsewhere(self, session: MailSession, nudge: Nudge) -> bool:
        folders = [folder.name for folder in session.list_folders() if _may_hold_old_mail(folder)]
        return any(holds_message(session, name, nudge.message_id, 2**32) for name in folders)

    def _verify(self, burst: Burst) -> None:
        """After a repeated delivery, once more: a late first copy is removed, the older one stays."""
        with open_account(burst.account, self.policy) as session:
            self._remove_copies(session, burst.nudge)
        self._step(burst.nudge, verify_at=None)

    def _remove_copies(self, session: MailSession, nudge: Nudge) -> None:
        session.examine(INBOX)
        for uid in session.find_message_id(nudge.message_id)[1:]:
            removed = session.delete_duplicate(INBOX, uid, nudge.message_id)
            log.info("second copy of a nudge", nudge=str(nudge.id), removed=removed)

    def _step(self, nudge: Nudge, **values: Any) -> None:
        with self.database.writing() as session:
            nudges.step(session, nudge.id, nudge.state, nudge.attempts, **values)


def _may_hold_old_mail(folder: Folder) -> bool:
    """By special use (RFC 6154), or by name on servers that have none."""
    name = folder.name.rpartition(folder.delimiter)[2] if folder.delimiter else folder.name
    return bool(folder.flags & ELSEWHERE) or name.casefold() in ELSEWHERE_NAMES
