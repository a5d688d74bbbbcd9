"""Histories that the model could invent and that are worth telling one by one."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.store import mailboxes
from app.store.states import FeedbackKind
from classifier import Judge
from tests.flow.mails import PEOPLE, personal_mail
from tests.model.letters import letter_id, round_letter
from tests.model.rig import Rig
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault


@pytest.fixture
def rig(tmp_path: Path, dovecot: Dovecot) -> Iterator[Rig]:
    rig = Rig(tmp_path, dovecot, Judge.load())
    rig.watch()
    yield rig
    rig.close()


def send_round(rig: Rig) -> list[tuple[bytes, datetime]]:
    sent = [(round_letter(0, person, number, rig.now()), rig.now()) for number, person in enumerate(PEOPLE)]
    for raw, at in sent:
        rig.file(raw, at)
    return sent


def test_what_was_sent_in_a_pause_is_no_burst_although_the_folder_was_renumbered_meanwhile(rig: Rig) -> None:
    rig.file(personal_mail(PEOPLE[0], 1, rig.now()), rig.now())
    rig.watch()
    rig.change(mailboxes.pause)
    rig.pass_time(5)
    rig.renumber(send_round(rig))
    rig.pass_time(5)
    rig.change(mailboxes.resume)
    rig.watch()
    rounds = [row for row in rig.judged() if row.message_id.startswith("<round.")]
    assert [row.nudgeable for row in rounds] == [False] * 5


def test_a_stop_counts_also_for_a_nudge_whose_delivery_is_in_doubt(rig: Rig) -> None:
    send_round(rig)
    rig.watch()
    rig.pass_time(11)
    rig.break_line_once(Fault.CUT_IN_LITERAL, 600)
    rig.deliver()
    assert rig.nudges() == []
    rig.say(letter_id(0, 4), FeedbackKind.STOP)
    for _ in range(4):
        rig.pass_time(2)
        rig.deliver()
    assert rig.nudges() == []


def test_an_answer_that_was_lost_brings_no_second_nudge(rig: Rig) -> None:
    send_round(rig)
    rig.watch()
    rig.pass_time(11)
    rig.break_line_once(Fault.ANSWER_LOST, 0)
    rig.deliver()
    for _ in range(4):
        rig.pass_time(11)
        rig.deliver()
    assert len(rig.nudges()) == 1
