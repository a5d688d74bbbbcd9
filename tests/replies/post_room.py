"""A mailbox on the real mail server with a few sends, what arrives there, and looks through it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from app.intake.exclusions import set_exclusions
from app.mail.lifeline import Lifeline
from app.replies import ReplyTimes
from app.replies.looking import Looking
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import Account
from app.store.schema import Mailbox, Send
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import LOOPBACK
from tests.web.seed import ANNA, Outbox, Person, connect_mailbox, open_outbox

AT_ONCE = ReplyTimes(round=0.02, settled=timedelta(0), breath=0.0)
DAY = timedelta(days=1)


@dataclass(slots=True)
class PostRoom:
    database: Database
    keys: Keys
    dovecot: Dovecot
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    user: str = ""
    mailbox_id: uuid.UUID = field(default_factory=uuid.uuid4)
    uid: int = 0

    def __post_init__(self) -> None:
        self.user = self.dovecot.new_user()
        account = Account(
            "jonas@keller-maschinen.example", "127.0.0.1", self.dovecot.imap_port, "none", self.user, "pw", True
        )
        with self.database.writing() as session:
            self.mailbox_id = connect_mailbox(session, self.keys, account, now=self.now).id

    def send(
        self, subject: str = "Angebot Frästeile", to: Sequence[Person] = (ANNA,), days: float = 3, **values: Any
    ) -> str:
        """Record a send; returns its Message-ID."""
        with self.database.writing() as session:
            outbox = self._outbox(session)
            outbox.send(subject, to, self.now - days * DAY, **values)
            self.uid = outbox.uid
        return f"<{self.uid}@keller-maschinen.example>"

    def _outbox(self, session: Any) -> Outbox:
        outbox = open_outbox(session, self.keys, session.get_one(Mailbox, self.mailbox_id))
        outbox.uid = self.uid
        return outbox

    def receive(
        self,
        subject: str = "Re: Angebot Frästeile",
        sender: Person = ANNA,
        days: float = 1,
        *,
        in_reply_to: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """A mail arrives."""
        at = self.now - days * DAY
        lines = [f"From: {sender[0]} <{sender[1]}>", f"Subject: {subject}", f"Date: {at:%a, %d %b %Y %H:%M:%S +0000}"]
        lines += [f"In-Reply-To: {in_reply_to}"] if in_reply_to else []
        lines += [f"{name}: {value}" for name, value in headers.items()]
        raw = "\n".join([*lines, "", "Gern, rufen Sie mich an.", ""]).encode()
        self.dovecot.append(self.user, raw, "INBOX", flags="()", when=f"{at:%d-%b-%Y %H:%M:%S +0000}")

    def exclude(self, lines: str) -> None:
        with self.database.writing() as session:
            mailbox = session.get_one(Mailbox, self.mailbox_id)
            set_exclusions(self.keys.of_rep(session, mailbox.rep_id), mailbox, lines)

    def looking(self, times: ReplyTimes = AT_ONCE) -> Looking:
        return Looking(self.database, self.keys, LOOPBACK, lambda: self.now, times)

    def look(self) -> list[float | None]:
        """Look once; the days that each send waited for its answer, in sending order (None: no answer)."""
        self.looking().look(self.mailbox_id, Lifeline())
        return self.answered()

    def answered(self) -> list[float | None]:
        found = self.rows()
        return [None if send.answer_seconds is None else send.answer_seconds / DAY.total_seconds() for send in found]

    def rows(self) -> list[Send]:
        with self.database.reading() as session:
            return session.query(Send).order_by(Send.sent_at, Send.uid).all()
