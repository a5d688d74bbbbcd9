"""IMAPClient on a connection of ours. What it and imaplib keep to themselves is used here and in the transport only."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from imapclient import IMAPClient, SocketTimeout

from app.mail.imap_strings import folder_name
from app.mail.imap_transport import Transport
from app.mail.imap_values import Folder

# IMAPClient offers every protocol line, mail text included, to its logger.
logging.getLogger("imapclient").setLevel(logging.WARNING)

Answer = Mapping[bytes, Any]


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

    def fetch_items(self, uids: Sequence[int], items: Iterable[str]) -> dict[int, Answer]:
        """UID FETCH by an explicit list, never a range; UIDs that are gone are absent."""
        # What the server told on its own since the last command must not be merged into this answer.
        self._transport.take_untagged("FETCH")
        answers: dict[int, Answer] = self.fetch(list(uids), list(items))
        return answers


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
