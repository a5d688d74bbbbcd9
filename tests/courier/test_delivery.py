"""One nudge arrives once: every step of its way, and every place where the process may die in between."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from app.courier import CourierTimes
from app.courier.bursts import read_burst
from app.courier.delivery import Delivery
from app.courier.letters import LetterDesk
from app.nudge.action_links import ActionLinks
from app.store import mailboxes, nudges
from app.store.mailboxes import Account
from app.store.schema import Mailbox, Nudge, Template
from app.store.states import NudgeState
from app.store.vault import new_key
from tests.flow.mails import PEOPLE, answer
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import LOOPBACK
from tests.web.seed import ANNA, BORIS, CARLA, connect_mailbox, open_database, open_outbox

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)  # a Wednesday
TIMES = CourierTimes()


class Desk:
    """A burst of three in a real mailbox, and a clock that the test moves."""

    def __init__(self, directory: Path, dovecot: Dovecot) -> None:
        self.dovecot, self.user, self.now = dovecot, dovecot.new_user(), NOON
        self.database, self.keys = open_database(directory)
        self.delivery = Delivery(
            self.database, self.keys, LOOPBACK, LetterDesk("http://127.0.0.1:8000", _links), self.clock, TIMES
        )
        self.nudge_id = self._burst()

    def clock(self) -> datetime:
        return self.now

    def _burst(self) -> uuid.UUID:
        account = Account(
            self.user, self.dovecot.host, self.dovecot.imap_port, "none", self.user, self.dovecot.password, True
        )
        with self.database.writing() as session:
            mailbox = connect_mailbox(session, self.keys, account, now=NOON)
            outbox = open_outbox(session, self.keys, mailbox)
            template, at = outbox.template(1), NOON - timedelta(minutes=20)
            nudge = outbox.nudge(template, at, NudgeState.PLANNED, due_at=NOON, message_id="<nudge.1@zuruf.invalid>")
            for minute, person in enumerate([ANNA, BORIS, CARLA]):
                moment = at + timedelta(minutes=minute)
                send = outbox.send("Angebot Frästeile", [person], moment, template=template, nudge=nudge)
                send.recipient_keys = uuid.uuid5(uuid.NAMESPACE_DNS, person[1]).bytes[:8]
            return nudge.id

    def advance(self, later: timedelta = timedelta()) -> Nudge:
        self.now += later
        self.delivery.advance(self.nudge_id)
        return self.row()

    def row(self) -> Nudge:
        with self.database.reading() as session:
            return session.get_one(Nudge, self.nudge_id)

    def set(self, **values: Any) -> None:
        with self.database.writing() as session:
            row = session.get_one(Nudge, self.nudge_id)
            for name, value in values.items():
                setattr(row, name, value)

    def set_mailbox(self, change: Callable[[Mailbox], None]) -> None:
        with self.database.writing() as session:
            change(session.get_one(Mailbox, self.row().mailbox_id))

    def died_with_intent(self) -> None:
        """As if the process had been killed right after it committed the intent."""
        self.set(state=NudgeState.INTENT, attempts=1, intent_at=self.now, inbox_uidvalidity=1, inbox_uidnext=1)

    def append_by_hand(self, folder: str = "INBOX") -> None:
        """As if the killed process' APPEND had reached the server."""
        self.dovecot.append(self.user, b"Message-ID: <nudge.1@zuruf.invalid>\r\nX-Zuruf: nudge\r\n\r\nx\r\n", folder)

    def inbox(self) -> list[str]:
        mails = (message_from_bytes(mail.raw) for mail in self.dovecot.messages(self.user))
        return [mail["Message-ID"] for mail in mails if mail["X-Zuruf"]]


def _links() -> ActionLinks:
    return ActionLinks(new_key())


@pytest.fixture
def desk(tmp_path: Path, dovecot: Dovecot) -> Iterator[Desk]:
    desk = Desk(tmp_path, dovecot)
    yield desk
    desk.database.close()


