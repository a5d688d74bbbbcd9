"""Reads the invented world of one language: the rep, the people, the templates and the conversations.

The texts are TOML files beside this module, one folder for each language.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.texts import Language

FOLDER: Final = Path(__file__).parent
TURN = re.compile(r"^(>>|<<)[ ]?(.*)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    name: str
    email: str
    form: str | None = None  # as in "Frau Weber"; None on first-name terms
    company: str = ""
    role: str = ""
    city: str = ""
    phone: str = ""
    group: str = ""
    topic: str = ""

    @property
    def domain(self) -> str:
        return self.email.split("@")[1]


@dataclass(frozen=True, slots=True)
class Turn:
    """One mail of a conversation. `note` is what stands after the mark: "phone" or the name of an attachment."""

    from_rep: bool
    note: str
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    person: Person
    subject: str
    after: str | None  # the template that it answers
    cc: tuple[Person, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Template:
    key: str
    body: str
    at: float = 0.0
    count: int = 0
    groups: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    edits: tuple[str, ...] = ("",)
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    count: int
    subject: str
    body: str
    attachment: str = ""


@dataclass(frozen=True, slots=True)
class PersonalMail:
    key: str
    person: Person
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How one side writes: greetings and closings by "formal" or "first", and the layouts of the signature."""

    greetings: Mapping[str, list[str]]
    closings: Mapping[str, list[str]]
    signatures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    language: Language
    rep: Person
    rep_manner: Manner
    customer_manner: Manner
    wording: Mapping[str, Any]  # the top of world.toml: reply prefix, quote lines, names of days and months
    people: Mapping[str, Person]
    conversations: tuple[Conversation, ...]
    templates: tuple[Template, ...]
    notes: tuple[Note, ...]
    fresh_templates: tuple[Template, ...]
    fresh_personal: tuple[PersonalMail, ...]


@cache
def load_world(language: Language) -> World:
    folder = FOLDER / language
    wording = read(folder / "world.toml")
    rep, customers = wording["rep"], wording["customers"]
    people = {key: Person(key=key, **values) for key, values in read(folder / "people.toml").items()}
    actions = read(folder / "actions.toml")
    return World(
        language=language,
        rep=Person("rep", rep["name"], rep["email"]),
        rep_manner=Manner(rep["greetings"], rep["closings"], (rep["signature"], rep["short_signature"])),
        customer_manner=Manner(customers["greetings"], customers["closings"], tuple(customers["signatures"])),
        wording=wording,
        people=people,
        conversations=tuple(
            conversation(row, people) for path in sorted(folder.glob("threads/*.toml")) for row in read(path)["thread"]
        ),
        templates=tuple(template(row) for row in read(folder / "templates.toml")["template"]),
        notes=tuple(Note(**row) for row in read(folder / "routine.toml")["note"]),
        fresh_templates=tuple(
            Template(key=f"template-{number}", body=row["body"], subjects=(row["subject"],))
            for number, row in enumerate(actions["template"])
        ),
        fresh_personal=tuple(
            PersonalMail(f"personal-{number}", people[row["with"]], row["subject"], row["body"])
            for number, row in enumerate(actions["personal"])
        ),
    )


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def conversation(row: Mapping[str, Any], people: Mapping[str, Person]) -> Conversation:
    parts = TURN.split(row["talk"])[1:]
    turns = tuple(
        Turn(mark == ">>", note.strip(), text.strip())
        for mark, note, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    )
    cc = tuple(people[key] for key in row.get("cc", ()))
    return Conversation(people[row["with"]], row.get("subject", ""), row.get("after"), cc, turns)


def template(row: Mapping[str, Any]) -> Template:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return Template(**{**row, **lists})
