"""What each column holds, why, for how long and in which form; a column without an entry fails a test.

The export of a rep's data, the rotation of keys and `docs/privacy/data-map.*.md` go by the same entries.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, LargeBinary, Table

from app.store.base import Base

FILE: Final = Path(__file__).with_suffix(".toml")


class Form(StrEnum):
    """How a value stands in the database."""

    CLEAR = "clear"
    SEALED = "sealed"  # with the rep's data key
    WITHHELD = "withheld"  # sealed, and left out of exports: it would let somebody in
    HASHED = "hashed"  # by a key of the rep's own, or of a random token; nothing can be read back


class Kept(StrEnum):
    """Until when."""

    INSTALLATION = "installation"
    ACCOUNT = "account"
    MAILBOX = "mailbox"
    RETENTION = "retention"
    STANDING = "standing"  # as long as what the rep said of a template stands, and copies of it are kept
    EXPIRY = "expiry"  # the row says itself when
    SESSION = "session"
    LINK = "link"
    INVITATION = "invitation"


class Seen(StrEnum):
    """Who is shown it by pages, notes and commands."""

    REP = "rep"
    OPERATOR = "operator"  # the rep and, in the commands that tell how mailboxes are, the operator
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Text:
    en: str
    de: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of data. `place` is what a sealed value is bound to, with the names of its row's columns in it."""

    table: str
    columns: tuple[str, ...]
    what: Text
    why: Text
    kept: Kept
    form: Form
    seen: Seen
    place: str


ADVICE: Final = (
    "write them into app/store/data_map.toml: what it is and why it is kept, in English and German; `kept`: how long; "
    "`form`: how it is stored, for a sealed value with the `place` that it is sealed for; then run "
    "`zuruf data-map --language de` and `en` into docs/privacy/data-map.*.md"
)


@cache
def entries() -> tuple[Entry, ...]:
    with FILE.open("rb") as file:
        tables = tomllib.load(file)
    return tuple(_entry(table, values) for table, rows in tables.items() for values in rows)


def _entry(table: str, values: Mapping[str, Any]) -> Entry:
    return Entry(
        table=table,
        columns=tuple(values["columns"]),
        what=Text(**values["what"]),
        why=Text(**values["why"]),
        kept=Kept(values["kept"]),
        form=Form(values.get("form", Form.CLEAR)),
        seen=Seen(values.get("seen", Seen.REP)),
        place=values.get("place", ""),
    )


def by_column() -> dict[tuple[str, str], Entry]:
    return {(entry.table, column): entry for entry in entries() for column in entry.columns}


def without_entry() -> list[str]:
    """The columns that nobody has explained, as `table.column`."""
    known = by_column()
    return sorted(f"{column.table.name}.{column.name}" for column in _every() if _key(column) not in known)


def without_column() -> list[str]:
    """What is explained, and does not exist."""
    there = {_key(column) for column in _every()}
    return sorted(f"{table}.{column}" for table, column in by_column() if (table, column) not in there)


def unclear_form() -> list[str]:
    """Bytes that are said to stand in clear, or sealed values without the place that they are sealed for.

    A rotation of keys would lose what is sealed and has no place.
    """
    known = by_column()
    wrong = []
    for column in _every():
        entry = known.get(_key(column))
        if entry is None:
            continue
        is_opaque = isinstance(column.type, LargeBinary)
        is_sealed = entry.form in {Form.SEALED, Form.WITHHELD} and column.name != "wrapped_key"
        if is_opaque != (entry.form is not Form.CLEAR) or is_sealed != bool(entry.place):
            wrong.append(f"{column.table.name}.{column.name}")
    return wrong


def sealed_columns(table: Table) -> dict[str, str]:
    """The columns of a table that are sealed with the rep's key, and the pattern of their places."""
    return {
        column: entry.place
        for entry in entries()
        if entry.table == table.name and entry.place
        for column in entry.columns
    }


def place_of(pattern: str, row: Mapping[str, Any]) -> str:
    """The place of a row's value; bytes stand in it as hexadecimal digits."""
    return pattern.format(**{name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()})


def _every() -> Iterator[Column[Any]]:
    from app.store import tables  # noqa: F401 - every table enters the metadata

    for table in Base.metadata.sorted_tables:
        yield from table.columns


def _key(column: Column[Any]) -> tuple[str, str]:
    return column.table.name, column.name
