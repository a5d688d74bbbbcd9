"""Address lists as they really occur: unclosed quotes, bare commas in names, groups, 8-bit names. Never raises."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from app.mail.characters import clean_line
from app.mail.charsets import decode_text
from app.mail.headers import decode_words

NAME_LIMIT: Final = 200
EMAIL_LIMIT: Final = 320
PHRASE_LIMIT: Final = 10_000
ENTRIES_LIMIT: Final = 10_000

# Each alternative either always succeeds or stops at its own opening character, so reading stays linear.
_TOKEN: Final = re.compile(
    r"""(?P<quoted>"(?:[^"\\]++|\\.)*+(?P<closed>")?)
      | (?P<comment>\([^()]*+\))
      | (?P<route><[^<>]*+>)
      | (?P<separator>[,;])
      | (?P<group>:)
      | (?P<words>=\?[^?\s<>]{1,64}\?[BbQq]\?[^?]*+\?=|=|(?:(?!=\?)[^",;:<>()])++)
      | .""",
    re.DOTALL | re.VERBOSE,
)
_EMAIL: Final = re.compile(r"""(?:"[^"]+"|[^\s"<>(),:;@\\]+)@[^\s"<>(),:;@\\]+""")
_QUOTED_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """A name (decoded, without control, bidi and zero-width marks, at most 200 characters) and a lower-case address."""

    name: str
    email: str


@dataclass(slots=True)
class _Entry:
    """One entry of a list while it is read."""

    phrase: list[str] = field(default_factory=list)
    comment: str = ""
    route: str = ""


def read_addresses(values: Sequence[bytes], charset: str | None) -> tuple[Address, ...]:
    """All addresses of the values of one field, in order; entries without an address are left out."""
    return tuple(address for value in values for address in _read_list(decode_text(value, charset)))


def _read_list(text: str) -> Iterator[Address]:
    family_name = ""
    for entry in islice(_split(text), ENTRIES_LIMIT):
        found = list(_read_entry(entry, family_name))
        yield from found
        family_name = "" if found else " ".join(entry.phrase)[:NAME_LIMIT]


def _split(text: str) -> Iterator[_Entry]:
    if _ends_in_open_quote(text):
        text = text.replace('"', " ")
    entry = _Entry()
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "separator":
                yield entry
                entry = _Entry()
            case "group":
                entry = _Entry()
            case "quoted":
                entry.phrase.append(_QUOTED_PAIR.sub(r"\1", token[0][1:-1]))
            case "words":
                entry.phrase.append(token[0])
            case "comment":
                entry.comment = token[0][1:-1]
            case "route":
                entry.route = token[0][1:-1]
    yield entry


def _ends_in_open_quote(text: str) -> bool:
    last = deque(_TOKEN.finditer(text), maxlen=1)
    return any(token["quoted"] and not token["closed"] for token in last)


def _read_entry(entry: _Entry, family_name: str) -> Iterator[Address]:
    phrase = " ".join(piece.strip() for piece in entry.phrase)[:PHRASE_LIMIT]
    if email := _read_email(entry.route.rpartition(":")[2]):
        name = f"{family_name.strip()}, {phrase}" if family_name.strip() and phrase else phrase
        yield Address(_read_name(name or entry.comment, email), email)
        return
    words = phrase.split()
    emails = [email for word in words if (email := _read_email(word))]
    for email in emails:
        others = " ".join(word for word in words if "@" not in word) if len(emails) == 1 else ""
        yield Address(_read_name(entry.comment or others, email), email)


def _read_email(text: str) -> str:
    if "=?" in text:
        return ""
    email = clean_line(text[: 2 * EMAIL_LIMIT], EMAIL_LIMIT + 1).strip("'").lower()
    return email if len(email) <= EMAIL_LIMIT and _EMAIL.fullmatch(email) else ""


def _read_name(raw: str, email: str) -> str:
    name = clean_line(decode_words(raw), NAME_LIMIT)
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return "" if name.lower() == email else name
