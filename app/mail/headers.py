"""The header block of a mail: found, unfolded and decoded with own guarded readers, bounded in length and number.

The readers of `email.policy.default` are not used: on some patch levels merely reading a field of which the decoded
value holds a line break raises. Knows nothing of what the fields mean to this program.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from app.mail.characters import clean_line
from app.mail.charsets import decode_text
from app.mail.transfer import decode_base64

HEADER_LIMIT: Final = 1 << 20
REPEATS_LIMIT: Final = 50
IDS_LIMIT: Final = 50
VALUE_LIMIT: Final = 1 << 16

Wanted = Callable[[str], bool]

_LINE: Final = re.compile(rb"[^\r\n]*(?:\r*\n|\r|\Z)")
_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_ENVELOPE: Final = re.compile(rb">?From ")
_ENCODED_WORD: Final = re.compile(r"=\?([^?\s*]{1,64})(?:\*[^?\s]{0,64})?\?([BbQq])\?([^?]*)\?=")
_Q_OCTET: Final = re.compile(rb"=([0-9A-Fa-f]{2})")
_BRACKETED_ID: Final = re.compile(r"<([!-;=?-~]{1,900})>")
_BARE_ID: Final = re.compile(r"[!-;=?A-~]{1,450}@[!-;=?A-~]{1,450}")
_PARAMETER: Final = re.compile(r""";\s*([^\s=;"]{1,80})\s*=\s*("(?:\\.|[^"\\])*"?|[^;]*)""", re.DOTALL)
_CONTINUED: Final = re.compile(r"(.+?)\*(\d{1,2})?\*?")


@dataclass(slots=True)
class HeaderBlock:
    """Raw unfolded values by lower-case name, in order; `end` is where the body begins in the same octets."""

    fields: dict[str, list[bytearray]] = field(default_factory=dict)
    end: int = 0
    cut: bool = False

    def raw(self, name: str) -> bytes:
        """The beginning of the first value of a field, or nothing."""
        values = self.fields.get(name)
        return bytes(values[0][:VALUE_LIMIT]) if values else b""

    def all(self, name: str) -> list[bytes]:
        """Every value of a field, whole."""
        return [bytes(value) for value in self.fields.get(name, ())]

    def text(self, name: str, limit: int, charset: str | None = None) -> str:
        """The first value of a field as one decoded, clean line; `charset` is believed of bare 8-bit values."""
        return clean_line(decode_words(decode_text(self.raw(name), charset)), limit)


def read_header_block(raw: bytes, wanted: Wanted, start: int = 0, stop: int | None = None) -> HeaderBlock:
    """The wanted fields from `start` up to the first blank line, or the first line that can be no header line."""
    stop = len(raw) if stop is None else stop
    limit = min(stop, start + HEADER_LIMIT)
    block = HeaderBlock(end=start, cut=limit < stop)
    value: bytearray | None = None
    for match in _LINE.finditer(raw, start, limit):
        line = match[0].rstrip(b"\r\n")
        if not line and match[0]:
            block.end, block.cut = match.end(), False
            return block
        if line[:1] in {b" ", b"\t"} and block.end > start:
            if value is not None:
                value += line
        elif named := _FIELD.match(line):
            name = named[1].decode("ascii").lower()
            value = _open_field(block, name, line[named.end() :]) if wanted(name) else None
        elif block.cut and match.end() == limit:
            break
        elif _ENVELOPE.match(line) or _is_stray(raw, block, match.end(), stop):
            value = None
        else:
            block.cut = False
            return block
        block.end = match.end()
    if block.cut:
        block.end = _find_body(raw, limit - 1, stop)
    return block


def _open_field(block: HeaderBlock, name: str, first_line: bytes) -> bytearray | None:
    values = block.fields.setdefault(name, [])
    if len(values) >= REPEATS_LIMIT:
        return None
    values.append(bytearray(first_line))
    return values[-1]


def _is_stray(raw: bytes, block: HeaderBlock, after: int, stop: int) -> bool:
    """Whether a line that is no header line stands between two that are, as after a wrongly wrapped value."""
    following = _FIELD.match(raw, after, stop)
    return bool(block.fields) and following is not None and not raw.startswith(b"//", following.end())


def _find_body(raw: bytes, start: int, stop: int) -> int:
    ends = [at + len(gap) for gap in (b"\n\r\n", b"\n\n") if (at := raw.find(gap, start, stop)) >= 0]
    return min(ends, default=stop)


def decode_words(text: str) -> str:
    """RFC 2047 encoded words to text; neighbours in one charset are joined first, as mailers cut inside characters."""
    pieces: list[str] = []
    octets, charset, position = b"", "", 0
    for match in _ENCODED_WORD.finditer(text):
        gap = text[position : match.start()]
        if gap.strip() or not position or match[1].lower() != charset:
            pieces += [decode_text(octets, charset), "" if octets and not gap.strip() else gap]
            octets, charset = b"", match[1].lower()
        octets += _decode_word(match[2], match[3])
        position = match.end()
    return "".join([*pieces, decode_text(octets, charset), text[position:]])


def _decode_word(encoding: str, payload: str) -> bytes:
    octets = payload.encode("utf-8", "replace")
    if encoding in "Bb":
        return decode_base64(octets)
    return _Q_OCTET.sub(lambda octet: bytes.fromhex(octet[1].decode()), octets.replace(b"_", b" "))


def read_ids(value: bytes) -> tuple[str, ...]:
    """Message identifiers as `<...>`, the first (the root of the thread) and the newest of them kept."""
    text = value.decode("ascii", "replace")
    bracketed = re.sub(r"\s+", "", text) if text.count("<") == 1 else text
    found = [f"<{match}>" for match in _BRACKETED_ID.findall(bracketed)]
    if not found and "<" not in text:
        found = [f"<{match}>" for match in _BARE_ID.findall(text[:2000])]
    found = list(dict.fromkeys(found))
    return tuple(found if len(found) <= IDS_LIMIT else [found[0], *found[1 - IDS_LIMIT :]])


def read_date(value: bytes) -> datetime | None:
    """A date as aware UTC; None where it is missing, cannot be, or lies before mail or after this century."""
    try:
        date = parsedate_to_datetime(value[:200].decode("ascii", "replace"))
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if 1980 <= date.year < 2100 else None


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The lower-case main value and the parameters (RFC 2045 5.1, RFC 2231) of a structured field such as a type."""
    value = value[:8000]
    pieces: dict[str, dict[int, str]] = {}
    for match in _PARAMETER.finditer(value):
        name, content = match[1].lower(), _unquote(match[2])
        continued = _CONTINUED.fullmatch(name)
        if continued and name.endswith("*"):
            content = content.rpartition("'")[2] if content.count("'") >= 2 else content
        base, number = (continued[1], int(continued[2] or 0)) if continued else (name, 0)
        pieces.setdefault(base, {}).setdefault(number, content)
    main = re.split(r"[;\s(]", value.strip(), maxsplit=1)[0].lower()
    return main, {name: "".join(text for _, text in sorted(parts.items())) for name, parts in pieces.items()}


def _unquote(content: str) -> str:
    if content.startswith('"'):
        return re.sub(r"\\(.)", r"\1", content.strip('"'), flags=re.DOTALL)
    return re.split(r"[\s(]", content, maxsplit=1)[0]
