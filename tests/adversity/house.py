"""One installation with one rep on the real server: the test may move its clock and take its database away."""

from collections import Counter
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any, Final

from sqlalchemy import or_, select

from app.mail.imap_values import ConnectPolicy
from app.store import mailboxes
from app.store.engine import Database, migrate
from app.store.envelopes import unseal_envelope
from app.store.keys import Keys
from app.store.mailboxes import Account, NewMailbox
from app.store.schema import Mailbox, Nudge, Quarantined, Send
from app.store.states import MailboxState, NudgeState
from app.store.vault import KeyRing, new_key
from classifier import Judge
from tests.faults.office import DELIVER, RULES, WATCH
from tests.flow.mails import PEOPLE, REP
from tests.flow.running import wait_until
from tests.model.letters import letter_id, round_letter, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.loops import Loops

OPEN: Final = ConnectPolicy(allow_private=True, ports=None, ca_file=None)
IN_A_HURRY: Final = replace(WATCH, database_retry=0.1)

Lines = Sequence[MutableMapping[str, Any]]


class House:
    """The real parts; `connect` comes first, and each text is sent at most once."""

    def __init__(self, database: Database, dovecot: Dovecot, judge: Judge) -> None:
        self.database, self.dovecot, self.judge = database, dovecot, judge
        self.keys = Keys(KeyRing([new_key()]))
        self.user = dovecot.new_user()
        self.clock_error = timedelta()
        self.clock_was_read = 0
        self.sent: list[str] = []

    def now(self) -> datetime:
        self.clock_was_read += 1
        return datetime.now(UTC) + self.clock_error

    def connect(self) -> None:
        migrate(self.database)
        account = Account(
            REP, self.dovecot.host, self.dovecot.imap_port, "none", self.user, self.dovecot.password, True
        )
        with self.database.writing() as session:
            self.keys.prepare_installation(session)
            mailboxes.connect(session, self.keys, NewMailbox(account, "Sent", 1, "de", dict(RULES)), self.now())

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The service runs for the block, which begins when the mailbox is watched."""
        loops = Loops(self.database, self.keys, OPEN, self.now, IN_A_HURRY, DELIVER, self.judge)
        with loops.watching(), loops.delivering():
            wait_until(lambda: self.mailbox().state is MailboxState.WATCHED)
            yield

    def send_text(self, text: int) -> None:
        """One text to five people; it brings one nudge."""
        for number, person in enumerate(PEOPLE):
            self.dovecot.append(self.user, round_letter(text, person, number, datetime.now(UTC)))
            self.sent.append(letter_id(text, number))

    def mailbox(self) -> Mailbox:
        with self.database.reading() as session:
            return session.scalars(select(Mailbox)).one()

    def judged(self) -> Sequence[str | None]:
        with self.database.reading() as session:
            vault = self.keys.of_rep(session, session.scalars(select(Mailbox.rep_id)).one())
            return [unseal_envelope(vault, row.id, row.envelope).message_id for row in session.scalars(select(Send))]

    def nudged_texts(self) -> Counter[int]:
        """About which texts nudges lie in INBOX."""
        stored = self.dovecot.messages(self.user)
        return Counter(text_of(message_from_bytes(mail.raw, policy=policy.default)["In-Reply-To"]) for mail in stored)

    def is_settled(self) -> bool:
        """All that was sent is judged, and no nudge has anything left to do."""
        if len(self.judged()) < len(self.sent):
            return False
        undone = or_(Nudge.state.in_((NudgeState.PLANNED, NudgeState.INTENT)), Nudge.verify_at.is_not(None))
        with self.database.reading() as session:
            return session.scalars(select(Nudge.id).where(undone)).first() is None

    def check(self) -> None:
        """Each mail was judged once and none set aside; each text brought one nudge."""
        assert sorted(str(one) for one in self.judged()) == sorted(self.sent)
        assert self.nudged_texts() == Counter({text_of(one): 1 for one in self.sent})
        with self.database.reading() as session:
            assert session.scalars(select(Quarantined)).all() == []


def told(lines: Lines, event: str) -> int:
    return sum(line["event"] == event for line in lines)


def troubles(lines: Lines) -> list[str]:
    """What was logged as a warning or worse."""
    return [line["event"] for line in lines if line["log_level"] in {"warning", "error", "critical"}]
