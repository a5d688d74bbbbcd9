"""What the courier's loop does on the side, hour by hour."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from app.courier.housekeeping import Housekeeping
from app.store.invitations import LIFETIME, Invitation, invite
from tests.web.seed import prepare_database

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def test_an_invitation_that_nobody_took_is_forgotten_without_another_one(tmp_path: Path) -> None:
    database, keys = prepare_database(f"sqlite:///{tmp_path / 'zuruf.db'}")
    housekeeping = Housekeeping(database, keys, timedelta(days=90))
    with database.writing() as session:
        invite(session, keys, "anna@weber.example", NOW)
    left = []
    for now in (NOW, NOW + LIFETIME):
        housekeeping.keep(now)
        with database.reading() as session:
            left.append(len(session.scalars(select(Invitation)).all()))
    database.close()
    assert left == [1, 0]
