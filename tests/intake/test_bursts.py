"""Which burst a flagged send joins, and what tells that lone sends are alike."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.intake import Intake
from app.intake.bursts import join_burst
from app.intake.samples import group_of
from app.store import nudges
from app.store.engine import Database
from app.store.keys import Keys
from app.store.states import NudgeState
from classifier import Judge
from tests.intake.test_feedback import ANNA, BORIS, Outbox
from tests.web import seed
from tests.web.seed import NOW, connect_mailbox, open_database, open_outbox


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Database, Keys]]:
    database, keys = open_database(tmp_path)
    yield database, keys
    database.close()


@pytest.mark.parametrize(("decision", "joins"), [("too_few", True), ("held_out", False)])
def test_a_burst_that_was_held_out_is_over(opened: tuple[Database, Keys], decision: str, joins: bool) -> None:
    database, keys = opened
    with database.writing() as session:
        outbox = open_outbox(session, keys, connect_mailbox(session, keys))
        template = outbox.template(1)
        burst = outbox.nudge(template, NOW - timedelta(hours=1), NudgeState.SILENT, decision=decision)
        send = outbox.send("Angebot", [seed.ANNA], NOW, template=template)
        join_burst(session, outbox.vault, outbox.mailbox, send, NOW)
        assert (send.nudge_id == burst.id) is joins
        assert burst.state is (NudgeState.PLANNED if joins else NudgeState.SILENT)


def test_a_burst_that_joined_no_digest_in_the_end_is_asked_about_by_itself(opened: tuple[Database, Keys]) -> None:
    database, keys = opened
    with database.writing() as session:
        outbox = open_outbox(session, keys, connect_mailbox(session, keys))
        template, over = outbox.template(1), uuid.uuid4()
        burst = outbox.nudge(template, NOW, NudgeState.SILENT, decision="stopped", digest_id=over)
        send = outbox.send("Angebot", [seed.ANNA], NOW, template=template)
        join_burst(session, outbox.vault, outbox.mailbox, send, NOW)
    with database.reading() as session:
        assert [row.id for row in nudges.due(session, NOW, NOW)] == [burst.id]


def test_two_lone_copies_of_a_text_are_known_to_be_alike(opened: tuple[Database, Keys]) -> None:
    database, keys = opened
    with database.writing() as session:
        mailbox_id = connect_mailbox(session, keys).id
    jonas = Outbox(database, Intake(database, keys, Judge.load(), lambda: NOW), mailbox_id)
    first, second = jonas.send(ANNA, alone=True), jonas.send(BORIS, alone=True)
    other = jonas.send(ANNA, template=1, alone=True)
    one, two, three = (group_of(jonas.row(send_id).sketch) for send_id in (first, second, other))
    assert one == two != 0
    assert three != one
