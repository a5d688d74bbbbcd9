"""Plain text as a person reads it: flowed lines joined, encoded and signed blocks inside the text left out."""

import re
from collections.abc import Iterator
from typing import Final

_SIGNED: Final = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\s*$")
_BLOCK: Final = re.compile(r"-----BEGIN PGP [A-Z ]+-----\s*$|=ybegin .*line=")
_BLOCK_END: Final = re.compile(r"-----END PGP [A-Z ]+-----\s*$|=yend ")
_UUENCODED: Final = re.compile(r"begin [0-7]{3,4}(?: |$)")
_UUENCODED_LINE: Final = re.compile(r"[^a-z]{1,70}$")


def unflow(text: str, delete_space: bool) -> str:
    """Joins the flowed lines of `text/plain; format=flowed` (RFC 3676 section 4); `text` has `\\n` line ends."""
    paragraphs: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flowed = content.endswith(" ") and content != "-- "
        if flowed and delete_space:
            content = content[:-1]
        if open_depth == depth and content != "-- ":
            paragraphs.append(content)
        else:
            paragraphs.append(("\n" if paragraphs else "") + ">" * depth + (" " if depth and content else "") + content)
        open_depth = depth if flowed else None
    return "".join(paragraphs)


def drop_armour(text: str) -> str:
    """Leaves out uuencoded and yEnc files, PGP signatures, keys and cipher text; the text of a signed message stays."""
    return "\n".join(_outside_armour(iter(text.split("\n"))))


def _outside_armour(lines: Iterator[str]) -> Iterator[str]:
    signed = False
    for line in lines:
        if _SIGNED.match(line):
            signed = True
            _skip_to_blank(lines)
        elif _BLOCK.match(line):
            _skip_to_end(lines)
        elif _UUENCODED.match(line):
            yield _skip_uuencoded(lines)
        else:
            # Dash-escaped text, RFC 4880 section 7.1.
            yield line.removeprefix("- ") if signed else line


def _skip_to_blank(lines: Iterator[str]) -> None:
    next((line for line in lines if not line.strip()), None)


def _skip_to_end(lines: Iterator[str]) -> None:
    next((line for line in lines if _BLOCK_END.match(line)), None)


def _skip_uuencoded(lines: Iterator[str]) -> str:
    line = next((line for line in lines if not _UUENCODED_LINE.match(line)), "end")
    return "" if line.strip() == "end" else line
