"""The roster: what the watcher is told, and that its mark moves with every change of a rep."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.store import mailboxes
from app.store.engine import Database
from app.store.keys import Keys
from app.store.schema import Mailbox
from app.store.states import MailboxState
from app.store.watch_roster import Mark, note_contacts, note_queued, roster, roster_mark
from tests.web.seed import JONAS, NOW, PRIYA, connect_mailbox

LATER = NOW + timedelta(hours=1)
Change = Callable[[Session, Keys, Mailbox], object]


def _replace(session: Session, keys: Keys, row: Mailbox) -> None:
    mailboxes.remove(session, keys, row)
    connect_mailbox(session, keys, PRIYA, now=LATER)


CHANGES: dict[str, Change] = {
    "connected": lambda session, keys, _: connect_mailbox(session, keys, PRIYA),
    "removed": mailboxes.remove,
    "replaced": _replace,
    "paused": lambda _, __, row: mailboxes.pause(row, LATER),
    "resumed": lambda _, __, row: mailboxes.resume(row, LATER),
    "folder": lambda _, __, row: mailboxes.change_sent_folder(row, "Gesendet"),
    "password": lambda session, keys, _: connect_mailbox(session, keys, replace(JONAS, password="neu")),
}


@pytest.fixture
def mailbox_id(database: Database, keys: Keys) -> uuid.UUID:
    with database.writing() as session:
        return connect_mailbox(session, keys).id


def mark_of(database: Database) -> Mark:
    with database.reading() as session:
        return roster_mark(session)


def row_of(database: Database, mailbox_id: uuid.UUID) -> Mailbox:
    with database.reading() as session:
        return session.get_one(Mailbox, mailbox_id)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_mark_moves_with_every_change(
    database: Database, keys: Keys, mailbox_id: uuid.UUID, change: Change
) -> None:
    before = mark_of(database)
    with database.writing() as session:
        change(session, keys, session.get_one(Mailbox, mailbox_id))
    assert mark_of(database) != before


def test_the_mark_stays_while_nothing_happens(database: Database, mailbox_id: uuid.UUID) -> None:
    before = mark_of(database)
    with database.writing() as session:
        note_contacts(session, {mailbox_id: LATER})
    assert mark_of(database) == before


def test_paused_mailboxes_and_those_that_only_the_rep_can_mend_are_not_watched(
    database: Database, keys: Keys, mailbox_id: uuid.UUID
) -> None:
    with database.writing() as session:
        mailboxes.pause(session.get_one(Mailbox, mailbox_id), NOW)
        priya = connect_mailbox(session, keys, PRIYA)
        mailboxes.enter(priya, MailboxState.ATTENTION, NOW, "login_refused")
        assert roster(session) == []
        priya.next_attempt_at = LATER
        session.flush()
        [entry] = roster(session)
    assert (entry.id, entry.host, entry.port, entry.next_attempt_at) == (priya.id, PRIYA.host, PRIYA.port, LATER)


def test_a_contact_of_a_mailbox_that_was_removed_is_passed_over(database: Database, mailbox_id: uuid.UUID) -> None:
    with database.writing() as session:
        note_contacts(session, {mailbox_id: LATER, uuid.uuid4(): LATER})
    assert row_of(database, mailbox_id).last_contact_at == LATER


def test_a_queue_is_shown_and_leaves_the_paused_alone(database: Database, keys: Keys, mailbox_id: uuid.UUID) -> None:
    with database.writing() as session:
        priya = connect_mailbox(session, keys, PRIYA)
        mailboxes.pause(priya, NOW)
        session.flush()
        note_queued(session, [mailbox_id, priya.id], "waiting_turn", LATER)
    waiting, paused = row_of(database, mailbox_id), row_of(database, priya.id)
    assert (waiting.state, waiting.reason, waiting.state_since) == (MailboxState.WAITING, "waiting_turn", LATER)
    assert (paused.state, paused.reason) == (MailboxState.PAUSED, "by_rep")
