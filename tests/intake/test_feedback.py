"""What a rep said counts for the next mail of that mailbox, from the mail to the stored row, until it is taken back."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.intake import Intake
from app.mail.imap_values import Fetched
from app.mail.message import read_message
from app.store import feedback
from app.store.engine import Database
from app.store.keys import Keys
from app.store.schema import Send, Template
from app.store.states import FeedbackKind
from classifier import Judge
from tests.flow.mails import PEOPLE, template_mail
from tests.web.seed import JONAS, NOW, PRIYA, connect_mailbox, open_database

NO_TEMPLATE, PERSONAL = FeedbackKind.NOT_A_TEMPLATE, FeedbackKind.NOT_FOR_PERSON
ANNA, BORIS, CARLA, DORA, EMIL = range(5)
# Unfilled and with a way to unsubscribe: flagged without any copy.
ALONE = b"List-Unsubscribe: <mailto:weg@keller-maschinen.example>\n"
UNFILLED = (b"Guten Tag ", b"Guten Tag {{anrede}} [Name] ")


@dataclass
class Outbox:
    """One rep's mailbox and what was sent from it, each mail in a batch of its own, a quarter of an hour apart."""

    database: Database
    intake: Intake
    mailbox_id: uuid.UUID
    uids: Iterator[int] = field(default_factory=lambda: iter(range(500, 900)))

    def send(self, person: int, template: int = 0, *, alone: bool = False) -> uuid.UUID:
        uid = next(self.uids)
        at = NOW - timedelta(minutes=15 * (900 - uid))
        raw = template_mail(PEOPLE[person], uid, at, template)
        if alone:
            raw = ALONE + raw.replace(*UNFILLED)
        self.intake.take_in(self.mailbox_id, 7, uid, [Fetched(uid, at, len(raw), read_message(raw))])
        with self.database.reading() as session:
            return session.scalars(select(Send.id).where(Send.mailbox_id == self.mailbox_id, Send.uid == uid)).one()

    def send_to(self, people: Sequence[int]) -> list[uuid.UUID]:
        return [self.send(person) for person in people]

    def row(self, send_id: uuid.UUID) -> Send:
        with self.database.reading() as session:
            return session.get_one(Send, send_id)

    def flagged(self, *send_ids: uuid.UUID) -> list[bool]:
        return [self.row(send_id).flagged for send_id in send_ids]

    def codes(self, send_id: uuid.UUID) -> set[str]:
        return {reason["code"] for reason in self.row(send_id).reasons}

    def say(self, send_id: uuid.UUID, kind: FeedbackKind) -> None:
        with self.database.writing() as session:
            feedback.say(session, session.get_one(Send, send_id), kind, NOW)

    def take_back(self, send_id: uuid.UUID, kind: FeedbackKind) -> None:
        with self.database.writing() as session:
            feedback.take_back(session, session.get_one(Send, send_id), kind, NOW)


@dataclass
class House:
    """Two reps of one installation."""

    jonas: Outbox
    priya: Outbox


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@pytest.fixture
def house(tmp_path: Path, judge: Judge) -> Iterator[House]:
    database, keys = open_database(tmp_path)
    intake = Intake(database, keys, judge, lambda: NOW)
    yield House(*(Outbox(database, intake, _connect(database, keys, account)) for account in (JONAS, PRIYA)))
    database.close()


def _connect(database: Database, keys: Keys, account: object) -> uuid.UUID:
    with database.writing() as session:
        return connect_mailbox(session, keys, PRIYA if account is PRIYA else JONAS).id


@pytest.fixture
def jonas(house: House) -> Outbox:
    return house.jonas


def test_the_next_mail_to_that_person_is_not_flagged_and_to_another_it_is(jonas: Outbox) -> None:
    anna, *_ = jonas.send_to([ANNA, BORIS, CARLA])
    jonas.say(anna, PERSONAL)
    again, other = jonas.send(ANNA), jonas.send(DORA)
    assert jonas.flagged(anna, again, other) == [False, False, True]
    assert "not_for_person" in jonas.codes(again)
    assert jonas.row(again).nudge_id is None


