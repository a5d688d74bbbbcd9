"""A mail in Sent that answers a nudge: what it says is done once, and it is neither judged nor stored as a send."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.intake import Intake
from app.mail.imap_values import Fetched
from app.mail.message import read_message
from app.nudge.wishes import heed_answer
from app.store import feedback
from app.store.engine import Database
from app.store.keys import Keys
from app.store.schema import Feedback, Mailbox, Nudge, NudgeAnswer, Send
from app.store.states import FeedbackKind, NudgeKind, NudgeState
from classifier import Judge
from tests.flow.mails import PEOPLE, REP, template_mail
from tests.web.seed import JONAS, NOW, PRIYA, connect_mailbox, open_database

ANNA, BORIS, CARLA, DORA = range(4)


@dataclass
class Desk:
    """One rep's Sent folder, with a nudge about three mails that was delivered an hour ago."""

    database: Database
    intake: Intake
    mailbox_id: uuid.UUID
    uids: Iterator[int] = field(default_factory=lambda: iter(range(500, 900)))
    uidvalidity: int = 7

    def copy(self, person: int) -> Fetched:
        uid = next(self.uids)
        at = NOW - timedelta(minutes=90 - uid % 100)
        raw = template_mail(PEOPLE[person], uid, at)
        return Fetched(uid, at, len(raw), read_message(raw))

    def burst(self, people: Sequence[int] = (ANNA, BORIS, CARLA)) -> None:
        self.take([self.copy(person) for person in people])
        with self.database.writing() as session:
            nudge = session.get_one(Nudge, self.nudge().id)
            nudge.state, nudge.delivered_at = NudgeState.DELIVERED, NOW - timedelta(hours=1)

    def take(self, batch: Sequence[Fetched]) -> None:
        self.intake.take_in(self.mailbox_id, self.uidvalidity, batch[-1].uid, batch)

    def nudge(self, kind: NudgeKind = NudgeKind.NUDGE) -> Nudge:
        with self.database.reading() as session:
            return session.scalars(select(Nudge).where(Nudge.mailbox_id == self.mailbox_id, Nudge.kind == kind)).one()

    def reply(self, words: str, **changes: str) -> Fetched:
        """An answer of this moment; `changes` are other header fields, or none where they are empty."""
        uid = next(self.uids)
        fields = {
            "From": REP,
            "To": REP,
            "Subject": "Re: Re: 30 Prozent weniger Rüstzeit",
            "Date": format_datetime(NOW),
            "Message-ID": f"<answer.{uid}@keller-maschinen.example>",
            "In-Reply-To": self.nudge().message_id,
        } | {name.replace("_", "-"): value for name, value in changes.items()}
        mail = EmailMessage()
        for name, value in fields.items():
            if value:
                mail[name] = value
        mail.set_content(f"{words}\n\nAm 04.03.26 um 13:02 schrieb Zuruf:\n> Dieser Text ging an 3 Personen.\n")
        return Fetched(uid, NOW, 900, read_message(mail.as_bytes()))

    def answer(self, words: str, **changes: str) -> Fetched:
        mail = self.reply(words, **changes)
        self.take([mail])
        return mail

    def said(self) -> set[FeedbackKind]:
        with self.database.reading() as session:
            rows = session.scalars(select(Feedback).where(Feedback.mailbox_id == self.mailbox_id))
            return {row.kind for row in rows if row.undone_at is None}

    def flagged(self) -> list[bool]:
        with self.database.reading() as session:
            own = select(Send.flagged).where(Send.mailbox_id == self.mailbox_id).order_by(Send.uid)
            return list(session.scalars(own))

    def answers(self) -> list[str]:
        with self.database.reading() as session:
            own = select(NudgeAnswer.kind).where(NudgeAnswer.mailbox_id == self.mailbox_id)
            return list(session.scalars(own.order_by(NudgeAnswer.answered_at)))

    def followers(self) -> list[tuple[NudgeKind, datetime | None]]:
        with self.database.reading() as session:
            rows = session.scalars(select(Nudge).where(Nudge.about_id.is_not(None)))
            return [(row.kind, row.due_at) for row in rows]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[tuple[Database, Keys]]:
    database, keys = open_database(tmp_path)
    yield database, keys
    database.close()


