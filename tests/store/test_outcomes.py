"""What was sent before and after each nudge that came or was held out."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.store import feedback
from app.store.engine import Database
from app.store.outcomes import Outcome, Sent, outcomes
from app.store.schema import Nudge
from app.store.states import FeedbackKind, NudgeState
from tests.web.seed import ANNA, NOW, Outbox, connect_mailbox, open_outbox, prepare_database

SPAN = timedelta(days=14)
THEN = NOW - timedelta(days=20)


def add_sends(outbox: Outbox, start: datetime, flagged: int, others: int) -> None:
    for number in range(flagged + others):
        outbox.send("Angebot", [ANNA], start + timedelta(hours=number), flagged=number < flagged, score=0.5)


def told(outbox: Outbox) -> tuple[Nudge, Nudge]:
    """One nudge that came and one that was held out, three days apart."""
    first, second = outbox.template(1), outbox.template(2)
    nudged = outbox.nudge(first, THEN, NudgeState.DELIVERED, delivered_at=THEN)
    at = THEN + timedelta(days=3)
    held_out = outbox.nudge(second, at, NudgeState.SILENT, decision="held_out", decided_at=at)
    outbox.nudge(None, at, NudgeState.SILENT, decision="too_few", decided_at=at)
    return nudged, held_out


def read(session: Session, outbox: Outbox) -> list[Outcome]:
    return outcomes(session, outbox.mailbox.id, SPAN, NOW)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'zuruf.db'}"
    return str(request.getfixturevalue("postgresql_url"))


def test_sends_are_counted_before_and_after(url: str) -> None:
    database, keys = prepare_database(url)
    with database.writing() as session:
        outbox = open_outbox(session, keys, connect_mailbox(session, keys))
        nudged, _ = told(outbox)
        add_sends(outbox, THEN - timedelta(days=2), flagged=3, others=1)
        add_sends(outbox, THEN + timedelta(days=5), flagged=1, others=4)
        feedback.say(session, nudged, FeedbackKind.CALLED, NOW)
        assert read(session, outbox) == [
            Outcome(THEN, False, True, Sent(3, 4), Sent(1, 5)),
            Outcome(THEN + timedelta(days=3), True, False, Sent(3, 4), Sent(1, 5)),
        ]
    _close(database)


def test_what_is_less_than_two_weeks_old_does_not_count_yet(url: str) -> None:
    database, keys = prepare_database(url)
    with database.writing() as session:
        outbox = open_outbox(session, keys, connect_mailbox(session, keys))
        outbox.nudge(None, NOW, NudgeState.DELIVERED, delivered_at=NOW - SPAN + timedelta(seconds=1))
        assert read(session, outbox) == []
    _close(database)


def _close(database: Database) -> None:
    database.close()
