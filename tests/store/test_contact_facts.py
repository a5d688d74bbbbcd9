"""What is known of contacts is sealed, found by address, and goes when it expires, or with the mailbox."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.store import contact_facts
from app.store.contact_facts import ContactFacts, Remembered
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import of_rep
from app.store.schema import Mailbox
from app.store.vault import DataVault
from tests.web.seed import NOW, Seeded

ANNA = "anna@weber.example"
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def vault(database: Database, keys: Keys, jonas: Seeded) -> DataVault:
    with database.reading() as session:
        return keys.of_rep(session, jonas.rep_id)


@pytest.fixture
def mailbox_id(database: Database, jonas: Seeded) -> uuid.UUID:
    with database.reading() as session:
        return of_rep(session, jonas.rep_id)[0].id


def count(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(ContactFacts))


def test_the_newest_facts_take_the_place_of_older_ones(
    database: Database, vault: DataVault, mailbox_id: uuid.UUID
) -> None:
    newest = Remembered("Tel. 2", TOMORROW)
    with database.writing() as session:
        contact_facts.remember(session, vault, mailbox_id, {ANNA: Remembered("Tel. 1", TOMORROW)}, NOW)
        contact_facts.remember(session, vault, mailbox_id, {ANNA: newest}, NOW)
        assert contact_facts.recall(session, vault, mailbox_id, [ANNA, "x@y.example"], NOW) == {ANNA: newest}


def test_neither_address_nor_facts_can_be_read_in_the_table(
    database: Database, vault: DataVault, mailbox_id: uuid.UUID
) -> None:
    with database.writing() as session:
        contact_facts.remember(session, vault, mailbox_id, {ANNA: Remembered("089 123", TOMORROW)}, NOW)
        row = session.scalars(select(ContactFacts)).one()
        assert b"weber" not in row.address_key + row.sealed
        assert b"089" not in row.sealed


def test_what_has_expired_is_not_recalled_and_goes(database: Database, vault: DataVault, mailbox_id: uuid.UUID) -> None:
    kept = {ANNA: Remembered("a", TOMORROW), "old@weber.example": Remembered("b", NOW)}
    with database.writing() as session:
        contact_facts.remember(session, vault, mailbox_id, kept, NOW - timedelta(days=1))
        assert set(contact_facts.recall(session, vault, mailbox_id, kept, NOW)) == {ANNA}
        assert (contact_facts.erase_expired(session, NOW), count(session)) == (1, 1)


def test_who_is_forgotten_leaves_nothing(database: Database, vault: DataVault, mailbox_id: uuid.UUID) -> None:
    with database.writing() as session:
        contact_facts.remember(session, vault, mailbox_id, {ANNA: Remembered("a", TOMORROW)}, NOW)
        contact_facts.forget(session, vault, mailbox_id, [ANNA])
        assert count(session) == 0


def test_facts_go_with_their_mailbox(database: Database, vault: DataVault, mailbox_id: uuid.UUID) -> None:
    with database.writing() as session:
        contact_facts.remember(session, vault, mailbox_id, {ANNA: Remembered("a", TOMORROW)}, NOW)
        session.execute(delete(Mailbox).where(Mailbox.id == mailbox_id))
        assert count(session) == 0