def open_desk(stored: tuple[Database, Keys], judge: Judge, *, english: bool = False) -> Desk:
    database, keys = stored
    with database.writing() as session:
        mailbox_id = connect_mailbox(session, keys, PRIYA if english else JONAS).id
    desk = Desk(database, Intake(database, keys, judge, lambda: NOW, heed=heed_answer), mailbox_id)
    desk.burst()
    return desk


@pytest.fixture
def desk(stored: tuple[Database, Keys], judge: Judge) -> Desk:
    return open_desk(stored, judge)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("angerufen", FeedbackKind.CALLED),
        ("I'll call her tomorrow", FeedbackKind.WILL_CALL),
        ("Falsch, das ist keine Vorlage", FeedbackKind.NOT_A_TEMPLATE),
        ("später", FeedbackKind.LATER),
        ("stop", FeedbackKind.STOP),
        ("Bitte nicht bei Frau Weber", FeedbackKind.NOT_FOR_PERSON),
    ],
)
def test_an_answer_is_heeded_and_is_no_send(desk: Desk, words: str, kind: FeedbackKind) -> None:
    desk.answer(words)
    assert desk.said() == {kind}
    assert (desk.answers(), len(desk.flagged())) == ([kind.value], 3)
    with desk.database.reading() as session:
        assert session.get_one(Mailbox, desk.mailbox_id).last_uid == 503
        assert session.scalars(select(Feedback.by_mail)).all() == [True]


def test_the_next_mail_of_the_same_batch_knows_it(desk: Desk) -> None:
    desk.take([desk.reply("falsch"), desk.copy(DORA)])
    assert desk.flagged() == [False] * 4


def test_undo_by_mail_restores_everything(desk: Desk) -> None:
    desk.answer("falsch")
    desk.answer("rückgängig")
    desk.take([desk.copy(DORA)])
    assert (desk.said(), desk.flagged()) == (set(), [True] * 4)


def test_undo_takes_back_the_last_word_only(desk: Desk) -> None:
    desk.answer("angerufen", Date=format_datetime(NOW - timedelta(minutes=9)))
    desk.answer("Bitte nicht bei Frau Weber", Date=format_datetime(NOW - timedelta(minutes=5)))
    assert desk.flagged() == [False, True, True]
    desk.answer("undo")
    assert (desk.said(), desk.flagged()) == ({FeedbackKind.CALLED}, [True] * 3)


def test_an_answer_read_again_under_another_number_does_nothing(desk: Desk) -> None:
    desk.answer("angerufen", Date=format_datetime(NOW - timedelta(minutes=9)))
    mail = desk.answer("falsch", Date=format_datetime(NOW - timedelta(minutes=5)))
    undone = desk.answer("undo")
    with desk.database.writing() as session:
        mailbox = session.get_one(Mailbox, desk.mailbox_id)
        mailbox.uidvalidity, mailbox.last_uid, desk.uidvalidity = 8, 0, 8
    desk.take([mail, undone])
    assert desk.said() == {FeedbackKind.CALLED}
    assert desk.answers() == ["called", "not_a_template", "undo"]


def test_a_second_copy_under_another_id_does_nothing(desk: Desk) -> None:
    desk.answer("angerufen", Date=format_datetime(NOW - timedelta(minutes=9)))
    desk.answer("falsch", Date=format_datetime(NOW - timedelta(minutes=5)))
    desk.answer("undo", Message_ID="<client@keller-maschinen.example>")
    desk.answer("undo", Message_ID="<server@keller-maschinen.example>")
    assert desk.said() == {FeedbackKind.CALLED}


