"""The demo server's file: users, folders and mails, so that a restart loses nothing.

Knows SQLite, nothing of IMAP. It belongs to one thread; the caller commits with `saved()`.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FILE_NAME: Final = "demo-mail.sqlite3"

# last_uid outlives the mail that had it: a UID is never given twice (RFC 9051 section 2.3.1.1).
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS listener (port INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS user (name TEXT PRIMARY KEY, digest TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS folder (
    id INTEGER PRIMARY KEY,
    user TEXT NOT NULL REFERENCES user (name) ON DELETE CASCADE,
    name TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    last_uid INTEGER NOT NULL DEFAULT 0,
    UNIQUE (user, name)
) STRICT;
CREATE TABLE IF NOT EXISTS mail (
    folder INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    uid INTEGER NOT NULL,
    internal_date TEXT NOT NULL,
    flags TEXT NOT NULL,
    raw BLOB NOT NULL,
    PRIMARY KEY (folder, uid)
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class StoredFolder:
    id: int
    name: str
    uidvalidity: int
    last_uid: int


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail as the server keeps it. `internal_date` is aware, `flags` are IMAP flags such as `\\Seen`."""

    uid: int
    internal_date: datetime
    flags: tuple[str, ...]
    raw: bytes


class MailStore:
    """Opens or creates the file in `directory`, readable by its owner only. Raises OSError and sqlite3.Error."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = directory / FILE_NAME
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(path)
        try:
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.executescript(SCHEMA)
        except sqlite3.Error:
            self._connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def saved(self) -> AbstractContextManager[object]:
        """Commits what is written inside, or nothing of it."""
        return self._connection

    def port(self) -> int | None:
        """The port of the last start, which the connected mailboxes remember."""
        row = self._connection.execute("SELECT port FROM listener").fetchone()
        return row[0] if row else None

    def remember_port(self, port: int) -> None:
        self._connection.execute("DELETE FROM listener")
        self._connection.execute("INSERT INTO listener (port) VALUES (?)", (port,))

    def users(self) -> dict[str, str]:
        """Name -> password digest, in the order of creation."""
        return dict(self._connection.execute("SELECT name, digest FROM user ORDER BY rowid"))

    def add_user(self, name: str, digest: str) -> None:
        self._connection.execute("INSERT INTO user (name, digest) VALUES (?, ?)", (name, digest))

    def remove_user(self, name: str) -> None:
        """Also removes the folders and mails of `name`."""
        self._connection.execute("DELETE FROM user WHERE name = ?", (name,))

    def add_folder(self, user: str, name: str, uidvalidity: int) -> None:
        self._connection.execute(
            "INSERT INTO folder (user, name, uidvalidity) VALUES (?, ?, ?)", (user, name, uidvalidity)
        )

    def folders(self, user: str) -> list[StoredFolder]:
        rows = self._connection.execute(
            "SELECT id, name, uidvalidity, last_uid FROM folder WHERE user = ? ORDER BY id", (user,)
        )
        return [StoredFolder(*row) for row in rows]

    def mails(self, folder: int) -> Iterator[StoredMail]:
        """All mails of a folder by ascending UID."""
        rows = self._connection.execute(
            "SELECT uid, internal_date, flags, raw FROM mail WHERE folder = ? ORDER BY uid", (folder,)
        )
        for uid, internal_date, flags, raw in rows:
            yield StoredMail(uid, datetime.fromisoformat(internal_date), tuple(flags.split()), raw)

    def add_mail(self, folder: int, mail: StoredMail) -> None:
        row = (folder, mail.uid, mail.internal_date.astimezone(UTC).isoformat(), " ".join(mail.flags), mail.raw)
        self._connection.execute("INSERT INTO mail VALUES (?, ?, ?, ?, ?)", row)
        self._connection.execute("UPDATE folder SET last_uid = ? WHERE id = ?", (mail.uid, folder))

    def set_flags(self, folder: int, uid: int, flags: Sequence[str]) -> None:
        self._connection.execute(
            "UPDATE mail SET flags = ? WHERE folder = ? AND uid = ?", (" ".join(flags), folder, uid)
        )

    def remove_mails(self, folder: int, uids: Iterable[int]) -> None:
        self._connection.executemany("DELETE FROM mail WHERE folder = ? AND uid = ?", ((folder, uid) for uid in uids))
