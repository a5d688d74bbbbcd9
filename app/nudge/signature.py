"""Whose signature it is: which lines at the end of a mail belong to its sender, and which to somebody else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from app.nudge.own_text import last_sign_off, signature_start

_SOMEONE_ELSE: Final = re.compile(
    r"\b(?:assist|sekret(?!ariat)|sekretariat\s*[:,]?\s*(?:frau|herrn?)\b|ea\s*:|(?:urlaubs)?vertretung|stellvertret|ansprechpartner|deputy|secretary|pa\s*:"
    r"|in my absence|en mon absence)",
    re.IGNORECASE,
)
_CONFERENCE: Final = re.compile(
    r"meeting.?id|konferenz.?id|conference id|passcode|dial by|dial.?in|join (?:by|the|via)|einwahl|besprechungs.?id"
    r"|code d.acc|id de r.union",
    re.IGNORECASE,
)
_POSTSCRIPT: Final = re.compile(r"\s*p\.?\s?s\b", re.IGNORECASE)
_MAIL_ADDRESS: Final = re.compile(r"([\w.+-]{1,64})@[\w-]{1,63}\.")
_SHARED_ADDRESSES: Final = frozenset(
    {"info", "office", "kontakt", "contact", "mail", "post", "hello", "sales", "service", "vertrieb", "team", "support"}
)
_NO_NAMES: Final = frozenset({"von", "van", "der", "den", "und", "and", "the", "gmbh", "ltd", "inc"})
# A number with the name of its owner before it: "Jens Voss: 089 ...".
_NAMED_NUMBER: Final = re.compile(r"\s*(?:[A-ZÄÖÜ][a-zäöüß]+[ -]){1,2}[A-ZÄÖÜ][a-zäöüß]+\s?[:–-]\s?[+(]?\d")
_LINES_WITHOUT_SIGN_OFF: Final = 12
_DIGITS_OF_A_NUMBER: Final = 6


@dataclass(frozen=True, slots=True)
class Signature:
    """Line numbers: where the signature starts, those beside the sender's name, those about somebody else, and text."""

    start: int
    own: frozenset[int]
    foreign: frozenset[int]
    postscript: frozenset[int]

    @classmethod
    def find(cls, lines: Sequence[str], name: str, address: str) -> Self:
        """Looks through the own lines of a mail from `name` <`address`>."""
        names = _words(f"{name} {address.partition('@')[0]}") - _NO_NAMES
        start = _start(lines, names)
        own: set[int] = set()
        foreign: set[int] = set()
        postscript: set[int] = set()
        announced = False
        for block in _blocks(lines, start):
            if block and _POSTSCRIPT.match(lines[block.start]):
                postscript.update(block)
                continue
            named = next((line for line in block if names & _words(lines[line]) and "@" not in lines[line]), block.stop)
            own.update(range(named, block.stop))
            is_conference = any(map(_CONFERENCE.search, lines[block.start : block.stop]))
            foreign.update(block if is_conference or (announced and named == block.stop) else ())
            foreign.update(_foreign(lines, range(block.start, named), range(named, block.stop), names))
            foreign.update(_of_others(lines, block, names))
            announced = bool(block) and _announces_someone(lines[block[-1]])
        return cls(start, frozenset(own), frozenset(foreign), frozenset(postscript))


def _start(lines: Sequence[str], names: set[str]) -> int:
    """Where the signature starts: below the last sign-off, or where a line near the end begins with the name.

    Numbers above a sign-off with nothing but a name below are part of the text.
    """
    signed = signature_start(lines)
    if signed is not None:
        return signed
    last = last_sign_off(lines)
    if last is not None and names & _words(" ".join(lines[last:])):
        return last + 1
    first = max(0, len(lines) - _LINES_WITHOUT_SIGN_OFF)
    return next((number for number in range(first, len(lines)) if _begins_with(lines[number], names)), len(lines))


def _begins_with(line: str, names: set[str]) -> bool:
    return bool(names & _words(" ".join(line.split()[:3])))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{3,}", text.casefold()))


def _blocks(lines: Sequence[str], start: int) -> Iterator[range]:
    """The runs of lines between empty ones."""
    begin = start
    for number in range(start, len(lines) + 1):
        if number == len(lines) or not lines[number].strip():
            yield range(begin, number)
            begin = number + 1


def _foreign(lines: Sequence[str], unnamed: range, own: range, names: set[str]) -> Iterator[int]:
    block = "\n".join(lines[number] for number in unnamed)
    if _SOMEONE_ELSE.search(block) or any(_is_someones(local, names) for local in _MAIL_ADDRESS.findall(block)):
        yield from unnamed
    introduced = False
    for number in own:
        introduced = _introduces_someone(lines[number], names) or (introduced and not names & _words(lines[number]))
        if introduced:
            yield number
        # With a number on the line itself, the next line is the sender's again.
        introduced = introduced and sum(map(str.isdigit, lines[number])) < _DIGITS_OF_A_NUMBER


def _of_others(lines: Sequence[str], block: range, names: set[str]) -> list[int]:
    """Lines with a number of somebody else, where one with a number of the sender stands beside them."""
    owned = [line for line in block if _NAMED_NUMBER.match(lines[line])]
    others = [line for line in owned if not names & _words(lines[line])]
    return others if len(others) < len(owned) else []


def _is_someones(local_part: str, names: set[str]) -> bool:
    return not names & _words(local_part) and not _SHARED_ADDRESSES & _words(local_part)


def _introduces_someone(line: str, names: set[str]) -> bool:
    match = _SOMEONE_ELSE.search(line)
    return match is not None and ":" in line[match.start() :] and not names & _words(line)


def _announces_someone(line: str) -> bool:
    return line.rstrip().endswith(":") and _SOMEONE_ELSE.search(line) is not None
