"""Reads the `clientConfig` file by which providers publish their servers (draft-ietf-mailmaint-autoconfig).

The file comes from a stranger: a document type or an entity ends the reading, and what is read is checked by whoever
uses it.
"""

from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from app.discovery.errors import LookUpFailed

MOST_SERVERS: Final = 20
_DEEPEST: Final = 16
_LONGEST: Final = 300
_FIELDS: Final = frozenset({"hostname", "port", "socketType", "username", "authentication"})
_SERVER: Final = ("clientConfig", "emailProvider", "incomingServer")


@dataclass(frozen=True, slots=True)
class PublishedServer:
    """The fields of one `incomingServer` of type imap, as they were written; a field may be there several times."""

    fields: dict[str, list[str]]

    def first(self, name: str) -> str:
        """The text of a field; empty where it is missing."""
        return next(iter(self.fields.get(name, ())), "")


def published_servers(document: bytes) -> list[PublishedServer]:
    """The IMAP servers of a file in its order; raises `LookUpFailed`."""
    reader = _Reader()
    try:
        reader.parser.Parse(document, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise LookUpFailed("xml_broken") from None
    if not reader.is_config:
        raise LookUpFailed("no_client_config")
    return reader.servers


class _Reader:
    def __init__(self) -> None:
        self.servers: list[PublishedServer] = []
        self.is_config = False
        self._path: list[str] = []
        self._server: PublishedServer | None = None
        self._text = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = _forbid
        self.parser.EntityDeclHandler = _forbid
        self.parser.ExternalEntityRefHandler = _forbid

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._text = ""
        if len(self._path) > _DEEPEST:
            raise LookUpFailed("xml_forbidden")
        if self._path == ["clientConfig"]:
            self.is_config = True
        if tuple(self._path) == _SERVER and attributes.get("type") == "imap":
            self._server = PublishedServer({})

    def _characters(self, text: str) -> None:
        self._text += text
        if len(self._text) > _LONGEST and self._path[-1] in _FIELDS:
            raise LookUpFailed("xml_forbidden")
        self._text = self._text[:_LONGEST]

    def _end(self, name: str) -> None:
        path = tuple(self._path)
        self._path.pop()
        if self._server is None:
            return
        if path[:-1] == _SERVER and name in _FIELDS:
            self._server.fields.setdefault(name, []).append(self._text.strip(" \t\r\n"))
        if path == _SERVER:
            self.servers.append(self._server)
            self._server = None
            if len(self.servers) > MOST_SERVERS:
                raise LookUpFailed("xml_forbidden")


def _forbid(*_: object) -> int:
    raise LookUpFailed("xml_forbidden")
