"""Reads `signatures.txt`."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from app.mail.markup import text_of


@dataclass(frozen=True)
class Case:
    """A mail's text and what is to be found in it: `number kind [extension]`, or `none`."""

    part: str
    title: str
    country: str
    trouble: str
    name: str
    address: str
    language: str
    expected: str
    text: str

    @property
    def number(self) -> tuple[str, str | None] | None:
        """The number in E.164 and the extension, if any."""
        if self.expected == "none":
            return None
        number, _, *extension = self.expected.split()
        return number, extension[0] if extension else None


def read_cases() -> list[Case]:
    """All cases in the order of the file."""
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    _, *parts = f"\n{text}".split("\n## ")
    return [case for part in parts for case in _read_part(part)]


def _read_part(part: str) -> Iterator[Case]:
    title, *blocks = part.split("\n### ")
    return (_read_case(title.strip(), block) for block in blocks)


def _read_case(part: str, block: str) -> Case:
    head, _, text = block.partition("\n")
    title, country, trouble, sender, language, expected = head.split(" | ")
    text = text.strip("\n")
    text = text_of(text) if text.startswith("<") else text
    return Case(part, title, country, trouble, *parseaddr(sender), language, expected, text)
