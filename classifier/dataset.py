"""Reads the labelled mails: the synthetic corpus beside this file, and real mail, which is never shipped."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifier.own_text import own_text, subject_words
from classifier.phrases import LANGUAGES, Found, find_phrases
from classifier.values import Sample

CORPUS = Path(__file__).parent / "corpus"
CORPUS_FILES = tuple(sorted(path.stem for path in CORPUS.glob("*.jsonl")))
ROUTINE_FILES = ("de-r", "en-r")
REAL_FILES = (
    "de_codealltag_ads",
    "de_codealltag_s",
    "de_codealltag_usenet",
    "en_enron_bulk_received",
    "en_enron_outboxes",
    "en_spamassassin_bulk",
    "en_spamassassin_ham",
    "en_templates_permissive",
)
_ADDRESS = re.compile(r"[^\s<>,;\"']+@[^\s<>,;\"']+")
_LEFT_OUT = frozenset({"scam"})
_LEAST_WORDS = 5  # a shorter text tells nothing about its style


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled mail. `group` never stands on both sides of a split: an industry, an outbox, a sender, a series."""

    id: str
    language: str
    bulk: bool
    source: str
    group: str
    sample: Sample
    words: tuple[str, ...]
    subject: tuple[str, ...]
    found: tuple[Found, ...]

    @property
    def routine(self) -> bool:
        """Whether it is a written routine note: one kind of mail that is not sales, without a counterpart."""
        return self.source in ROUTINE_FILES

    @property
    def world(self) -> str:
        """Which of the kinds of mail it is that are weighed and reported apart."""
        if self.routine:
            return "routine"
        return f"{'written' if self.synthetic else 'real'} {'bulk' if self.bulk else 'personal'}"

    @property
    def synthetic(self) -> bool:
        """Whether the mail was written for this project."""
        return self.source in CORPUS_FILES


def read_corpus(folder: Path = CORPUS) -> list[Row]:
    """Return the synthetic mails."""
    return [
        _to_row(entry, name, f"{name}/{entry['industry']}")
        for name in CORPUS_FILES
        for entry in _read_lines((folder / f"{name}.jsonl").read_text(encoding="utf-8"))
    ]


def read_real(folder: Path) -> list[Row]:
    """Return the real mails of a data folder; files that are not there are left out."""
    paths = {name: folder / f"{name}.jsonl.gz" for name in REAL_FILES}
    return [
        _to_row(entry, name, f"{name}/{entry.get('outbox', entry['id'])}")
        for name, path in paths.items()
        if path.exists()
        for entry in _read_lines(gzip.decompress(path.read_bytes()).decode())
        if entry["kind"] not in _LEFT_OUT and entry["lang"] in LANGUAGES
    ]


def usable(rows: list[Row]) -> list[Row]:
    """Return the rows that are long enough to have a style."""
    return [row for row in rows if len(row.words) >= _LEAST_WORDS]


def checksum(folder: Path, suffix: str) -> str:
    """Return one SHA-256 over all files of a folder with this suffix, by name."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(f"*{suffix}")):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read_lines(text: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in text.split("\n") if line.strip())


def _to_row(entry: dict[str, Any], source: str, group: str) -> Row:
    sample = Sample(
        subject=entry["subject"],
        body=entry["body"],
        sender=next(iter(_ADDRESS.findall(entry.get("from", ""))), None),
        recipients=tuple(_ADDRESS.findall(entry.get("to", ""))),
        sent_at=_read_date(entry.get("date")),
    )
    words = own_text(sample).words
    found = find_phrases(words, entry["lang"])
    return Row(
        id=entry["id"],
        language=entry["lang"],
        bulk=entry["label"] == "bulk",
        source=source,
        group=group,
        sample=sample,
        words=words,
        subject=subject_words(sample.subject),
        found=tuple(found),
    )


def _read_date(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None
