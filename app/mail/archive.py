"""Mail on disk, one message at a time: an mbox file, a Maildir, a folder of .eml files, or one .eml file.

Nothing is written, locked or loaded whole; a file that cannot be read becomes a value and the rest goes on.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import BinaryIO, ClassVar, Final

from app.mail.errors import MailError
from app.mail.headers import read_header_block
from app.mail.message import SIZE_LIMIT, MailMessage, read_message

_SEPARATOR: Final = re.compile(rb"From (?:-\s*$|.*\b(?:19|20)\d\d\b)")
_QUOTED_SEPARATOR: Final = re.compile(rb">+From ")
_FIELD: Final = re.compile(rb"[!-9;-~]+[ \t]*:")
_TELLING: Final = frozenset({"from", "to", "subject", "date", "message-id", "received", "mime-version", "return-path"})
_PIECE: Final = 1 << 16


class NotAnArchive(MailError):
    """No mail can be read at the path: `archive_missing`, `archive_forbidden`, `archive_unreadable`, or
    `archive_unknown` where it is none of the four kinds."""

    default: ClassVar[str] = "archive_unknown"


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """One message; `number` counts from 1 within its file."""

    path: Path
    number: int
    message: MailMessage


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A file or folder that was left out; `reason` is `missing`, `forbidden`, `not_a_file` or `unreadable`."""

    path: Path
    reason: str


def read_archive(path: Path) -> Iterator[ArchivedMessage | UnreadableFile]:
    """Every message below `path`, in the order of file names; raises NotAnArchive before the first."""
    path = _find_archive(path)
    if path.is_dir():
        return (_read_file(found) if isinstance(found, Path) else found for found in _find_files(path))
    return _read_mbox(path) if _is_mbox(path) else iter([_read_file(path)])


def count_archive(path: Path) -> int:
    """How many values `read_archive` will give, without parsing any message; raises NotAnArchive."""
    path = _find_archive(path)
    if path.is_dir():
        return sum(1 for _ in _find_files(path))
    if not _is_mbox(path):
        return 1
    with _translated(), path.open("rb") as file:
        return sum(starts for starts, _ in _mark_starts(file))


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "missing"
        case PermissionError():
            return "forbidden"
        case _:
            return "unreadable"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotAnArchive(f"archive_{_reason(error)}") from error


def _find_archive(path: Path) -> Path:
    """The path, or the mbox inside the folder that Apple Mail exports."""
    with _translated():
        path.stat()
        if not path.is_dir():
            return path
        if (path / "mbox").is_file():
            return path / "mbox"
        os.scandir(path).close()
    if not (path / "cur").is_dir() and next(_find_files(path), None) is None:
        raise NotAnArchive
    return path


def _is_mbox(path: Path) -> bool:
    if not path.is_file():
        raise NotAnArchive
    with _translated(), path.open("rb") as file:
        head = file.read(_PIECE)
    if not head or head.startswith(b"From "):
        return True
    if path.suffix.lower() == ".eml" or read_header_block(head, _TELLING.__contains__).fields:
        return False
    raise NotAnArchive


def _find_files(folder: Path) -> Iterator[Path | UnreadableFile]:
    """The messages of Maildirs (`cur` and `new`, also nested), every .eml file, then what could not be listed."""
    failed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=failed.append):
        folders.sort()
        here = Path(parent)
        in_maildir = here.name in {"cur", "new"} and (here.parent / "cur").is_dir()
        for name in sorted(names):
            if name.lower().endswith(".eml") or (in_maildir and not name.startswith(".")):
                yield here / name
    yield from (UnreadableFile(Path(error.filename), _reason(error)) for error in failed)


def _read_file(path: Path) -> ArchivedMessage | UnreadableFile:
    try:
        if path.exists() and not path.is_file():
            return UnreadableFile(path, "not_a_file")
        with path.open("rb") as file:
            return ArchivedMessage(path, 1, read_message(file.read(SIZE_LIMIT)))
    except OSError as error:
        return UnreadableFile(path, _reason(error))


def _read_mbox(path: Path) -> Iterator[ArchivedMessage | UnreadableFile]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(_split_mbox(file), start=1):
                yield ArchivedMessage(path, number, read_message(raw))
    except OSError as error:
        yield UnreadableFile(path, _reason(error))


def _split_mbox(file: BinaryIO) -> Iterator[bytes]:
    lines: list[bytes] | None = None
    size = 0
    for starts, line in _mark_starts(file):
        if starts:
            if lines is not None:
                yield b"".join(lines)
            lines, size = [], 0
        elif lines is not None and size < SIZE_LIMIT:
            lines.append(line[1:] if _QUOTED_SEPARATOR.match(line) else line)
            size += len(line)
    if lines is not None:
        yield b"".join(lines)


def _mark_starts(file: BinaryIO) -> Iterator[tuple[bool, bytes]]:
    """Each line, and whether it is the "From " line in front of a message (RFC 4155).

    It stands after a blank line and before a field; text may hold the word unquoted, so that it alone proves nothing.
    """
    before: bytes | None = None
    for line, after in pairwise(chain(iter(lambda: file.readline(_PIECE), b""), [b""])):
        starts = before in {b"\n", b"\r\n"} and bool(_SEPARATOR.match(line) and _FIELD.match(after))
        yield starts or before is None, line
        before = line
