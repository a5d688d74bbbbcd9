"""Writes the measured tables into the document about the classifier, between two marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.phrases import LANGUAGES

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: what was measured, the goal (empty where there is none), and a text for each language."""

    what: str
    values: Mapping[str, str]
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; `head` names its first column."""

    title: str
    head: str
    lines: Sequence[Line]

    def __str__(self) -> str:
        head = [self.head, "goal", *LANGUAGES]
        rows = [
            [line.what, line.goal, *(line.values.get(language, "-") for language in LANGUAGES)] for line in self.lines
        ]
        cells = [head, ["---"] * len(head), *rows]
        return f"**{self.title}**\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"


def write_tables(path: Path, tables: Sequence[Table]) -> str:
    """Renew the tables of a document, which is made where it is missing; return them."""
    shown = "\n".join(map(str, tables))
    text = path.read_text(encoding="utf-8") if path.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{BEGIN}\n{shown}{END}{rest.partition(END)[2]}", encoding="utf-8")
    return shown
