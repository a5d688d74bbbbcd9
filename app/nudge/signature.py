"""Whose signature it is: which lines at the end of a mail belong to its sender, and which to somebody else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from app.nudge.own_text import signature_start

_SOMEONE_ELSE: Final = re.compile(
    r"\b(?:assist|sekret|urlaubsvertret|meine vertretung|stellvertret|ansprechpartner|deputy|secretary|pa\s*:)",
    re.IGNORECASE,
)
_MAIL_ADDRESS: Final = re.compile(r"([\w.+-]{1,64})@[\w-]{1,63}\.")
_SHARED_ADDRESSES: Final = frozenset(
    {"info", "office", "kontakt", "contact", "mail", "post", "hello", "sales", "service", "vertrieb", "team", "support"}
)
_NO_NAMES: Final = frozenset({"von", "van", "der", "den", "und", "and", "the", "gmbh", "ltd", "inc"})
_LINES_WITHOUT_SIGN_OFF: Final = 12


@dataclass(frozen=True, slots=True)
class Signature:
    """Line numbers: where the signature starts, those beside the sender's name, and those about somebody else."""

    start: int
    own: frozenset[int]
    foreign: frozenset[int]

    @classmethod
    def find(cls, lines: Sequence[str], name: str, address: str) -> Self:
        """Looks through the own lines of a mail from `name` <`address`>."""
        signed = signature_start(lines)
        start = max(0, len(lines) - _LINES_WITHOUT_SIGN_OFF) if signed is None else signed
        names = _words(f"{name} {address.partition('@')[0]}") - _NO_NAMES
        own: set[int] = set()
        foreign: set[int] = set()
        for block in _blocks(lines, start):
            named = next((line for line in block if names & _words(lines[line]) and "@" not in lines[line]), block.stop)
            own.update(range(named, block.stop))
            foreign.update(_foreign(lines, range(block.start, named), range(named, block.stop), names))
        return cls(start, frozenset(own), frozenset(foreign))


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
    yield from (number for number in own if _introduces_someone(lines[number], names))


def _is_someones(local_part: str, names: set[str]) -> bool:
    return not names & _words(local_part) and not _SHARED_ADDRESSES & _words(local_part)


def _introduces_someone(line: str, names: set[str]) -> bool:
    match = _SOMEONE_ELSE.search(line)
    return match is not None and ":" in line[match.start() :] and not names & _words(line)
