"""A rep whose mailbox needs attention is told by mail: once, where a mail still gets in."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.courier.attention import AttentionDesk
from app.mail.lifeline import Lifeline
from app.store import mailboxes
from app.store.schema import Mailbox
from app.store.states import MailboxState
from tests.courier.test_delivery import TIMES, Desk
from tests.servers.dovecot import Dovecot


class Bell:
    """The desk of a mailbox, and a courier's rounds over it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.attention = AttentionDesk(desk.delivery)

    def enter(self, state: MailboxState, reason: str | None) -> None:
        self.desk.set_mailbox(lambda mailbox: mailboxes.enter(mailbox, state, self.desk.now, reason))

    def later(self, later: timedelta = TIMES.worry) -> list[EmailMessage]:
        """The mails that lie in INBOX after the next round."""
        self.desk.now += later
        with self.desk.database.reading() as session:
            due = self.attention.due(session, self.desk.now)
        for mailbox_id in due:
            self.attention.tell(mailbox_id, Lifeline())
        raws = [mail.raw for mail in self.desk.dovecot.messages(self.desk.user)]
        return [message_from_bytes(raw, policy=policy.default) for raw in raws]

    def row(self) -> Mailbox:
        with self.desk.database.reading() as session:
            return session.get_one(Mailbox, self.desk.row().mailbox_id)


@pytest.fixture
def bell(tmp_path: Path, dovecot: Dovecot) -> Iterator[Bell]:
    desk = Desk(tmp_path, dovecot)
    yield Bell(desk)
    desk.database.close()


def text_of(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize(
    ("state", "reason"),
    [(MailboxState.ATTENTION, "folder_missing"), (MailboxState.PAUSED, "renumbered_too_often")],
)
def test_the_rep_is_told_what_happened_and_where_to_mend_it(bell: Bell, state: MailboxState, reason: str) -> None:
    bell.enter(state, reason)
    [mail] = bell.later()
    assert (mail["X-Zuruf"], mail["To"]) == ("attention", bell.desk.user)
    link = f"http://127.0.0.1:8000/mailboxes/{bell.row().id}"
    assert link in text_of(mail, "plain")
    assert link in text_of(mail, "html")


def test_it_speaks_the_language_of_the_mailbox(bell: Bell) -> None:
    bell.enter(MailboxState.ATTENTION, "folder_missing")
    [german] = bell.later()
    assert "Ihr Postfach" in text_of(german, "plain")
    bell.desk.set_mailbox(lambda mailbox: setattr(mailbox, "language", "en"))
    bell.desk.set_mailbox(lambda mailbox: setattr(mailbox, "told_at", None))
    assert "your mailbox" in text_of(bell.later(timedelta(hours=2))[1], "plain")


def test_it_is_told_once_for_each_time(bell: Bell) -> None:
    bell.enter(MailboxState.ATTENTION, "folder_missing")
    assert len(bell.later()) == 1
    bell.enter(MailboxState.ATTENTION, "choose_sent_folder")
    assert len(bell.later(timedelta(days=3))) == 1
    bell.enter(MailboxState.WATCHED, None)
    bell.enter(MailboxState.ATTENTION, "folder_missing")
    assert len(bell.later()) == 2


def test_what_is_mended_soon_is_not_told(bell: Bell) -> None:
    bell.enter(MailboxState.ATTENTION, "folder_missing")
    assert bell.later(TIMES.worry / 2) == []
    bell.enter(MailboxState.WATCHED, None)
    assert bell.later() == []


def test_a_pause_by_the_rep_is_no_trouble(bell: Bell) -> None:
    bell.enter(MailboxState.PAUSED, "by_rep")
    assert bell.later(timedelta(days=1)) == []


def test_a_refused_password_is_not_tried_again_for_the_mail(bell: Bell) -> None:
    bell.enter(MailboxState.ATTENTION, "login_refused")
    assert bell.later() == []
    assert bell.row().told_at is None


def test_after_a_death_on_the_way_it_is_not_told_again(bell: Bell) -> None:
    bell.enter(MailboxState.ATTENTION, "folder_missing")
    now = bell.desk.now + TIMES.worry
    with bell.desk.database.writing() as session:
        assert mailboxes.note_told(session, bell.row().id, now, now + TIMES.claim, now - timedelta(days=1))
    assert bell.later(timedelta(days=1)) == []


def test_a_server_that_cannot_be_reached_leaves_it_for_later(bell: Bell) -> None:
    port = bell.row().port
    bell.enter(MailboxState.ATTENTION, "folder_missing")
    bell.desk.set_mailbox(lambda mailbox: setattr(mailbox, "port", 1))
    assert bell.later() == []
    bell.desk.set_mailbox(lambda mailbox: setattr(mailbox, "port", port))
    assert len(bell.later(timedelta(hours=1))) == 1
