"""The loop's notes: one that cannot be written costs no other."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.watch.ledger import Ledger
from tests.flow.running import wait_until
from tests.watch.conftest import QUICK
from tests.web.seed import open_database


class Written:
    """A note that adds its word to a table, or is refused as a lost connection would be."""

    def __init__(self, statement: str) -> None:
        self._statement = text(statement)

    def write(self, session: Session) -> None:
        session.execute(self._statement)


@pytest.fixture
def words(tmp_path: Path) -> Callable[[list[str]], list[str]]:
    """Lets a ledger write these notes, together; returns the words that the table then holds."""

    def write(statements: list[str]) -> list[str]:
        database, _ = open_database(tmp_path)
        with database.writing() as session:
            session.execute(text("CREATE TABLE words (word TEXT)"))
        ledger = Ledger(database, QUICK, lambda _: None)
        for statement in statements:
            ledger.note(Written(statement))
        ledger.start()

        def found() -> list[str]:
            with database.reading() as session:
                return list(session.scalars(text("SELECT word FROM words ORDER BY word")))

        wait_until(lambda: "last" in found())
        ledger.stop(time.monotonic() + 30)
        words = found()
        database.close()
        return words

    return write


def test_a_note_that_is_refused_is_let_go_and_the_others_are_written(words: Callable[[list[str]], list[str]]) -> None:
    notes = ["INSERT INTO words VALUES ('first')", "SELECT * FROM no_such_table", "INSERT INTO words VALUES ('last')"]
    assert words(notes) == ["first", "last"]
