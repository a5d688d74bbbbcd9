"""A rep's rows, batch by batch."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from app.store import own_rows
from app.store.engine import Database
from app.store.schema import Send
from tests.web.seed import Seeded, open_database, seed

SENDS = Send.metadata.tables["sends"]


def test_every_row_comes_once_whatever_the_size_of_a_batch(
    database: Database, jonas: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_rows, "AT_ONCE", 3)
    found, last = [], None
    with database.reading() as session:
        while rows := own_rows.next_rows(session, SENDS, jonas.rep_id, last):
            found += [row.id for row in rows]
            last = rows[-1]
        every = session.scalars(select(Send.id).where(Send.mailbox_id == jonas.mailbox_id)).all()
    assert len(found) > 3
    assert sorted(found) == sorted(every)


def test_no_batch_of_sends_is_sorted_out_of_all_of_them(tmp_path: Path) -> None:
    database, keys = open_database(tmp_path)
    jonas = seed(database, keys)
    asked: list[tuple[str, Any]] = []
    with database.reading() as session:
        last = own_rows.next_rows(session, SENDS, jonas.rep_id, None)[0]
        event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        own_rows.next_rows(session, SENDS, jonas.rep_id, last)
        [(statement, values)] = asked
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    database.close()
    assert not [row for row in plan if "TEMP B-TREE" in row[3]]
