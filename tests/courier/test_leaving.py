"""A removed mailbox leaves nothing: no row, no key, no job, no trace in the file, and no delivery after the word."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.connect import erase_rep, remove_mailbox
from app.courier import CourierTimes
from app.courier.housekeeping import Housekeeping
from app.store import feedback, mailboxes, nudges, sign_in_links, web_sessions
from app.store.base import Base
from app.store.engine import Database
from app.store.errors import UnknownRow
from app.store.keys import Keys
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind, NudgeState
from app.store.submissions import SubmissionSetting, choose_submission
from tests.courier.post import QUICK, Post, now
from tests.flow.running import wait_until
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.web.seed import JONAS, PRIYA, Seeded, open_database, seed

SHORTEST_TRACE = 8
IMPATIENT = CourierTimes(round=0.05, parting=0.2)


def fill(post: Post) -> Seeded:
    """A mailbox with a row in every table that can hang below a rep."""
    seeded = seed(post.database, post.keys, JONAS)
    with post.database.writing() as session:
        row = session.get_one(Mailbox, seeded.mailbox_id)
        choose_submission(session, post.keys, row, SubmissionSetting("smtp.x.example", 465, "implicit", "j", "secret"))
        web_sessions.start(session, seeded.rep_id, now())
        sign_in_links.mint(session, seeded.rep_id, now())
        feedback.say(session, session.get_one(Send, seeded.sends["parts-0"]), FeedbackKind.CALLED, now())
    return seeded


def values_of(database: Database) -> dict[str, set[object]]:
    """Every value of every row, by table."""
    with database.engine.connect() as connection:
        return {
            table.name: {_plain(value) for row in connection.execute(select(table)) for value in row}
            for table in Base.metadata.sorted_tables
        }


def _plain(value: object) -> object:
    return repr(value) if isinstance(value, dict | list) else value


def traces_of(database: Database) -> set[bytes]:
    """What would give a row away if it were found in a file: ids, sealed values, hashes, message ids."""
    found: set[bytes] = set()
    for value in set[object]().union(*values_of(database).values()):
        raw = value.hex.encode() if isinstance(value, uuid.UUID) else value
        raw = raw.encode() if isinstance(raw, str) and "@" in raw else raw
        if isinstance(raw, bytes) and len(raw) >= SHORTEST_TRACE:
            found.add(raw)
    return found


def test_no_row_of_any_table_knows_the_rep(post: Post) -> None:
    seeded = fill(post)
    mine = {seeded.rep_id, seeded.mailbox_id, *seeded.sends.values(), *seeded.nudges.values()}
    assert mine & set[object]().union(*values_of(post.database).values()) == mine
    assert remove_mailbox(post.database, post.keys, seeded.mailbox_id, now)
    left = {name: values for name, values in values_of(post.database).items() if values}
    assert left.keys() == {"installation"}


def test_another_rep_loses_nothing(post: Post) -> None:
    priya = seed(post.database, post.keys, PRIYA)
    before = values_of(post.database)
    remove_mailbox(post.database, post.keys, fill(post).mailbox_id, now)
    assert values_of(post.database) == before
    with post.database.reading() as session:
        assert mailboxes.address_of(session, post.keys, session.get_one(Mailbox, priya.mailbox_id)) == PRIYA.address


def test_the_key_is_forgotten_here_and_soon_in_other_processes(post: Post) -> None:
    seeded = fill(post)
    elsewhere = Keys(post.keys._ring)
    with post.database.reading() as session:
        elsewhere.of_rep(session, seeded.rep_id)
    assert remove_mailbox(post.database, post.keys, seeded.mailbox_id, now)
    Housekeeping(post.database, elsewhere, QUICK.retention).keep(now())
    for keys in (post.keys, elsewhere):
        with post.database.reading() as session, pytest.raises(UnknownRow):
            keys.of_rep(session, seeded.rep_id)


def test_the_files_hold_no_trace(tmp_path: Path) -> None:
    database, keys = open_database(tmp_path)
    kept = traces_of(database)
    seeded = seed(database, keys)
    traces = traces_of(database) - kept
    files = [tmp_path / "zuruf.db", tmp_path / "zuruf.db-wal"]
    assert len(traces) > 100
    assert any(trace in b"".join(file.read_bytes() for file in files) for trace in traces)
    remove_mailbox(database, keys, seeded.mailbox_id, now)
    held = b"".join(file.read_bytes() for file in files)
    database.close()
    assert [trace for trace in traces if trace in held] == []


def test_a_delivery_under_way_is_waited_for(post: Post) -> None:
    mailbox_id = post.connect(1, cap=1)
    with post.database.writing() as session:
        [nudge] = nudges.due(session, now(), now())
        assert nudges.claim(session, nudge, now(), now() + QUICK.claim)
    assert not remove_mailbox(post.database, post.keys, mailbox_id, now, patience=0.2)
    with post.database.writing() as session:
        assert mailboxes.every(session) == []
        nudges.step(session, nudge.id, NudgeState.PLANNED, 0)
    Housekeeping(post.database, post.keys, QUICK.retention).keep(now())
    assert rows(post.database) == 0


def test_erasing_a_rep_waits_for_a_mailbox_that_is_being_removed_already(post: Post) -> None:
    mailbox_id = post.connect(1, cap=1)
    with post.database.writing() as session:
        [nudge] = nudges.due(session, now(), now())
        assert nudges.claim(session, nudge, now(), now() + QUICK.claim)
        rep_id = session.get_one(Mailbox, mailbox_id).rep_id
    assert not remove_mailbox(post.database, post.keys, mailbox_id, now, patience=0.1)
    assert not erase_rep(post.database, post.keys, rep_id, now, patience=0.1)


def test_nothing_arrives_once_the_removal_is_confirmed(post: Post) -> None:
    """While a courier is busy with this very mailbox."""
    mailbox_id = post.connect(30, cap=100)
    courier = post.courier()
    courier.start()
    try:
        wait_until(lambda: post.delivered() > 2)
        assert remove_mailbox(post.database, post.keys, mailbox_id, now)
        confirmed = post.inboxes()
    finally:
        courier.stop()
    assert post.inboxes() == confirmed
    assert set(confirmed.values()) == {1}
    assert len(confirmed) < 30


def test_a_server_that_keeps_a_delivery_hanging_is_cut_off(
    post: Post, scripted_imap: Callable[..., ScriptedImap]
) -> None:
    def script(wire: Wire) -> None:
        wire.log_in("IMAP4rev1 AUTH=PLAIN")
        wire.examine(0)
        for _ in range(3):
            wire.answer("UID SEARCH", "* SEARCH")
        wire.expect("APPEND")
        wire.read_literal()
        wire.drain()

    server = scripted_imap(script)
    mailbox_id = post.connect(1, cap=1)
    with post.database.writing() as session:
        session.get_one(Mailbox, mailbox_id).port = server.port
    courier = post.courier(IMPATIENT)
    courier.start()
    try:
        wait_until(lambda: is_intended(post.database))
        remove_mailbox(post.database, post.keys, mailbox_id, now, patience=0)
        wait_until(lambda: rows(post.database) == 0)
    finally:
        courier.stop()


def rows(database: Database) -> int:
    with database.reading() as session:
        return session.query(Mailbox).count() + session.query(Nudge).count()


def is_intended(database: Database) -> bool:
    with database.reading() as session:
        return session.query(Nudge).filter(Nudge.state == NudgeState.INTENT).count() == 1


def test_a_mailbox_that_is_connected_again_meanwhile_begins_anew(post: Post) -> None:
    mailbox_id = post.connect(1, cap=1)
    with post.database.writing() as session:
        row = session.get_one(Mailbox, mailbox_id)
        mailboxes.begin_removal(row, now())
        account = mailboxes.account_of(session, post.keys, row)
        new = mailboxes.NewMailbox(account, "Sent", 1, "de", dict(row.rules))
        assert mailboxes.connect(session, post.keys, new, now()).id != mailbox_id
    assert rows(post.database) == 1