def test_after_undo_mail_to_that_person_is_flagged_again(jonas: Outbox) -> None:
    anna, *_ = jonas.send_to([ANNA, BORIS, CARLA])
    jonas.say(anna, PERSONAL)
    between = jonas.send(ANNA)
    jonas.take_back(anna, PERSONAL)
    assert jonas.flagged(anna, between, jonas.send(ANNA)) == [True, True, True]
    assert "not_for_person" not in jonas.codes(anna) | jonas.codes(between)


def test_an_earlier_copy_to_that_person_is_not_flagged_with_the_third(jonas: Outbox) -> None:
    anna, *_ = jonas.send_to([ANNA, BORIS, CARLA])
    jonas.say(anna, PERSONAL)
    others = [jonas.send(person, template=1) for person in (ANNA, BORIS, CARLA)]
    assert jonas.flagged(*others) == [False, True, True]
    jonas.take_back(anna, PERSONAL)
    assert jonas.flagged(*others) == [True, True, True]


def test_one_reps_word_changes_nothing_in_another_mailbox(house: House) -> None:
    for kind in (PERSONAL, NO_TEMPLATE):
        house.jonas.say(house.jonas.send_to([ANNA, BORIS, CARLA])[0], kind)
    assert house.priya.flagged(*house.priya.send_to([BORIS, CARLA, ANNA])) == [True, True, True]


def test_a_new_copy_of_what_is_no_template_returns_with_the_others(jonas: Outbox) -> None:
    sent = jonas.send_to([ANNA, BORIS, CARLA])
    jonas.say(sent[1], NO_TEMPLATE)
    sent.append(jonas.send(DORA))
    assert jonas.flagged(*sent) == [False] * 4
    assert "allowed" in jonas.codes(sent[-1])
    jonas.take_back(sent[-1], NO_TEMPLATE)
    assert jonas.flagged(*sent, jonas.send(EMIL)) == [True] * 5


def test_two_words_on_one_mail_are_taken_back_one_by_one(jonas: Outbox) -> None:
    anna, boris, _ = jonas.send_to([ANNA, BORIS, CARLA])
    jonas.say(anna, PERSONAL)
    jonas.say(boris, NO_TEMPLATE)
    again = jonas.send(ANNA)
    jonas.take_back(boris, NO_TEMPLATE)
    assert jonas.flagged(boris, anna, again) == [True, False, False]
    jonas.take_back(anna, PERSONAL)
    assert jonas.flagged(anna, again) == [True, True]


def test_the_word_on_a_single_mail_holds_for_its_copy_and_both_return(jonas: Outbox) -> None:
    first = jonas.send(ANNA, alone=True)
    assert jonas.flagged(first) == [True]
    jonas.say(first, NO_TEMPLATE)
    second = jonas.send(BORIS, alone=True)
    assert jonas.flagged(first, second) == [False, False]
    jonas.take_back(first, NO_TEMPLATE)
    assert jonas.flagged(first, second) == [True, True]


def test_the_word_on_a_single_mail_holds_for_the_template_that_it_becomes(jonas: Outbox) -> None:
    first = jonas.send(ANNA, alone=True)
    jonas.say(first, NO_TEMPLATE)
    sent = [first, *(jonas.send(person, alone=True) for person in (BORIS, CARLA, DORA))]
    assert jonas.flagged(*sent) == [False] * 4
    with jonas.database.reading() as session:
        assert [template.allowed for template in session.scalars(select(Template))] == [True]
    jonas.take_back(sent[2], NO_TEMPLATE)
    assert jonas.flagged(*sent) == [True] * 4


def test_style_that_was_wrong_before_is_told_among_the_reasons(jonas: Outbox) -> None:
    jonas.say(jonas.send(ANNA, alone=True), NO_TEMPLATE)
    other = jonas.row(jonas.send(BORIS, template=1))
    assert next(reason["count"] for reason in other.reasons if reason["code"] == "style_refused") == 1