def test_a_mail_that_somebody_else_gets_is_a_send(desk: Desk) -> None:
    desk.answer("falsch", Cc="anna.weber@weber-guss.example")
    desk.answer("falsch", To="anna.weber@weber-guss.example")
    assert (desk.said(), desk.answers(), len(desk.flagged())) == (set(), [], 5)


@pytest.mark.parametrize("forged", ["<nudge.0123456789abcdef0123456789abcdef@zuruf.invalid>", "<nudge.x>"])
def test_a_forged_id_does_nothing(desk: Desk, forged: str) -> None:
    desk.answer("falsch", In_Reply_To=forged)
    assert (desk.said(), desk.answers()) == (set(), [])


def test_an_answer_to_somebody_elses_nudge_does_nothing(
    desk: Desk, stored: tuple[Database, Keys], judge: Judge
) -> None:
    priya = open_desk(stored, judge, english=True)
    desk.answer("falsch", In_Reply_To=priya.nudge().message_id)
    assert desk.said() | priya.said() == set()
    assert desk.answers() + priya.answers() == []


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"X_Zuruf": "help"},
        {"Content_Type": "multipart/report; boundary=x"},
    ],
)
def test_what_a_machine_writes_is_no_answer(desk: Desk, header: dict[str, str]) -> None:
    name, value = next((name.replace("_", "-"), value) for name, value in header.items())
    mail = EmailMessage()
    mail["From"] = mail["To"] = REP
    mail["Message-ID"], mail["In-Reply-To"] = "<automatic@keller-maschinen.example>", desk.nudge().message_id
    mail[name] = value
    if name != "Content-Type":
        mail.set_content("stopp")
    desk.take([Fetched(next(desk.uids), NOW, 400, read_message(mail.as_bytes()))])
    assert (desk.said(), desk.answers(), desk.followers()) == (set(), [], [])


def test_the_nudge_is_found_by_the_references_too(desk: Desk) -> None:
    thread = f"<template@keller-maschinen.example> {desk.nudge().message_id} <other@keller-maschinen.example>"
    desk.answer("angerufen", In_Reply_To="<other@keller-maschinen.example>", References=thread)
    assert desk.said() == {FeedbackKind.CALLED}


@pytest.mark.parametrize("words", ["Wie bitte?", "nicht für diese Person", "nicht für Herrn Niemand"])
def test_what_is_not_clear_asks_for_help_once_and_changes_nothing(desk: Desk, words: str) -> None:
    desk.answer(words)
    desk.answer("Und nun?")
    assert (desk.said(), desk.answers()) == (set(), ["unknown"] * 2)
    assert desk.followers() == [(NudgeKind.HELP, NOW)]


def test_an_answer_to_the_help_is_one_to_the_nudge(desk: Desk) -> None:
    desk.answer("Wie bitte?")
    desk.answer("angerufen", In_Reply_To=desk.nudge(NudgeKind.HELP).message_id)
    assert desk.said() == {FeedbackKind.CALLED}


def test_later_brings_the_nudge_again_when_the_rep_said(desk: Desk) -> None:
    desk.answer("später, am Freitag um 10")
    friday = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    assert desk.followers() == [(NudgeKind.AGAIN, friday)]
    desk.answer("später, am Montag um 10 Uhr", Date=format_datetime(NOW + timedelta(seconds=1)))
    assert desk.followers() == [(NudgeKind.AGAIN, friday + timedelta(days=3))]
    with desk.database.reading() as session:
        assert feedback.is_put_off(session, desk.nudge())


def test_no_word_of_an_answer_is_kept(desk: Desk) -> None:
    desk.answer("angerufen, Sonderwunsch Zahnradkäse besprochen")
    with desk.database.reading() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        kept = str([session.execute(text(f"SELECT * FROM {table}")).all() for table in tables])
    assert "Zahnradk" not in kept
