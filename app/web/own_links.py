"""Makes links of our own addresses in a plain text, as a mail program would; no other address becomes a link."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text; `url` is set where it is a link."""

    text: str
    url: str | None = None


def linked(text: str, public_url: str) -> list[Piece]:
    """The whole text in pieces, in its order."""
    own = re.compile(rf"({re.escape(public_url)}/[\w./~-]+)")
    return [Piece(part, part if index % 2 else None) for index, part in enumerate(own.split(text)) if part]
