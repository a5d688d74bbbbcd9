"""One mail whose row the database refuses is set aside; the ones around it are stored."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.intake import Intake
from app.mail.imap_values import Fetched
from app.mail.message import read_message
from app.store.engine import Database
from app.store.schema import Mailbox, Quarantined, Send
from classifier import Judge
from tests.flow.mails import PEOPLE, personal_mail
from tests.web.seed import NOW, connect_mailbox, prepare_database

BAD = 3
# Each raises what SQLAlchemy calls an OperationalError, as a lost connection does.
REFUSALS = {
    "sqlite": (
        f"""CREATE TRIGGER refuse BEFORE INSERT ON sends WHEN new.uid = {BAD}
            BEGIN SELECT abs(-9223372036854775807 - 1); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF new.uid = {BAD} THEN PERFORM repeat('x', 2000000000); END IF; RETURN new; END $$""",
        "CREATE TRIGGER refuse BEFORE INSERT ON sends FOR EACH ROW EXECUTE FUNCTION refuse()",
    ),
}


def fetched(uid: int) -> Fetched:
    at = NOW - timedelta(hours=9 - uid)
    raw = personal_mail(PEOPLE[uid % len(PEOPLE)], uid, at)
    return Fetched(uid, at, len(raw), read_message(raw))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{tmp_path / 'zuruf.db'}"


def test_a_mail_whose_row_is_refused_is_set_aside_alone(url: str) -> None:
    database, keys = prepare_database(url)
    with database.writing() as session:
        mailbox = connect_mailbox(session, keys)
        mailbox.uidvalidity, mailbox.last_uid = 7, 0
    refuse(database)
    Intake(database, keys, Judge.load(), lambda: NOW).take_in(mailbox.id, 7, 5, [fetched(uid) for uid in range(1, 6)])
    with database.reading() as session:
        assert set(session.scalars(select(Send.uid))) == {1, 2, 4, 5}
        assert [(row.uid, row.reason) for row in session.scalars(select(Quarantined))] == [(BAD, "OperationalError")]
        assert session.get_one(Mailbox, mailbox.id).last_uid == 5
    database.close()


def refuse(database: Database) -> None:
    with database.writing() as session:
        for statement in REFUSALS[database.engine.dialect.name]:
            session.execute(text(statement))
