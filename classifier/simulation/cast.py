"""Invented people and companies that simulated mail is sent to, and the letters around it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from classifier.dataset import CORPUS

_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", " ": "-"})


@dataclass(frozen=True, slots=True)
class Contact:
    """One recipient."""

    first: str
    last: str
    title: str
    company: str
    city: str
    address: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    def fill(self, text: str, random: Random) -> str:
        """Return the text with its slots filled in for this contact; numbers and days are drawn anew."""
        values = {
            "first": self.first,
            "last": self.last,
            "title": self.title,
            "company": self.company,
            "city": self.city,
            "number": str(random.randint(1000, 99999)),
            "amount": f"{random.randint(80, 9000)},{random.randint(10, 99)}",
            "day": f"{random.randint(1, 28)}.{random.randint(1, 12)}.",
        }
        for slot, value in values.items():
            text = text.replace(f"{{{slot}}}", value)
        return text


def draw_contact(random: Random, language: str) -> Contact:
    """Return a contact; the same address hardly comes twice."""
    cast = load_simulation()["cast"][language]
    first, last, owner = random.choice(cast["first"]), random.choice(cast["last"]), random.choice(cast["last"])
    company = f"{owner} {random.choice(cast['trade'])}"
    address = f"{first}.{last}@{company}{random.randint(1, 99)}.example".lower().translate(_PLAIN)
    return Contact(first, last, random.choice(cast["title"]), company, random.choice(cast["city"]), address)


@cache
def load_simulation() -> dict[str, Any]:
    """Return what simulated outboxes are made of: `cast`, `letter` and `routine`, each by language."""
    return tomllib.loads((CORPUS / "simulation.toml").read_text(encoding="utf-8"))
