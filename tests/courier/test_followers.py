"""What follows a nudge reaches INBOX once: the same nudge again at the rep's time, and help with an answer."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courier.bursts import Burst, read_burst
from app.intake.memories import recipient_key
from app.nudge import wishes
from app.store import feedback, followers, nudges
from app.store.followers import AnswerThread
from app.store.schema import Mailbox, Nudge
from app.store.states import FeedbackKind, NudgeKind, NudgeState
from app.store.vault import DataVault
from tests.courier.test_delivery import NOON, TIMES, Desk
from tests.flow.mails import PEOPLE, answer
from tests.servers.dovecot import Dovecot
from tests.web.seed import ANNA

FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
THREAD = AnswerThread("<answer@keller-maschinen.example>", ("<nudge.1@zuruf.invalid>",))


class Rounds:
    """A nudge in INBOX, what the rep says of it, and a courier's rounds."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def vault(self, session: Session) -> DataVault:
        mailbox = session.get_one(Mailbox, self.desk.row().mailbox_id)
        return self.desk.keys.of_rep(session, mailbox.rep_id)

    def say(self, kind: FeedbackKind, when: datetime | None = None) -> None:
        with self.desk.database.writing() as session:
            nudge = session.get_one(Nudge, self.desk.nudge_id)
            wishes.say(session, self.vault(session), nudge, kind, self.desk.now, when=when)
        self.desk.now += timedelta(minutes=1)

    def take_back(self, kind: FeedbackKind) -> None:
        with self.desk.database.writing() as session:
            feedback.take_back(session, session.get_one(Nudge, self.desk.nudge_id), kind, self.desk.now)

    def ask_for_help(self) -> bool:
        with self.desk.database.writing() as session:
            nudge = session.get_one(Nudge, self.desk.nudge_id)
            return followers.follow(session, self.vault(session), nudge, NudgeKind.HELP, self.desk.now, THREAD)

    def snooze(self, until: datetime | None) -> None:
        with self.desk.database.writing() as session:
            mailbox = session.get_one(Mailbox, self.desk.row().mailbox_id)
            mailbox.snoozed_until = until
            nudges.ask_again(session, mailbox.id, self.desk.now)

    def follower(self) -> Nudge:
        with self.desk.database.reading() as session:
            return session.scalars(select(Nudge).where(Nudge.about_id == self.desk.nudge_id)).one()

    def go(self, now: datetime) -> Nudge:
        """One round of the courier."""
        self.desk.now = now
        with self.desk.database.reading() as session:
            due = [row.id for row in nudges.due(session, now, now - TIMES.grace)]
        for nudge_id in due:
            self.desk.delivery.advance(nudge_id)
        return self.follower()

    def die_with_intent(self) -> None:
        """As if the process had been killed between the commit of the intent and the APPEND."""
        with self.desk.database.writing() as session:
            row = session.get_one(Nudge, self.follower().id)
            row.state, row.attempts, row.intent_at = NudgeState.INTENT, 1, self.desk.now
            row.inbox_uidvalidity, row.inbox_uidnext = 1, 1

    def mails(self) -> list[EmailMessage]:
        raws = [mail.raw for mail in self.desk.dovecot.messages(self.desk.user)]
        mails = [message_from_bytes(raw, policy=policy.default) for raw in raws]
        return [mail for mail in mails if mail["X-Zuruf"]]

    def burst(self) -> Burst:
        with self.desk.database.reading() as session:
            nudge = session.get_one(Nudge, self.desk.nudge_id)
            burst = read_burst(session, self.desk.keys, nudge, self.desk.now)
        assert burst is not None
        return burst


@pytest.fixture
def rounds(tmp_path: Path, dovecot: Dovecot) -> Iterator[Rounds]:
    desk = Desk(tmp_path, dovecot)
    yield Rounds(desk)
    desk.database.close()


@pytest.fixture
def nudged(rounds: Rounds) -> Rounds:
    assert rounds.desk.advance().state is NudgeState.DELIVERED
    return rounds


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_what_was_put_off_comes_once_more_at_its_time(nudged: Rounds) -> None:
    nudged.say(FeedbackKind.LATER, FRIDAY)
    assert nudged.go(FRIDAY - timedelta(minutes=1)).state is NudgeState.PLANNED
    assert nudged.go(FRIDAY).state is NudgeState.DELIVERED
    nudged.go(FRIDAY + timedelta(days=1))
    first, second = nudged.mails()
    assert first["Message-ID"] != second["Message-ID"]
    assert first["In-Reply-To"] == second["In-Reply-To"]
    assert "Wie gewünscht kommt dieser Hinweis noch einmal." in text_of(second)
    assert ("Auf später verschieben" in text_of(first), "Auf später verschieben" in text_of(second)) == (True, False)


def test_it_comes_once_however_often_it_is_put_off(nudged: Rounds) -> None:
    nudged.say(FeedbackKind.LATER, FRIDAY)
    nudged.go(FRIDAY)
    nudged.say(FeedbackKind.LATER, FRIDAY + timedelta(days=3))
    nudged.go(FRIDAY + timedelta(days=4))
    assert len(nudged.mails()) == 2


def test_a_new_time_moves_it(nudged: Rounds) -> None:
    nudged.say(FeedbackKind.LATER, FRIDAY)
    nudged.say(FeedbackKind.LATER, FRIDAY + timedelta(days=3))
    assert nudged.go(FRIDAY).due_at == FRIDAY + timedelta(days=3)
    assert nudged.go(FRIDAY + timedelta(days=3)).state is NudgeState.DELIVERED


