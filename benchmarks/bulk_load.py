"""Writes many rows at once, past the sessions: one transaction that nothing need survive, without looking up owners."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, cast

from sqlalchemy import Dialect, Table
from sqlalchemy.pool import PoolProxiedConnection

from app.store.base import Base
from app.store.engine import Database

# Of this connection only, which is thrown away: no waiting for the disk, and room for the indexes.
_SQLITE: Final = ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-600000")


def load(database: Database, model: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Every row has the same columns; defaults are not filled in."""
    values, table = iter(rows), cast(Table, model.__table__)
    first = next(values, None)
    if first is None:
        return
    bind = [_binder(table, name, database.engine.dialect) for name in first]
    bound = _bound(bind, first, values)
    connection = database.engine.raw_connection()
    try:
        (_insert if database.is_sqlite else _copy)(connection, table.name, list(first), bound)
    finally:
        connection.invalidate()


def _binder(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any]:
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)


def _bound(
    bind: list[Callable[[Any], Any]], first: Mapping[str, Any], rest: Iterator[Mapping[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    yield tuple(one(value) for one, value in zip(bind, first.values(), strict=True))
    for row in rest:
        yield tuple(one(value) for one, value in zip(bind, row.values(), strict=True))


def _insert(connection: PoolProxiedConnection, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    cursor: Any = connection.cursor()
    for pragma in _SQLITE:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("BEGIN IMMEDIATE")
    marks = ", ".join("?" * len(names))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)
    cursor.execute("COMMIT")


def _copy(connection: PoolProxiedConnection, table: str, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    cursor: Any = connection.driver_connection.cursor()  # type: ignore[union-attr]  # it is open
    cursor.execute("SET session_replication_role = replica")
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    connection.commit()