def test_a_settled_burst_is_delivered_once(desk: Desk) -> None:
    assert desk.advance().state is NudgeState.DELIVERED
    desk.advance(timedelta(hours=1))
    assert desk.inbox() == ["<nudge.1@zuruf.invalid>"]


def test_a_burst_that_is_not_settled_waits(desk: Desk) -> None:
    desk.now = NOON - timedelta(minutes=15)
    row = desk.advance()
    assert (row.state, row.decision) == (NudgeState.PLANNED, "settling")
    assert row.due_at is not None
    assert row.due_at > desk.now


def test_the_quiet_evening_waits_for_the_morning(desk: Desk) -> None:
    row = desk.advance(timedelta(hours=8))
    assert (row.decision, row.due_at) == ("quiet", datetime(2026, 3, 5, 7, 0, tzinfo=UTC))


def test_a_death_before_the_append_is_made_good_after_two_looks(desk: Desk) -> None:
    desk.died_with_intent()
    row = desk.advance(TIMES.grace)
    assert (row.state, desk.inbox()) == (NudgeState.INTENT, [])
    assert row.absent_at == desk.now
    row = desk.advance(TIMES.second_look)
    assert (row.state, row.attempts, desk.inbox()) == (NudgeState.DELIVERED, 2, ["<nudge.1@zuruf.invalid>"])


def test_a_death_after_the_append_is_recognised(desk: Desk) -> None:
    desk.died_with_intent()
    desk.append_by_hand()
    row = desk.advance(TIMES.grace)
    assert (row.state, row.attempts, len(desk.inbox())) == (NudgeState.DELIVERED, 1, 1)


def test_a_nudge_that_the_rep_already_threw_away_counts_as_delivered(desk: Desk) -> None:
    desk.died_with_intent()
    with desk.dovecot.client(desk.user) as client:
        client.create("Trash")
    desk.append_by_hand("Trash")
    desk.advance(TIMES.grace)
    assert desk.advance(TIMES.second_look).state is NudgeState.DELIVERED
    assert desk.inbox() == []


def test_a_late_first_copy_is_removed_when_the_second_is_verified(desk: Desk) -> None:
    desk.died_with_intent()
    desk.advance(TIMES.grace)
    desk.advance(TIMES.second_look)
    desk.append_by_hand()
    assert len(desk.inbox()) == 2
    assert desk.advance(TIMES.verify).verify_at is None
    assert len(desk.inbox()) == 1


def test_after_two_doubtful_attempts_it_is_given_up(desk: Desk) -> None:
    desk.died_with_intent()
    desk.set(attempts=2)
    desk.advance(TIMES.grace)
    row = desk.advance(TIMES.second_look)
    assert (row.state, row.last_error, desk.inbox()) == (NudgeState.FAILED, "delivery_in_doubt", [])


def test_an_unreachable_mailbox_is_tried_again_later(desk: Desk) -> None:
    desk.set_mailbox(lambda mailbox: setattr(mailbox, "port", 1))
    row = desk.advance()
    assert (row.state, row.last_error, row.attempts) == (NudgeState.PLANNED, "unreachable", 0)
    assert row.due_at == desk.now + TIMES.unreachable


def test_a_paused_mailbox_gets_nothing_even_at_the_last_moment(desk: Desk) -> None:
    desk.set_mailbox(lambda mailbox: mailboxes.pause(mailbox, NOON))
    assert desk.advance().state is NudgeState.PLANNED
    assert desk.inbox() == []
    with desk.database.reading() as session:
        assert nudges.due(session, NOON + timedelta(days=1), NOON) == []


def test_a_template_that_the_rep_allowed_meanwhile_is_silent(desk: Desk) -> None:
    with desk.database.writing() as session:
        for send in nudges.sends_of(session, desk.nudge_id):
            send.flagged = False
    row = desk.advance()
    assert (row.state, row.decision, desk.inbox()) == (NudgeState.SILENT, "withdrawn", [])


