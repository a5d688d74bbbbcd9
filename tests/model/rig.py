"""One rep's mailbox on a real server, the service on it, and a clock that the model moves.

Every run of the watcher or the courier is one of a newly started process. The line between them and the server can be
told to break once, at a given octet.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from sqlalchemy import and_, or_, select

from app.courier import CourierTimes
from app.mail.imap_values import ConnectPolicy
from app.nudge.rules import stored_rules
from app.store import feedback, mailboxes
from app.store.envelopes import unseal_envelope
from app.store.mailboxes import Account, NewMailbox
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind, MailboxState, NudgeState
from app.watch import WatchTimes
from classifier import Judge
from tests.flow.mails import REP
from tests.flow.running import wait_until
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault, FaultProxy, Plan
from tests.servers.loops import Loops
from tests.web.seed import open_database

WATCH: Final = WatchTimes(
    roster=0.05, renewal=60.0, poll=0.2, first_retry=0.05, longest_retry=0.1, attention_retry=0.1, survived=60.0
)
DELIVER: Final = CourierTimes(round=0.05)
RULES: Final = stored_rules(
    settle_seconds=600, quiet_hours="", time_zone="Europe/Berlin", cap_per_day=50, cap_per_week=200
)
OPEN: Final = ConnectPolicy(allow_private=True, ports=None, ca_file=None)


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of the service, as the model needs it."""

    message_id: str
    nudgeable: bool
    flagged: bool


class Rig:
    """The real parts; `port` is that of another server that speaks for Dovecot."""

    def __init__(self, directory: Path, dovecot: Dovecot, judge: Judge, port: int | None = None) -> None:
        self.dovecot, self.user = dovecot, dovecot.new_user()
        self.database, self.keys = open_database(directory)
        # Dovecot takes no date in the future, so all happens in the last weeks.
        self._ahead = -timedelta(days=20)
        self.proxy = FaultProxy(port or dovecot.imap_port)
        self.proxy.__enter__()
        self.loops = Loops(self.database, self.keys, OPEN, self.now, WATCH, DELIVER, judge)
        account = Account(REP, "127.0.0.1", self.proxy.port, "none", self.user, dovecot.password, True)
        with self.database.writing() as session:
            new = NewMailbox(account, "Sent", 1, "de", dict(RULES))
            self.mailbox_id = mailboxes.connect(session, self.keys, new, self.now()).id

    def close(self) -> None:
        self.proxy.__exit__(None, None, None)
        self.database.close()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_time(self, minutes: float) -> None:
        self._ahead += timedelta(minutes=minutes)

    def file(self, raw: bytes, at: datetime, folder: str = "Sent") -> None:
        self.dovecot.append(self.user, raw, folder, when=f"{at:%d-%b-%Y %H:%M:%S} +0000")

    def ids_in(self, folder: str) -> list[str]:
        """The Message-IDs of a folder in order."""
        return [str(mail["Message-ID"]) for mail in self._mails(folder)]

    def nudges(self) -> list[EmailMessage]:
        return [mail for mail in self._mails("INBOX") if mail["X-Zuruf"] == "nudge"]

    def _mails(self, folder: str) -> list[EmailMessage]:
        stored = self.dovecot.messages(self.user, folder)
        return [message_from_bytes(one.raw, policy=policy.default) for one in stored]

    def take_out(self, message_id: str, folder: str | None) -> None:
        """Expunge a message from Sent, after copying it where a folder is named."""
        with self.dovecot.client(self.user) as client:
            client.select("Sent")
            uids = client.uid("SEARCH", "HEADER", "Message-ID", f'"{message_id}"')[1][0].decode().replace(" ", ",")
            if not uids:
                return
            if folder is not None:
                client.create(folder)
                client.uid("COPY", uids, folder)
            client.uid("STORE", uids, "+FLAGS", "(\\Deleted)")
            client.expunge()

    def renumber(self, again: Sequence[tuple[bytes, datetime]]) -> None:
        """Another folder takes the place of Sent and holds these mails, as after a move to another server."""
        with self.dovecot.client(self.user) as client:
            client.rename("Sent", f"Old {datetime.now(UTC).timestamp()}".replace(" ", "-").replace(".", "-"))
            client.create("Sent")
        for raw, at in again:
            self.file(raw, at)

    def break_line_once(self, fault: Fault, octets: int) -> None:
        """The next connection suffers this; those after it do not."""
        plans = iter([Plan(fault, octets=octets, silence=0.1)])
        self.proxy.plans = lambda: next(plans, Plan())

    def watch(self) -> None:
        """A watcher starts, reads all there is, and stops."""
        highest = max((mail.uid for mail in self.dovecot.messages(self.user, "Sent")), default=0)
        with self.dovecot.client(self.user) as client:
            client.select("Sent", readonly=True)
            uidvalidity = int(client.response("UIDVALIDITY")[1][0])

        def is_read() -> bool:
            row = self.mailbox()
            opened = row.uidvalidity == uidvalidity and row.nudge_uid is not None
            return opened and row.state is MailboxState.WATCHED and row.last_uid >= highest

        with self.loops.watching():
            wait_until(is_read, 30)

    def watch_in_vain(self) -> int:
        """A watcher and a courier run for a moment; returns how many connections they opened."""
        before = self.proxy.connections
        with self.loops.watching() as watcher, self.loops.delivering() as courier:
            wait_until(lambda: watcher.is_running and courier.is_running)
            self._rounds()
        return self.proxy.connections - before

    def _rounds(self) -> None:
        """Time enough for several rounds of both loops."""
        turns = iter(range(4))
        wait_until(lambda: next(turns, None) is None)

    def deliver(self) -> None:
        """A courier starts, does all that is due, and stops."""
        with self.loops.delivering():
            wait_until(self._nothing_due, 30)

    def _nothing_due(self) -> bool:
        now = self.now()
        due = or_(
            and_(Nudge.state == NudgeState.PLANNED, Nudge.due_at <= now),
            and_(Nudge.state == NudgeState.INTENT, Nudge.intent_at <= now - DELIVER.grace, Nudge.due_at <= now),
            and_(Nudge.state == NudgeState.DELIVERED, Nudge.verify_at <= now),
        )
        with self.database.reading() as session:
            return session.scalars(select(Nudge.id).where(due)).first() is None

    def mailbox(self) -> Mailbox:
        with self.database.reading() as session:
            return session.get_one(Mailbox, self.mailbox_id)

    def change(self, change: Callable[[Mailbox, datetime], None]) -> None:
        with self.database.writing() as session:
            change(session.get_one(Mailbox, self.mailbox_id), self.now())

    def judged(self) -> list[Judged]:
        with self.database.reading() as session:
            vault = self.keys.of_rep(session, session.get_one(Mailbox, self.mailbox_id).rep_id)
            return [
                Judged(unseal_envelope(vault, row.id, row.envelope).message_id or "", row.nudgeable, row.flagged)
                for row in session.scalars(select(Send))
            ]

    def say(self, message_id: str, kind: FeedbackKind, *, back: bool = False) -> None:
        """The rep says something of a send, or takes it back."""
        with self.database.writing() as session:
            vault = self.keys.of_rep(session, session.get_one(Mailbox, self.mailbox_id).rep_id)
            [send] = [
                row
                for row in session.scalars(select(Send))
                if unseal_envelope(vault, row.id, row.envelope).message_id == message_id
            ]
            (feedback.take_back if back else feedback.say)(session, send, kind, self.now())

    def nudge_rows(self) -> Counter[NudgeState]:
        with self.database.reading() as session:
            return Counter(session.scalars(select(Nudge.state)))
