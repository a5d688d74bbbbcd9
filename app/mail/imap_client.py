"""IMAPClient on a connection of ours. What it and imaplib keep to themselves is used here and in the transport only."""

import imaplib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.response_parser import parse_fetch_response

from app.mail.imap_answers import UNREADABLE
from app.mail.imap_capabilities import shared
from app.mail.imap_strings import folder_name
from app.mail.imap_transport import Transport
from app.mail.imap_values import Folder

# IMAPClient offers every protocol line, mail text included, to its logger.
logging.getLogger("imapclient").setLevel(logging.WARNING)

Answer = Mapping[bytes, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """What one FETCH brought, by UID; `unreadable` answers were among it; `refused`: the server's words, if it did."""

    found: Mapping[int, Answer]
    unreadable: bool
    refused: str | None


class Client(IMAPClient):  # type: ignore[misc] # imapclient ships no types
    """The commands of a logged-in connection; raises what IMAPClient and imaplib raise."""

    def __init__(self, transport: Transport, read_seconds: float) -> None:
        self._transport = transport
        super().__init__(transport.host, ssl=False, timeout=SocketTimeout(None, read_seconds))
        transport.debug = 0
        self.folder_encode = False
        self.normalise_times = False

    def _create_IMAP4(self) -> Transport:  # noqa: N802 - IMAPClient's name
        return self._transport

    def share_capabilities(self) -> tuple[bytes, ...]:
        """What the server can do, by its own word; held once for all connections to servers alike."""
        self._transport.capabilities = shared(self._transport.capabilities)
        self._cached_capabilities = shared(self.capabilities())
        return self._cached_capabilities

    def list_all(self) -> list[Folder]:
        """All folders, with special-use flags (RFC 6154) where the server knows any way to tell them."""
        found = _folders(self.list_folders())
        if any(flag.lower() == "\\sent" for folder in found for flag in folder.flags):
            return found
        capabilities = self.capabilities()
        if b"SPECIAL-USE" in capabilities and b"LIST-EXTENDED" in capabilities:
            return _folders(self._list_special_use()) or found
        if b"XLIST" in capabilities:
            return _folders(self.xlist_folders()) or found
        return found

    def _list_special_use(self) -> list[tuple[Any, Any, Any]]:
        status, lines = self._imap._simple_command("LIST", '""', '"*"', "RETURN (SPECIAL-USE)")
        self._checkok("LIST", status, lines)
        status, lines = self._imap._untagged_response(status, lines, "LIST")
        folders: list[tuple[Any, Any, Any]] = self._proc_folder_list(lines)
        return folders

    def search_uids(self, *criteria: bytes) -> list[int]:
        """UID SEARCH with arguments as they go on the wire; ascending. Bears several lines and stray spaces."""
        lines: list[bytes | None] = self._raw_command_untagged(b"SEARCH", list(criteria))
        return sorted({int(word) for line in lines if line for word in line.split() if word.isdigit()})

    def fetch_items(self, uids: Sequence[int], items: Sequence[str]) -> Answers:
        """UID FETCH by an explicit list, never a range; UIDs that are gone are absent.

        What a server sent before it refused the rest is kept, and an answer that cannot be read spoils no other.
        """
        if not uids:
            return Answers({}, unreadable=False, refused=None)
        # What the server told on its own since the last command must not be merged into this answer.
        self._transport.take_untagged("FETCH")
        refused = self._refusal("UID", "FETCH", ",".join(map(str, uids)), f"({' '.join(items)})")
        told: list[Any] = self._transport.untagged_responses.pop("FETCH", [])
        read = [_read_answer(answer) for answer in _one_by_one(told)]
        found: dict[int, dict[bytes, Any]] = {}
        for answer in filter(None, read):
            found.setdefault(answer.get(b"UID", 0), {}).update(answer)
        return Answers({uid: found[uid] for uid in uids if uid in found}, None in read, refused)

    def _refusal(self, *command: str) -> str | None:
        """Run a UID command; the server's words where it said NO or BAD."""
        tag = self._transport._command(*command)
        try:
            status, lines = self._transport._command_complete(command[1], tag)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            return str(error)
        return None if status == "OK" else str(lines[-1])


def _one_by_one(told: Iterable[Any]) -> Iterable[list[Any]]:
    """imaplib gives each literal as a pair, and then the line that ends the answer as bytes."""
    answer: list[Any] = []
    for piece in told:
        answer.append(piece)
        if isinstance(piece, bytes):
            yield answer
            answer = []


def _read_answer(pieces: list[Any]) -> dict[bytes, Any] | None:
    try:
        (answer,) = parse_fetch_response(pieces, normalise_times=False, uid_is_key=False).values()
    except UNREADABLE:
        return None
    return dict(answer)


def _folders(listed: Iterable[tuple[Any, Any, Any]]) -> list[Folder]:
    return [
        Folder(
            name=name if isinstance(name, str) else folder_name(name),
            flags=frozenset(flag.decode("ascii", "replace") for flag in flags if isinstance(flag, bytes)),
            delimiter=delimiter.decode("ascii", "replace") if isinstance(delimiter, bytes) else None,
        )
        for flags, delimiter, name in listed
        if isinstance(name, str | bytes)
    ]
