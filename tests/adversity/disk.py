"""A disk so small that a test can fill it; where nothing may be mounted, a database that may not grow."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app.store.engine import Database

SIZE = "8m"
_BLOCK = bytes(65536)


class SmallDisk:
    """A file system of its own, filled by one large file."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def fill(self) -> None:
        with self._filler.open("wb", buffering=0) as file:
            for block in (_BLOCK, _BLOCK[:512]):
                try:
                    while file.write(block) == len(block):
                        pass
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        self._filler.unlink()


class BoundedDatabase:
    """SQLite refuses to grow beyond the pages that it has."""

    def __init__(self, database: Database) -> None:
        self._pages = 1_000_000
        event.listen(database.engine, "checkout", self._bound)

    def _bound(self, connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self._pages}").close()

    def fill(self) -> None:
        self._pages = 1

    def free(self) -> None:
        self._pages = 1_000_000


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount one for the block; False where that is not allowed."""
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    mounted = subprocess.run(mounting, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)
