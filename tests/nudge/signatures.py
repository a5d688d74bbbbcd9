"""Reads `signatures.txt`."""

from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """A mail's text and what is to be found in it: `number kind [extension]`, or `none`."""

    title: str
    name: str
    address: str
    language: str
    expected: str
    text: str


def read_cases() -> list[Case]:
    _, *blocks = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("### ")
    return [_read_case(block) for block in blocks]


def _read_case(block: str) -> Case:
    head, _, text = block.partition("\n")
    title, sender, language, expected = head.split(" | ")
    return Case(title, *parseaddr(sender), language, expected, text.rstrip("\n"))
