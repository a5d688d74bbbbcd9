"""A mailbox on the real mail server whose bursts come in digests, and a clock that the test moves."""

import uuid
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from app.courier import CourierTimes
from app.courier.delivery import Delivery
from app.courier.letters import LetterDesk
from app.nudge.action_links import ActionLinks
from app.store import nudges
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import Account
from app.store.schema import Mailbox, Nudge, Template
from app.store.states import NudgeKind, NudgeState
from app.store.vault import new_key
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import LOOPBACK
from tests.web.seed import ANNA, BEN, BORIS, CARLA, DORA, connect_mailbox, open_outbox

EVENING = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)  # a Tuesday, 17:00 in Berlin
MORNING = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
TIMES = CourierTimes()
KEY = new_key()


class DigestDesk:
    """Bursts to three or four people each, which went out on Tuesday afternoon."""

    def __init__(self, database: Database, keys: Keys, dovecot: Dovecot, **rules: Any) -> None:
        self.database, self.keys, self.dovecot = database, keys, dovecot
        self.user, self.now = dovecot.new_user(), EVENING
        letters = LetterDesk("http://127.0.0.1:8000", lambda: ActionLinks(KEY))
        self.delivery = Delivery(database, keys, LOOPBACK, letters, lambda: self.now, TIMES)
        account = Account(self.user, dovecot.host, dovecot.imap_port, "none", self.user, dovecot.password, True)
        with database.writing() as session:
            mailbox = connect_mailbox(session, keys, account, now=EVENING)
            mailbox.rules = {**mailbox.rules, "digest": "daily", **rules}
            self.mailbox_id = mailbox.id

    def burst(self, number: int, at: datetime = EVENING - timedelta(minutes=30)) -> uuid.UUID:
        with self.database.writing() as session:
            mailbox = session.get_one(Mailbox, self.mailbox_id)
            outbox = open_outbox(session, self.keys, mailbox)
            outbox.uid = number * 100
            template = outbox.template(number)
            nudge = outbox.nudge(template, at, NudgeState.PLANNED, due_at=at)
            for person in (ANNA, BORIS, CARLA, DORA)[: 3 + number % 2]:
                send = outbox.send(f"Angebot {number}", [person], at, template=template, nudge=nudge)
                send.recipient_keys = uuid.uuid5(uuid.NAMESPACE_DNS, person[1]).bytes[:8]
            return nudge.id

    def grow(self, nudge_id: uuid.UUID, number: int) -> None:
        """The same text to one more person, sent a little later on Tuesday."""
        with self.database.writing() as session:
            outbox = open_outbox(session, self.keys, session.get_one(Mailbox, self.mailbox_id))
            outbox.uid = number * 100 + 50
            nudge, template = session.get_one(Nudge, nudge_id), outbox.template(number)
            outbox.send(f"Angebot {number}", [BEN], EVENING, template=template, nudge=nudge).recipient_keys = bytes(8)

    def go(self, now: datetime, rounds: int = 4) -> None:
        """The courier's next rounds."""
        self.now = now
        for _ in range(rounds):
            with self.database.reading() as session:
                due = [row.id for row in nudges.due(session, now, now - TIMES.grace)]
            for nudge_id in due:
                self.delivery.advance(nudge_id)

    def row(self, nudge_id: uuid.UUID) -> Nudge:
        with self.database.reading() as session:
            return session.get_one(Nudge, nudge_id)

    def digests(self) -> list[Nudge]:
        with self.database.reading() as session:
            return list(session.scalars(select(Nudge).where(Nudge.kind == NudgeKind.DIGEST).order_by(Nudge.opened_at)))

    def stop(self, nudge_id: uuid.UUID) -> None:
        with self.database.writing() as session:
            template_id = session.get_one(Nudge, nudge_id).template_id
            session.get_one(Template, template_id).allowed = True

    def rules(self) -> dict[str, Any]:
        with self.database.reading() as session:
            return session.get_one(Mailbox, self.mailbox_id).rules

    def set_mailbox(self, **values: Any) -> None:
        with self.database.writing() as session:
            for name, value in values.items():
                setattr(session.get_one(Mailbox, self.mailbox_id), name, value)

    def mails(self) -> list[EmailMessage]:
        raws = [mail.raw for mail in self.dovecot.messages(self.user)]
        mails = [message_from_bytes(raw, policy=policy.default) for raw in raws]
        return [mail for mail in mails if mail["X-Zuruf"]]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
