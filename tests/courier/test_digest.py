"""A digest tells of many bursts in one mail that arrives once, and no burst is lost on the way."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.courier.bursts import read_burst
from app.mail.message import read_message
from app.nudge import wishes
from app.nudge.hold_out import draw
from app.store import feedback
from app.store.schema import Mailbox, Nudge
from app.store.states import FeedbackKind, NudgeKind, NudgeState
from tests.courier.digest_desk import EVENING, MORNING, TIMES, DigestDesk, text_of
from tests.flow.mails import PEOPLE, answer
from tests.servers.dovecot import Dovecot
from tests.web.seed import prepare_database

OpenDesk = Callable[..., DigestDesk]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def open_desk(request: pytest.FixtureRequest, tmp_path: Path, dovecot: Dovecot) -> Iterator[OpenDesk]:
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'zuruf.db'}" if is_file else request.getfixturevalue("postgresql_url")
    database, keys = prepare_database(url)

    def make(**rules: Any) -> DigestDesk:
        return DigestDesk(database, keys, dovecot, **rules)

    yield make
    database.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> DigestDesk:
    return open_desk()


def test_the_bursts_of_a_day_come_in_one_mail_the_next_morning(desk: DigestDesk) -> None:
    bursts = [desk.burst(number) for number in (1, 2, 3)]
    desk.go(EVENING)
    assert {(desk.row(one).decision, desk.row(one).due_at) for one in bursts} == {("digest", MORNING)}
    desk.go(MORNING)
    [digest], [mail] = desk.digests(), desk.mails()
    assert (digest.state, mail["Message-ID"], mail["X-Zuruf"]) == (NudgeState.DELIVERED, digest.message_id, "digest")
    assert {desk.row(one).digest_id for one in bursts} == {digest.id}
    assert {(desk.row(one).state, desk.row(one).delivered_at) for one in bursts} == {(NudgeState.DELIVERED, MORNING)}
    assert all(f"Angebot {number}" in text_of(mail) for number in (1, 2, 3))


def test_a_digest_stands_alone_and_names_a_person_with_a_number(desk: DigestDesk) -> None:
    desk.burst(1)
    desk.burst(2)
    desk.dovecot.append(desk.user, answer(PEOPLE[0], EVENING), "INBOX")
    desk.go(MORNING)
    [mail] = desk.mails()
    assert (mail["To"], mail["In-Reply-To"], mail["Auto-Submitted"]) == (desk.user, None, "auto-generated")
    assert text_of(mail).count("Anna Weber") == 1  # both texts went to her
    assert text_of(mail).count("/a/") >= 4


def test_a_burst_after_the_digest_waits_for_the_next(desk: DigestDesk) -> None:
    desk.burst(1)
    desk.go(MORNING)
    late = desk.burst(2, MORNING + timedelta(hours=1))
    desk.go(MORNING + timedelta(hours=2))
    assert (desk.row(late).state, desk.row(late).due_at) == (NudgeState.PLANNED, MORNING + timedelta(days=1))
    desk.go(MORNING + timedelta(days=1))
    assert (len(desk.mails()), len(desk.digests())) == (2, 2)


def test_what_the_rep_stopped_meanwhile_is_left_out_with_its_reason(desk: DigestDesk) -> None:
    first, second = desk.burst(1), desk.burst(2)
    desk.go(EVENING)
    desk.stop(first)
    desk.go(MORNING)
    [mail] = desk.mails()
    assert (desk.row(first).state, desk.row(first).decision) == (NudgeState.SILENT, "stopped")
    assert ("Angebot 1" in text_of(mail), "Angebot 2" in mail["Subject"]) == (False, True)
    assert desk.row(second).state is NudgeState.DELIVERED


def test_a_digest_of_nothing_is_no_mail_and_no_row(desk: DigestDesk) -> None:
    only = desk.burst(1)
    desk.go(MORNING, rounds=1)
    assert [digest.state for digest in desk.digests()] == [NudgeState.PLANNED]
    desk.stop(only)
    desk.go(MORNING)
    assert (desk.mails(), desk.digests()) == ([], [])
    assert (desk.row(only).state, desk.row(only).decision) == (NudgeState.SILENT, "stopped")


@pytest.mark.parametrize("reached", [True, False])
def test_a_digest_comes_once_although_the_process_died(desk: DigestDesk, reached: bool) -> None:
    bursts = [desk.burst(1), desk.burst(2)]
    desk.go(MORNING, rounds=1)
    [digest] = desk.digests()
    _die_with_intent(desk, digest.id)
    if reached:
        raw = f"Message-ID: {digest.message_id}\r\nX-Zuruf: digest\r\n\r\nx\r\n"
        desk.dovecot.append(desk.user, raw.encode(), "INBOX")
    for later in (TIMES.grace, TIMES.grace + TIMES.second_look, TIMES.verify * 2):
        desk.go(MORNING + later, rounds=1)
    assert [mail["Message-ID"] for mail in desk.mails()] == [digest.message_id]
    assert {desk.row(one).state for one in bursts} == {NudgeState.DELIVERED}


def _die_with_intent(desk: DigestDesk, digest_id: uuid.UUID) -> None:
    """As if the process had been killed right after it committed the intent."""
    with desk.database.writing() as session:
        for row in session.scalars(select(Nudge).where((Nudge.id == digest_id) | (Nudge.digest_id == digest_id))):
            row.state, row.intent_at = NudgeState.INTENT, MORNING
            if row.kind is NudgeKind.DIGEST:
                row.attempts, row.inbox_uidvalidity, row.inbox_uidnext = 1, 1, 1


def test_a_snooze_that_comes_before_the_delivery_puts_everything_off(desk: DigestDesk) -> None:
    burst = desk.burst(1)
    desk.go(MORNING, rounds=1)
    desk.set_mailbox(snoozed_until=MORNING + timedelta(days=1))
    desk.go(MORNING)
    assert (desk.mails(), desk.digests()) == ([], [])
    assert (desk.row(burst).state, desk.row(burst).due_at) == (NudgeState.PLANNED, MORNING + timedelta(days=1))
    desk.go(MORNING + timedelta(days=1))
    assert desk.row(burst).state is NudgeState.DELIVERED


def test_with_single_nudges_the_rest_comes_in_a_digest_on_monday(open_desk: OpenDesk) -> None:
    desk = open_desk(digest="single", rest_in_digest=True, quiet_hours="18:00-08:00,sat,sun", cap_per_week=1)
    first, second, third = (desk.burst(number) for number in (1, 2, 3))
    desk.go(EVENING)
    [single] = desk.mails()
    assert single["X-Zuruf"] == "nudge"
    monday = MORNING + timedelta(days=5)
    for day in range(6):
        desk.go(MORNING + timedelta(days=day))
    told = [desk.row(one) for one in (first, second, third)]
    assert sorted(row.digest_id is not None for row in told) == [False, True, True]
    assert [mail["X-Zuruf"] for mail in desk.mails()] == ["nudge", "digest"]
    assert {row.delivered_at for row in told if row.digest_id} == {monday}


def test_bursts_that_are_held_out_are_left_out_and_recorded(open_desk: OpenDesk) -> None:
    desk = open_desk(hold_out=0.5)
    bursts = [desk.burst(number) for number in range(1, 7)]
    with desk.database.reading() as session:
        key = desk.keys.of_rep(session, session.get_one(Mailbox, desk.mailbox_id).rep_id).derive("hold-out")
    desk.go(MORNING)
    rows = [desk.row(one) for one in bursts]
    held = [row for row in rows if row.decision == "held_out"]
    assert {row.id for row in held} == {one for one in bursts if draw(key, one.bytes) < 0.5}
    assert all((row.state, row.decided_at) == (NudgeState.SILENT, MORNING) for row in held)
    assert {row.digest_id for row in rows} == {desk.digests()[0].id}
    assert len(desk.mails()) == (len(held) < len(rows))


def test_stop_in_answer_to_a_digest_means_every_text_and_can_be_taken_back(desk: DigestDesk) -> None:
    bursts = [desk.burst(1), desk.burst(2)]
    desk.go(MORNING)
    _answer(desk, "stopp")
    assert [_said(desk, one) for one in bursts] == [{FeedbackKind.STOP}] * 2
    _answer(desk, "rückgängig")
    assert [_said(desk, one) for one in bursts] == [frozenset()] * 2


def test_later_in_answer_to_a_digest_brings_it_once_more(desk: DigestDesk) -> None:
    desk.burst(1)
    desk.burst(2)
    desk.go(MORNING)
    _answer(desk, "später")
    desk.go(MORNING + timedelta(days=1))
    first, second = desk.mails()
    assert first["Message-ID"] != second["Message-ID"]
    assert "Angebot 1" in text_of(second)
    assert "noch einmal" in text_of(second)


def test_a_text_that_was_answered_since_does_not_come_once_more_and_the_others_do(desk: DigestDesk) -> None:
    first, second = desk.burst(1), desk.burst(2)
    desk.go(MORNING)
    _answer(desk, "später")
    _say(desk, first, FeedbackKind.CALLED)
    desk.go(MORNING + timedelta(days=1))
    assert len(desk.mails()) == 2
    mail = desk.mails()[1]
    assert ("Angebot 1" in text_of(mail), "Angebot 2" in text_of(mail)) == (False, True)
    assert desk.row(second).state is NudgeState.DELIVERED


def test_what_was_stopped_while_a_delivery_is_in_doubt_is_left_out_of_the_second_try(desk: DigestDesk) -> None:
    first = desk.burst(1)
    desk.burst(2)
    desk.go(MORNING, rounds=1)
    _die_with_intent(desk, desk.digests()[0].id)
    _say(desk, first, FeedbackKind.STOP)
    for later in (TIMES.grace, TIMES.grace + TIMES.second_look):
        desk.go(MORNING + later, rounds=1)
    [mail] = desk.mails()
    assert ("Angebot 1" in text_of(mail), "Angebot 2" in text_of(mail)) == (False, True)


def test_rules_that_change_while_a_digest_is_gathered_lose_no_burst(desk: DigestDesk) -> None:
    burst = desk.burst(1)
    desk.go(MORNING, rounds=1)
    digest = desk.digests()[0]
    desk.set_mailbox(rules={**desk.rules(), "digest": "single"})
    with desk.database.reading() as session:
        written = read_burst(session, desk.keys, session.get_one(Nudge, digest.id), MORNING)
    assert written is not None
    desk.delivery._advance(written, None, MORNING)
    desk.go(MORNING)
    assert [mail["X-Zuruf"] for mail in desk.mails()] == ["nudge"]
    assert desk.row(burst).state is NudgeState.DELIVERED


def test_wrong_in_answer_to_a_digest_of_several_texts_brings_help(desk: DigestDesk) -> None:
    bursts = [desk.burst(1), desk.burst(2)]
    desk.go(MORNING)
    assert _answer(desk, "falsch") == "unknown"
    desk.go(MORNING + timedelta(minutes=1))
    assert [mail["X-Zuruf"] for mail in desk.mails()] == ["digest", "help"]
    assert [_said(desk, one) for one in bursts] == [frozenset()] * 2


@pytest.mark.parametrize(("count", "on_burst"), [(1, True), (2, False)])
def test_a_call_is_noted_for_the_one_text_or_for_the_digest(desk: DigestDesk, count: int, on_burst: bool) -> None:
    bursts = [desk.burst(number) for number in range(1, count + 1)]
    desk.go(MORNING)
    assert _answer(desk, "angerufen") == "called"
    said = [_said(desk, one) for one in bursts]
    assert said == [{FeedbackKind.CALLED} if on_burst else frozenset()] * count
    assert (_said(desk, desk.digests()[0].id) == {FeedbackKind.CALLED}) is not on_burst


def _answer(desk: DigestDesk, word: str) -> str:
    """As intake does with a mail in Sent that answers the digest."""
    desk.now += timedelta(seconds=1)
    message = read_message(f"Subject: Re\r\nMessage-ID: <{uuid.uuid4().hex}@x.example>\r\n\r\n{word}\r\n".encode())
    with desk.database.writing() as session:
        mailbox = session.get_one(Mailbox, desk.mailbox_id)
        digest = session.get_one(Nudge, desk.digests()[0].id)
        vault = desk.keys.of_rep(session, mailbox.rep_id)
        return wishes.heed_answer(session, vault, mailbox, digest, message, desk.now)


def _say(desk: DigestDesk, nudge_id: uuid.UUID, kind: FeedbackKind) -> None:
    """By a link about one of the texts."""
    with desk.database.writing() as session:
        feedback.say(session, session.get_one(Nudge, nudge_id), kind, desk.now + timedelta(minutes=1))


def _said(desk: DigestDesk, nudge_id: uuid.UUID) -> feedback.Said:
    with desk.database.reading() as session:
        return feedback.said_of(session, session.get_one(Nudge, nudge_id))


def test_two_couriers_bind_one_digest(desk: DigestDesk) -> None:
    bursts = [desk.burst(1), desk.burst(2)]
    desk.now = MORNING
    for nudge_id in bursts:
        desk.delivery.advance(nudge_id)
    assert len(desk.digests()) == 1
    [digest] = desk.digests()
    for _ in range(2):
        desk.delivery.advance(digest.id)
    assert len(desk.mails()) == 1


def test_a_burst_that_grew_is_told_of_with_its_new_number(desk: DigestDesk) -> None:
    burst = desk.burst(1)
    desk.burst(3)
    desk.go(MORNING, rounds=1)
    with desk.database.reading() as session:
        nudge = session.get_one(Nudge, desk.digests()[0].id)
        written = read_burst(session, desk.keys, nudge, MORNING)
    assert written is not None
    desk.grow(burst, 1)
    with desk.database.writing() as session:
        mailbox = session.get_one(Mailbox, desk.mailbox_id)
        assert not desk.delivery._is_wanted(session, written, mailbox, MORNING)
    desk.go(MORNING)
    [mail] = desk.mails()
    assert "5 Personen" in text_of(mail)
