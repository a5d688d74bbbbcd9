"""Changes keys: the ring's newest key wraps everybody's data keys, and each rep's rows are sealed with a fresh one.

How far it is stands in the wrapped keys alone, so that a rotation which was killed goes on where it ended: a rep whose
keys the newest key did not wrap is still to come; one whose vault holds several sealing keys is in the middle.
Keyed hashes stay, with the root that they come from: what they are hashes of is not kept.
"""

import uuid
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Row, Table, select, update
from sqlalchemy.orm import Session

from app.store.data_map import place_of, sealed_columns, unclear_form, without_entry
from app.store.engine import Database
from app.store.errors import StoreError, Tampered
from app.store.own_rows import next_rows, own_tables
from app.store.schema import Installation, Rep
from app.store.vault import DataVault, KeyRing

_INSTALLATION: Final = "installation"


def is_needed(database: Database, ring: KeyRing) -> bool:
    """Whether anything is not yet as the ring's newest key wants it; raises `KeyMissing`."""
    with database.reading() as session:
        installation = session.scalars(select(Installation)).one()
        if not ring.is_newest(_INSTALLATION, installation.wrapped_key):
            return True
        return any(_is_open(ring, rep) for rep in session.scalars(select(Rep)))


def rotate(database: Database, ring: KeyRing) -> Iterator[int]:
    """Yields after each step how many values were sealed anew in it; raises `KeyMissing` and `Tampered`.

    Nobody else may write meanwhile: a process that holds the old keys in memory would seal with them.
    """
    if unknown := [*without_entry(), *unclear_form()]:
        raise StoreError(f"the data map does not say how these are sealed, so that they would be lost: {unknown}")
    with database.writing() as session:
        installation = session.scalars(select(Installation)).one()
        vault = ring.unwrap(_INSTALLATION, installation.wrapped_key)
        installation.wrapped_key = ring.wrap(_INSTALLATION, vault)
        rep_ids = session.scalars(select(Rep.id).order_by(Rep.id)).all()
    for rep_id in rep_ids:
        yield from _rotate_rep(database, ring, rep_id)
    database.forget_erased()


def _rotate_rep(database: Database, ring: KeyRing, rep_id: uuid.UUID) -> Iterator[int]:
    vault = _begin(database, ring, rep_id)
    if vault is None:
        return
    for table in own_tables():
        if patterns := sealed_columns(table):
            yield from _seal_table(database, vault, rep_id, table, patterns)
    _end(database, ring, rep_id, vault)
    yield 0


def _begin(database: Database, ring: KeyRing, rep_id: uuid.UUID) -> DataVault | None:
    """The rep's vault with the key that seals from now on; None where there is nothing to do."""
    with database.writing() as session:
        rep = session.get(Rep, rep_id)
        if rep is None or not _is_open(ring, rep):
            return None
        vault = ring.unwrap(_place(rep_id), rep.wrapped_key)
        if not ring.is_newest(_place(rep_id), rep.wrapped_key):
            vault = vault.with_new_key()
            rep.wrapped_key = ring.wrap(_place(rep_id), vault)
        return vault


def _is_open(ring: KeyRing, rep: Rep) -> bool:
    place = _place(rep.id)
    return not ring.is_newest(place, rep.wrapped_key) or ring.unwrap(place, rep.wrapped_key).is_between_keys


def _seal_table(
    database: Database, vault: DataVault, rep_id: uuid.UUID, table: Table, patterns: dict[str, str]
) -> Iterator[int]:
    last: Row[Any] | None = None
    while True:
        with database.writing(large=True) as session:
            rows = next_rows(session, table, rep_id, last)
            sealed = sum(_seal_row(session, vault, table, row, patterns) for row in rows)
        if not rows:
            return
        yield sealed
        last = rows[-1]


def _seal_row(session: Session, vault: DataVault, table: Table, row: Row[Any], patterns: dict[str, str]) -> int:
    """Seal what an older key has sealed; returns how many values that were."""
    newest, stored = vault.with_newest_key_only(), row._asdict()
    changed: dict[str, bytes] = {}
    for column, pattern in patterns.items():
        place, value = place_of(pattern, stored), stored[column]
        if value is not None and not _opens(newest, place, value):
            changed[column] = newest.seal_text(place, _opened(vault, table, row, column, place))
    if changed:
        keys = [key == row._mapping[key] for key in table.primary_key.columns]
        session.execute(update(table).where(*keys).values(**changed))
    return len(changed)


def _opened(vault: DataVault, table: Table, row: Row[Any], column: str, place: str) -> str:
    """Raises `Tampered` with the value's place and what to do: no key at hand opens it."""
    try:
        return vault.unseal_text(place, row._mapping[column])
    except Tampered as error:
        keys = ", ".join(f"{key.name} {_hex(row._mapping[key])}" for key in table.primary_key.columns)
        raise Tampered(
            f"{table.name}.{column} in the row with {keys} cannot be opened: it is damaged, or from another database. "
            "What was sealed before stays readable and the service may run. docs/security.md, Keys, says how to mend "
            "that row; then run: zuruf keys rotate"
        ) from error


def _hex(key: uuid.UUID | bytes) -> str:
    """A number as it stands in SQLite, and as PostgreSQL takes it, too."""
    return key.hex if isinstance(key, uuid.UUID) else key.hex()


def _opens(vault: DataVault, place: str, sealed: bytes) -> bool:
    try:
        vault.unseal_text(place, sealed)
    except Tampered:
        return False
    return True


def _end(database: Database, ring: KeyRing, rep_id: uuid.UUID, vault: DataVault) -> None:
    """Every row of the rep is sealed with the newest key: the older ones are forgotten."""
    with database.writing() as session:
        rep = session.get(Rep, rep_id)
        if rep is not None:
            rep.wrapped_key = ring.wrap(_place(rep_id), vault.with_newest_key_only())


def _place(rep_id: uuid.UUID) -> str:
    return f"rep/{rep_id}"
