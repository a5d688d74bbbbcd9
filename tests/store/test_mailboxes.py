"""Who owns a mailbox, and what is left when it goes."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.store import mailboxes
from app.store.base import Base
from app.store.engine import Database
from app.store.errors import Tampered, UnknownRow
from app.store.keys import Keys
from app.store.schema import Mailbox, Rep
from app.store.states import MailboxState
from tests.web.seed import JONAS, NOW, PRIYA, Seeded, connect_mailbox


def test_the_same_login_again_is_the_same_mailbox_with_the_new_password(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        first = connect_mailbox(session, keys)
        again = connect_mailbox(session, keys, replace(JONAS, password="neu"))
        assert again.id == first.id
        assert mailboxes.account_of(session, keys, again).password == "neu"


def test_connecting_again_keeps_what_was_chosen(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        row = connect_mailbox(session, keys, replace(JONAS, private_host=True))
        mailboxes.change_sent_folder(row, "Gesendet 2026")
        again = connect_mailbox(session, keys, JONAS)
        assert (again.sent_folder, again.private_host) == ("Gesendet 2026", True)


def test_an_address_alone_proves_nothing(database: Database, keys: Keys) -> None:
    """Somebody may claim another's address at a server of his own; that is another rep."""
    with database.writing() as session:
        first = connect_mailbox(session, keys)
        claimed = connect_mailbox(session, keys, replace(JONAS, host="imap.elsewhere.example"))
        assert claimed.rep_id != first.rep_id
        assert len(mailboxes.by_address(session, keys, JONAS.address.upper())) == 2


def test_another_reps_mailbox_is_unknown(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        first, other = connect_mailbox(session, keys), connect_mailbox(session, keys, PRIYA)
        with pytest.raises(UnknownRow):
            mailboxes.one_of_rep(session, other.rep_id, first.id)
        with pytest.raises(UnknownRow):
            mailboxes.one_of_rep(session, first.rep_id, uuid.uuid4())


def test_neither_address_nor_password_can_be_read_in_the_row(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        row = connect_mailbox(session, keys)
        stored = b"".join(value for value in vars(row).values() if isinstance(value, bytes))
        assert JONAS.password.encode() not in stored
        assert b"keller" not in stored


def test_a_password_cannot_be_moved_to_another_row(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        first = connect_mailbox(session, keys)
        second = connect_mailbox(session, keys, replace(JONAS, username="zweiter"))
        second.rep_id = first.rep_id
        second.password = first.password
        with pytest.raises(Tampered):
            mailboxes.account_of(session, keys, second)


def test_the_last_mailbox_takes_everything_of_its_rep_along(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.writing() as session:
        for row in mailboxes.of_rep(session, jonas.rep_id):
            mailboxes.remove(session, keys, row)
    with database.reading() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
        }
    assert counts.pop("installation") == 1
    assert set(counts.values()) == {0}


def test_a_rep_keeps_the_other_mailbox(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        first, second = connect_mailbox(session, keys), connect_mailbox(session, keys, PRIYA)
        second.rep_id = first.rep_id
        session.flush()
        mailboxes.remove(session, keys, first)
        assert session.get(Rep, second.rep_id) is not None


def test_what_was_sent_while_paused_counts_as_history(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        row = connect_mailbox(session, keys)
        row.history_ended_at = NOW
        mailboxes.pause(row, NOW)
        assert row.state == MailboxState.PAUSED
        generation = row.generation
        mailboxes.resume(row, NOW)
        assert (row.state, row.nudge_uid) == (MailboxState.WATCHED, None)
        assert row.generation > generation


def test_another_sent_folder_is_read_from_its_look_back_window(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        row = connect_mailbox(session, keys)
        mailboxes.change_sent_folder(row, "Gesendet")
        assert (row.sent_folder, row.uidvalidity, row.last_uid, row.history_ended_at) == ("Gesendet", None, 0, None)


def test_the_state_is_stored_as_a_word(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        connect_mailbox(session, keys)
    with database.reading() as session:
        assert session.scalar(select(Mailbox.state)) is MailboxState.WATCHED
