"""Nudges by SMTP: the same letter to the same inbox, once, whatever the submission server does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.intake import Intake
from app.mail.imap_values import Fetched
from app.store.schema import Mailbox, Send
from app.store.states import NudgeState
from app.store.submissions import SubmissionSetting, choose_submission
from classifier import Judge
from tests.courier.test_delivery import TIMES, Desk
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import dovecot_session
from tests.servers.smtp import SubmissionServer

NUDGE = "<nudge.1@zuruf.invalid>"


class Office(Desk):
    """A desk whose mailbox submits to `server`, which files what it takes into INBOX."""

    def __init__(self, directory: Path, dovecot: Dovecot) -> None:
        super().__init__(directory, dovecot)
        self.server = SubmissionServer(directory, deliver=self.file)
        self.choose("pw")

    def file(self, user: str, raw: bytes) -> None:
        self.dovecot.append(user, raw, "INBOX", flags="()")

    def choose(self, password: str) -> None:
        endpoint = self.server.endpoint
        setting = SubmissionSetting(endpoint.host, endpoint.port, endpoint.tls.value, None, password, True)
        with self.database.writing() as session:
            choose_submission(session, self.keys, session.get_one(Mailbox, self.row().mailbox_id), setting)


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot) -> Iterator[Office]:
    office = Office(tmp_path, dovecot)
    with office.server:
        yield office
    office.database.close()


def test_the_server_takes_it_and_it_counts_as_delivered(office: Office) -> None:
    row = office.advance()
    assert (row.state, row.attempts, office.inbox()) == (NudgeState.DELIVERED, 1, [NUDGE])
    assert [(sender, to) for sender, to, _ in office.server.letters] == [(office.user, [office.user])]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_refused_one_is_planned_again_and_delivered_later(office: Office, step: str) -> None:
    office.server.behaviour.refuse[step] = "451 4.3.0 later"
    row = office.advance()
    assert (row.state, row.attempts, row.last_error) == (NudgeState.PLANNED, 0, "smtp_busy")
    assert row.due_at == office.now + TIMES.refused
    office.server.behaviour.refuse.clear()
    assert office.advance(TIMES.refused).state is NudgeState.DELIVERED
    assert office.inbox() == [NUDGE]


def test_after_five_refusals_it_is_given_up_with_the_reason(office: Office) -> None:
    office.server.behaviour.refuse["DATA"] = "554 5.7.1 no"
    rows = [office.advance() for _ in range(5)]
    assert [row.state for row in rows] == [NudgeState.PLANNED] * 4 + [NudgeState.FAILED]
    assert rows[-1].last_error == "smtp_refused"
    waits = [row.due_at - office.now for row in rows[:4] if row.due_at]
    assert waits == [TIMES.refused * factor for factor in (1, 2, 4, 8)]


def test_a_lost_answer_is_looked_for_and_found(office: Office) -> None:
    office.server.behaviour.lose = "after"
    row = office.advance()
    assert (row.state, row.due_at) == (NudgeState.INTENT, office.now + TIMES.submitted)
    assert office.advance(TIMES.submitted).state is NudgeState.DELIVERED
    assert (len(office.server.letters), office.inbox()) == (1, [NUDGE])


def test_a_lost_letter_is_sent_once_more_and_never_a_third_time(office: Office) -> None:
    office.server.behaviour.lose = "before"
    for wait in (timedelta(), TIMES.submitted, TIMES.second_look, TIMES.submitted, TIMES.second_look):
        row = office.advance(wait)
    assert (row.state, row.attempts, row.last_error) == (NudgeState.FAILED, 2, "delivery_in_doubt")


def test_a_second_copy_that_shows_itself_late_is_removed(office: Office) -> None:
    office.server.behaviour.lose = "before"
    office.advance()
    office.advance(TIMES.submitted)
    office.server.behaviour.lose = None
    assert office.advance(TIMES.second_look).attempts == 2
    office.append_by_hand()
    office.advance(TIMES.verify)
    assert office.inbox() == [NUDGE]


def test_a_wrong_password_is_not_tried_every_minute(office: Office) -> None:
    office.choose("wrong")
    row = office.advance()
    assert (row.state, row.last_error) == (NudgeState.PLANNED, "smtp_login_refused")
    assert row.due_at == office.now + TIMES.refused


def test_the_copy_that_a_server_files_in_sent_is_no_send(office: Office) -> None:
    office.advance()
    [(_, _, raw)] = office.server.letters
    office.dovecot.append(office.user, raw)
    intake = Intake(office.database, office.keys, Judge.load(), office.clock)
    with dovecot_session(office.dovecot, office.user, "Sent") as session:
        batch = session.fetch([1])
    assert all(isinstance(item, Fetched) for item in batch)
    with office.database.writing() as writing:
        mailbox = writing.get_one(Mailbox, office.row().mailbox_id)
        mailbox.last_uid, mailbox.nudge_uid = 0, 1
    assert intake.take_in(office.row().mailbox_id, 7, 1, batch).sends == 0
    with office.database.reading() as reading:
        assert reading.query(Send).count() == 3
