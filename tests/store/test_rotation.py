"""New keys: everything opens afterwards, the old keys open nothing, and a killed rotation goes on."""

import uuid
from itertools import islice

import pytest
from sqlalchemy import delete, select

from app.store import mailboxes, own_rows
from app.store.data_map import place_of, sealed_columns
from app.store.engine import Database
from app.store.envelopes import query_tokens
from app.store.errors import KeyMissing, Tampered
from app.store.keys import Keys
from app.store.rotation import is_needed, rotate
from app.store.schema import Installation, Mailbox, Send, SendToken
from app.store.submissions import SubmissionSetting, choose_submission, submission_setting
from app.store.vault import DataVault, KeyRing, new_key
from tests.web.seed import JONAS, PRIYA, Seeded, connect_mailbox, seed

OLD, NEW = new_key(), new_key()


@pytest.fixture
def old_keys(database: Database) -> Keys:
    """An installation whose key this test knows."""
    known = Keys(KeyRing([OLD]))
    with database.writing() as session:
        session.execute(delete(Installation))
        known.prepare_installation(session)
    return known


@pytest.fixture
def reps(database: Database, old_keys: Keys) -> tuple[Seeded, Seeded]:
    seeded = seed(database, old_keys), seed(database, old_keys, PRIYA)
    with database.writing() as session:
        row = session.get_one(Mailbox, seeded[0].mailbox_id)
        choose_submission(session, old_keys, row, SubmissionSetting("smtp.keller.example", 465, "implicit"))
    return seeded


def _sealed_values(database: Database, rep_id: uuid.UUID) -> list[tuple[str, bytes]]:
    """Place and sealed value of everything of a rep."""
    found = []
    with database.reading() as session:
        for table in own_rows.own_tables():
            for row in own_rows.next_rows(session, table, rep_id, None):
                stored = row._asdict()
                patterns = sealed_columns(table).items()
                found += [(place_of(one, stored), stored[name]) for name, one in patterns if stored[name] is not None]
    return found


def _vault(database: Database, ring: KeyRing, rep_id: uuid.UUID) -> DataVault:
    with database.reading() as session:
        return Keys(ring).of_rep(session, rep_id)


def test_afterwards_the_new_key_opens_everything_and_the_old_one_nothing(
    database: Database, reps: tuple[Seeded, Seeded]
) -> None:
    old_vaults = [_vault(database, KeyRing([OLD]), one.rep_id) for one in reps]
    assert sum(rotate(database, KeyRing([NEW, OLD]))) == sum(len(_sealed_values(database, one.rep_id)) for one in reps)
    for one, old_vault in zip(reps, old_vaults, strict=True):
        vault = _vault(database, KeyRing([NEW]), one.rep_id)
        for place, value in _sealed_values(database, one.rep_id):
            assert vault.unseal_text(place, value)
            with pytest.raises(Exception, match="cannot be opened"):
                old_vault.unseal_text(place, value)
        with pytest.raises(KeyMissing):
            _vault(database, KeyRing([OLD]), one.rep_id)


@pytest.mark.parametrize("steps", [0, 1, 3, 5])
def test_a_rotation_that_was_killed_goes_on_and_can_be_read_meanwhile(
    database: Database, reps: tuple[Seeded, Seeded], steps: int
) -> None:
    ring = KeyRing([NEW, OLD])
    list(islice(rotate(database, ring), steps))
    for one in reps:
        vault = _vault(database, ring, one.rep_id)
        assert all(vault.unseal_text(place, value) for place, value in _sealed_values(database, one.rep_id))
    list(rotate(database, ring))
    assert not is_needed(database, KeyRing([NEW]))
    assert all(_vault(database, KeyRing([NEW]), one.rep_id) for one in reps)


@pytest.mark.usefixtures("reps")
def test_a_second_rotation_finds_nothing_to_do(database: Database) -> None:
    ring = KeyRing([NEW, OLD])
    assert is_needed(database, ring)
    list(rotate(database, ring))
    assert not is_needed(database, ring)
    assert list(rotate(database, ring)) == []


def test_look_ups_find_after_a_rotation_what_they_found_before(database: Database, reps: tuple[Seeded, Seeded]) -> None:
    list(rotate(database, KeyRing([NEW, OLD])))
    keys = Keys(KeyRing([NEW]))
    with database.reading() as session:
        [token] = query_tokens(keys.of_rep(session, reps[0].rep_id), "weber")
        assert session.scalar(select(SendToken.send_id).where(SendToken.token == token).limit(1)) is not None
        [row] = mailboxes.by_address(session, keys, JONAS.address)
        assert mailboxes.account_of(session, keys, row) == JONAS
        setting = submission_setting(session, keys, row)
        assert setting is not None
        assert setting.host == "smtp.keller.example"


def test_a_ring_without_the_old_key_changes_nothing(database: Database, reps: tuple[Seeded, Seeded]) -> None:
    before = _sealed_values(database, reps[0].rep_id)
    with pytest.raises(KeyMissing):
        list(rotate(database, KeyRing([NEW])))
    assert _sealed_values(database, reps[0].rep_id) == before


def test_a_damaged_value_stops_a_rotation_which_names_it_and_can_go_on(
    database: Database, reps: tuple[Seeded, Seeded]
) -> None:
    ring, damaged = KeyRing([NEW, OLD]), reps[0].sends["lone"]
    with database.writing() as session:
        session.get_one(Send, damaged).envelope = b"damaged"
    with pytest.raises(Tampered, match=rf"sends\.envelope in the row with id {damaged.hex} .*zuruf keys rotate"):
        list(rotate(database, ring))
    with database.writing() as session:
        session.delete(session.get_one(Send, damaged))
    list(rotate(database, ring))
    assert not is_needed(database, KeyRing([NEW]))


def test_a_damaged_password_is_mended_by_connecting_once_more(database: Database, reps: tuple[Seeded, Seeded]) -> None:
    ring = KeyRing([NEW, OLD])
    with database.writing() as session:
        session.get_one(Mailbox, reps[0].mailbox_id).password = b"damaged"
    with pytest.raises(Tampered, match=r"mailboxes\.password"):
        list(rotate(database, ring))
    with database.writing() as session:
        assert connect_mailbox(session, Keys(ring)).id == reps[0].mailbox_id
    list(rotate(database, ring))
    assert not is_needed(database, KeyRing([NEW]))