@pytest.mark.parametrize("kind", [FeedbackKind.CALLED, FeedbackKind.WILL_CALL, FeedbackKind.STOP])
def test_another_answer_meanwhile_keeps_it_away(nudged: Rounds, kind: FeedbackKind) -> None:
    nudged.say(FeedbackKind.LATER, FRIDAY)
    nudged.say(kind)
    assert nudged.go(FRIDAY).state is NudgeState.SILENT
    assert len(nudged.mails()) == 1


def test_undo_keeps_it_away_and_later_brings_it_back(nudged: Rounds) -> None:
    nudged.say(FeedbackKind.LATER, FRIDAY)
    nudged.take_back(FeedbackKind.LATER)
    assert nudged.go(FRIDAY).decision == "answered"
    nudged.say(FeedbackKind.LATER, FRIDAY + timedelta(hours=2))
    assert nudged.go(FRIDAY + timedelta(hours=2)).state is NudgeState.DELIVERED


def test_after_the_end_of_a_snooze_it_comes_at_its_own_time(nudged: Rounds) -> None:
    nudged.say(FeedbackKind.LATER, FRIDAY)
    nudged.snooze(FRIDAY + timedelta(days=3))
    assert nudged.go(FRIDAY).due_at == FRIDAY + timedelta(days=3)
    nudged.snooze(None)
    assert nudged.go(FRIDAY + timedelta(hours=1)).state is NudgeState.DELIVERED


def test_other_rules_do_not_bring_it_before_its_time(nudged: Rounds) -> None:
    nudged.say(FeedbackKind.LATER, FRIDAY)
    nudged.snooze(None)
    row = nudged.go(nudged.desk.now)
    assert (row.state, row.due_at) == (NudgeState.PLANNED, FRIDAY)


def test_later_than_fourteen_days_it_does_not_come(nudged: Rounds) -> None:
    nudged.say(FeedbackKind.LATER, NOON + timedelta(days=15))
    with nudged.desk.database.reading() as session:
        assert feedback.said_of(session, nudged.desk.row()) == {FeedbackKind.LATER}
        assert followers.comes_again_at(session, nudged.desk.nudge_id) is None


def test_what_was_asked_for_counts_for_nothing_in_the_policy(nudged: Rounds) -> None:
    nudged.say(FeedbackKind.LATER, FRIDAY)
    nudged.go(FRIDAY)
    with nudged.desk.database.reading() as session:
        told = nudges.said(session, nudged.desk.row().mailbox_id, NOON, uuid.uuid4())
    assert [one.at for one in told] == [NOON]


def test_help_comes_at_once_below_the_answer(nudged: Rounds) -> None:
    evening = NOON + timedelta(hours=10)
    nudged.desk.now = evening
    assert nudged.ask_for_help()
    assert nudged.go(evening).state is NudgeState.DELIVERED
    _, mail = nudged.mails()
    assert (mail["X-Zuruf"], mail["To"]) == ("help", nudged.desk.user)
    assert (mail["In-Reply-To"], mail["References"]) == (
        THREAD.message_id,
        f"{THREAD.references[0]} {THREAD.message_id}",
    )
    assert "rückgängig" in text_of(mail)


def test_help_comes_once(nudged: Rounds) -> None:
    nudged.ask_for_help()
    nudged.go(NOON)
    assert not nudged.ask_for_help()
    nudged.go(NOON + timedelta(hours=1))
    assert [mail["X-Zuruf"] for mail in nudged.mails()] == ["nudge", "help"]


@pytest.mark.parametrize("reached", [True, False])
def test_help_comes_once_although_the_process_died(nudged: Rounds, reached: bool) -> None:
    nudged.ask_for_help()
    nudged.die_with_intent()
    if reached:
        raw = f"Message-ID: {nudged.follower().message_id}\r\nX-Zuruf: help\r\n\r\nx\r\n"
        nudged.desk.dovecot.append(nudged.desk.user, raw.encode(), "INBOX")
    for later in (TIMES.grace, TIMES.grace + TIMES.second_look, TIMES.verify * 2):
        row = nudged.go(NOON + later)
    assert row.state is NudgeState.DELIVERED
    assert [mail["X-Zuruf"] for mail in nudged.mails()] == ["nudge", "help"]


def test_help_that_is_a_day_late_stays_away(nudged: Rounds) -> None:
    nudged.ask_for_help()
    row = nudged.go(NOON + timedelta(days=1, seconds=1))
    assert (row.state, row.decision, len(nudged.mails())) == (NudgeState.SILENT, "too_late", 1)


def test_whom_the_rep_spares_is_not_suggested(rounds: Rounds) -> None:
    rounds.desk.dovecot.append(rounds.desk.user, answer(PEOPLE[0], NOON), "INBOX")
    with rounds.desk.database.writing() as session:
        newest, *_, send = nudges.sends_of(session, rounds.desk.nudge_id)
        newest.recipient_keys += bytes(8)  # one more, so that three are left for the policy
        send.recipient_keys = recipient_key(rounds.vault(session), send.mailbox_id, ANNA[1])
        feedback.say(session, send, FeedbackKind.NOT_FOR_PERSON, NOON)
        send.flagged = True  # a copy that some other word brought back
    assert rounds.burst().kept_out == {ANNA[1]}
    rounds.desk.advance()
    [mail] = rounds.mails()
    assert "Anna Weber" not in text_of(mail)


def test_all_recipients_count_and_only_some_are_asked_about(rounds: Rounds) -> None:
    people = rounds.burst().people
    assert [one.name for one in people] == ["Carla Stein", "Boris Lang", "Anna Weber"]
    assert all(one.is_asked for one in people)
