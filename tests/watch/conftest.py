"""A connected mailbox on a real server, its database, and what is needed to take mail in."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.connect import open_account
from app.intake import Intake
from app.mail.imap import MailSession
from app.store import mailboxes
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import Account, NewMailbox
from app.store.schema import Mailbox, Quarantined, Send
from app.watch import LoginPace, Watcher, WatchTimes
from app.watch.catch_up import open_sent, take_batch
from classifier import Judge
from tests.flow.mails import PEOPLE, template_mail
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import LOOPBACK
from tests.web.seed import connect_mailbox, open_database

RULES = {"settle_seconds": 600, "quiet_hours": "", "time_zone": "Europe/Berlin", "cap_per_day": 1, "cap_per_week": 3}
QUICK = WatchTimes(
    roster=0.1, renewal=60, poll=0.2, first_retry=0.1, longest_retry=0.3, attention_retry=60, survived=60
)

UNPACED = LoginPace(at_once=2, per_second=0, per_host=0)


def real_now() -> datetime:
    return datetime.now(UTC)


class Post:
    """One rep's mailbox: the server side, our rows, and our way in."""

    def __init__(self, directory: Path, account: Account) -> None:
        self.account = account
        self.database, self.keys = open_database(directory)
        self.intake = Intake(self.database, self.keys, Judge.load(), real_now)
        with self.database.writing() as session:
            new = NewMailbox(account, "Sent", 1, "de", dict(RULES))
            self.id = mailboxes.connect(session, self.keys, new, real_now()).id

    def session(self) -> MailSession:
        return open_account(self.account, LOOPBACK)

    def catch_up(self) -> None:
        """What a worker does, from opening the folder to the last batch."""
        with self.session() as session:
            opened = open_sent(self.database, session, self.id, real_now())
            while take_batch(self.database, self.intake, session, self.id, opened, real_now()):
                pass

    def mailbox(self) -> Mailbox:
        with self.database.reading() as session:
            return session.get_one(Mailbox, self.id)

    def sends(self) -> Sequence[Send]:
        with self.database.reading() as session:
            return session.scalars(select(Send).order_by(Send.uid)).all()

    def quarantined(self) -> Sequence[Quarantined]:
        with self.database.reading() as session:
            return session.scalars(select(Quarantined)).all()

    def change(self, change: Callable[[Mailbox], None]) -> None:
        with self.database.writing() as session:
            change(session.get_one(Mailbox, self.id))

    def join(self, account: Account) -> uuid.UUID:
        """Another rep's mailbox in the same database."""
        with self.database.writing() as session:
            return mailboxes.connect(
                session, self.keys, NewMailbox(account, "Sent", 1, "de", dict(RULES)), real_now()
            ).id

    def every(self) -> Sequence[Mailbox]:
        with self.database.reading() as session:
            return mailboxes.every(session)

    def watcher(self, times: WatchTimes = QUICK, pace: LoginPace = UNPACED) -> Watcher:
        return Watcher(self.database, self.keys, self.intake, LOOPBACK, real_now, times, workers=2, pace=pace)

    @contextmanager
    def watching(self, times: WatchTimes = QUICK, pace: LoginPace = UNPACED) -> Iterator[Watcher]:
        watcher = self.watcher(times, pace)
        watcher.start()
        try:
            yield watcher
        finally:
            watcher.stop()


class Rep(Post):
    """A mailbox on the real server."""

    def __init__(self, directory: Path, dovecot: Dovecot) -> None:
        self.dovecot, self.user = dovecot, dovecot.new_user()
        account = Account(self.user, dovecot.host, dovecot.imap_port, "none", self.user, dovecot.password, True)
        super().__init__(directory, account)

    def send(self, number: int, folder: str = "Sent", when: str = "") -> None:
        self.dovecot.append(self.user, template_mail(PEOPLE[number % 5], number, real_now()), folder, when=when)


@pytest.fixture
def rep(tmp_path: Path, dovecot: Dovecot) -> Iterator[Rep]:
    rep = Rep(tmp_path, dovecot)
    yield rep
    rep.database.close()


def a_mailbox_id(database: Database, keys: Keys) -> uuid.UUID:
    with database.writing() as session:
        return connect_mailbox(session, keys).id