def test_of_two_couriers_only_one_delivers(desk: Desk) -> None:
    with desk.database.writing() as session:
        assert nudges.step(session, desk.nudge_id, NudgeState.PLANNED, 0, state=NudgeState.INTENT, attempts=1)
        assert not nudges.step(session, desk.nudge_id, NudgeState.PLANNED, 0, state=NudgeState.INTENT, attempts=1)


def test_only_mail_from_a_recipient_gives_a_number(desk: Desk) -> None:
    desk.dovecot.append(desk.user, answer(PEOPLE[0], NOON), "INBOX")
    desk.advance()
    [nudge] = [mail.raw for mail in desk.dovecot.messages(desk.user) if b"X-Zuruf" in mail.raw]
    assert b"tel:+4930231250" in nudge.replace(b"=\r\n", b"")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("NO [NOPERM] not yours", "inbox_not_writable"),
        ("NO [READ-ONLY] look only", "inbox_not_writable"),
        ("NO [CANNOT] never", "inbox_not_writable"),
        ("NO [TRYCREATE] none", "inbox_missing"),
        ("NO [OVERQUOTA] full", "mailbox_full"),
        ("NO [UNAVAILABLE] later", "server_busy"),
        ("BAD what", "append_refused"),
    ],
)
def test_an_inbox_that_takes_nothing_is_no_doubt_and_no_loop(
    desk: Desk, scripted_imap: Callable[..., ScriptedImap], status: str, code: str
) -> None:
    def script(wire: Wire) -> None:
        wire.log_in("IMAP4rev1 AUTH=PLAIN")
        wire.examine(0)
        for _ in range(3):
            wire.answer("UID SEARCH", "* SEARCH")
        wire.answer("APPEND", status=status)
        wire.drain()

    server = scripted_imap(script)
    desk.set_mailbox(lambda mailbox: setattr(mailbox, "port", server.port))
    row = desk.advance()
    assert (row.state, row.attempts, row.refusals, row.last_error) == (NudgeState.PLANNED, 0, 1, code)
    assert (row.due_at, row.claimed_until) == (desk.now + TIMES.refused, None)


def test_a_connection_lost_in_the_append_is_looked_for(desk: Desk, scripted_imap: Callable[..., ScriptedImap]) -> None:
    def script(wire: Wire) -> None:
        wire.log_in("IMAP4rev1 AUTH=PLAIN")
        wire.examine(0)
        for _ in range(3):
            wire.answer("UID SEARCH", "* SEARCH")
        wire.expect("APPEND")
        wire.read_literal()
        wire.close()

    server = scripted_imap(script)
    desk.set_mailbox(lambda mailbox: setattr(mailbox, "port", server.port))
    row = desk.advance()
    assert (row.state, row.attempts, row.last_error) == (NudgeState.INTENT, 1, "connection_lost")
    assert (row.intent_at, row.claimed_until) == (desk.now, None)


def test_what_the_rep_says_at_the_last_moment_counts(desk: Desk) -> None:
    with desk.database.reading() as session:
        written = read_burst(session, desk.keys, session.get_one(Nudge, desk.nudge_id), desk.now)
    assert written is not None
    with desk.database.writing() as session:
        template = session.get_one(Template, written.nudge.template_id)
        template.allowed = True
    with desk.database.writing() as session:
        mailbox = session.get_one(Mailbox, written.mailbox.id)
        assert not desk.delivery._is_wanted(session, written, mailbox, desk.now)


def test_a_second_look_at_copies_that_fails_is_taken_later(desk: Desk) -> None:
    desk.set(state=NudgeState.DELIVERED, attempts=2, delivered_at=NOON, verify_at=NOON)
    desk.set_mailbox(lambda mailbox: setattr(mailbox, "port", 1))
    assert desk.advance().verify_at == desk.now + TIMES.verify
    assert desk.advance(timedelta(days=2)).verify_at is None
