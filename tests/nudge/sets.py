"""Reads the sets of replies and of mail ends; `fresh/*.toml` tell how rows are written."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any

from app.mail.markup import text_of
from app.texts import Language
from classifier.answers.train import CORPUS
from tests.nudge.signatures import Case

_HERE = Path(__file__).parent
FRESH_REPLIES = _HERE / "fresh" / "replies.toml"
FRESH_SIGNATURES = _HERE / "fresh" / "signatures.toml"


@dataclass(frozen=True)
class Reply:
    """What a rep wrote, and in which mail program; `when` is local time in Berlin."""

    language: Language
    style: str
    kind: str
    text: str
    when: datetime | None = None
    person: str | None = None

    @property
    def client(self) -> str:
        return self.style.partition(" ")[0]

    @property
    def quote(self) -> str:
        return self.style.partition(" ")[2] or "top"


@cache
def read_replies(path: Path) -> tuple[Reply, ...]:
    """The replies of a set, in the order of the file."""
    return tuple(Reply(**row) for row in _rows(path, "replies"))


@cache
def learned_replies() -> tuple[Reply, ...]:
    """The answers of the corpus that stand in a mail of some program, so that time and person are told as well."""
    lines = (line for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(_reply(row) for row in map(json.loads, lines) if "style" in row)


def _reply(row: dict[str, Any]) -> Reply:
    return Reply(**{**row, "when": datetime.fromisoformat(row["when"]) if "when" in row else None})


@cache
def read_signatures(path: Path) -> tuple[Case, ...]:
    """The mail ends of a set as cases."""
    return tuple(_case(row) for row in _rows(path, "signature"))


def _rows(path: Path, name: str) -> Iterable[dict[str, Any]]:
    rows: Iterable[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get(name, [])
    return rows


def _case(row: dict[str, Any]) -> Case:
    name, address = parseaddr(row["person"])
    told = [row["best"], row.get("kind"), row.get("extension")] if row["best"] != "none" else ["none"]
    text = row["text"].strip("\n")
    text = text_of(text) if text.startswith("<") else text
    language = {"FR": "fr", "GB": "en", "US": "en"}.get(row["country"], "de")
    return Case("fresh", "", row["country"], "", name, address, language, " ".join(filter(None, told)), text)
