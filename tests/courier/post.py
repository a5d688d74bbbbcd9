"""Mailboxes on the real mail server with nudges that are due, and as many couriers as a test wants."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

from app.courier import Courier, CourierTimes
from app.courier.delivery import Delivery
from app.courier.letters import LetterDesk
from app.nudge.action_links import ActionLinks
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import Account
from app.store.schema import Nudge
from app.store.states import NudgeState
from app.store.vault import new_key
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import LOOPBACK
from tests.web.seed import ANNA, BORIS, CARLA, connect_mailbox, open_outbox

QUICK = CourierTimes(round=0.01)
AT_ANY_TIME = {"quiet_hours": "", "settle_seconds": 0}


def now() -> datetime:
    return datetime.now(UTC)


class Post:
    """Mailboxes with due nudges each, as many couriers as are asked for, and what lies in the inboxes."""

    def __init__(self, database: Database, keys: Keys, dovecot: Dovecot) -> None:
        self.database, self.keys, self.dovecot = database, keys, dovecot
        self.users: list[str] = []

    def connect(self, bursts: int, cap: int) -> uuid.UUID:
        user = self.dovecot.new_user()
        self.users.append(user)
        account = Account(user, self.dovecot.host, self.dovecot.imap_port, "none", user, self.dovecot.password, True)
        with self.database.writing() as session:
            mailbox = connect_mailbox(session, self.keys, account, now=now())
            mailbox.rules = {**mailbox.rules, **AT_ANY_TIME, "cap_per_day": cap, "cap_per_week": cap}
            outbox = open_outbox(session, self.keys, mailbox)
            for number in range(1, bursts + 1):
                at = now() - timedelta(minutes=20)
                template = outbox.template(number)
                nudge = outbox.nudge(template, at, NudgeState.PLANNED, due_at=at)
                for person in (ANNA, BORIS, CARLA):
                    send = outbox.send(f"Angebot {number}", [person], at, template=template, nudge=nudge)
                    send.recipient_keys = uuid.uuid5(uuid.NAMESPACE_DNS, person[1]).bytes[:8]
            return mailbox.id

    def courier(self, times: CourierTimes = QUICK) -> Courier:
        letters = LetterDesk("http://127.0.0.1:8000", lambda: ActionLinks(new_key()))
        delivery = Delivery(self.database, self.keys, LOOPBACK, letters, now, times)
        return Courier(self.database, delivery, now, times, alone=False)

    def delivered(self) -> int:
        with self.database.reading() as session:
            return session.query(Nudge).filter(Nudge.state == NudgeState.DELIVERED).count()

    def inboxes(self) -> Counter[str]:
        raws = [mail.raw for user in self.users for mail in self.dovecot.messages(user)]
        return Counter(message_from_bytes(raw)["Message-ID"] for raw in raws)
