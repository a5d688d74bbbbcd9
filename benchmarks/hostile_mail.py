"""What mails made to cost time cost: processor seconds for a size and for four times that size, worst first.

`python -m benchmarks.hostile_mail` (or `make bench-hostile`): reading the bytes, judging the value, looking for a
number in its signature, and reading it as an answer. What is bounded stays the same; what grows must not grow faster
than the mail. Renews its table in `docs/performance.md`.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.intake.samples import sample_of
from app.mail.message import MailMessage, read_message
from app.nudge.answers import read_answer
from app.nudge.phone_numbers import best_number
from benchmarks.tables import PERFORMANCE, renew
from classifier import Judge, OutboxMemory

BEGIN, END = "<!-- hostile mails, measured -->\n", "<!-- end of the hostile mails -->\n"
NOW: Final = datetime(2026, 3, 4, 13, 5, tzinfo=UTC)
ZONE: Final = ZoneInfo("Europe/Berlin")
SMALL: Final = 256 * 1024  # octets
GROWTH: Final = 4
SHOWN: Final = 12

Mail = Callable[[int], bytes]


def _body(unit: bytes) -> Mail:
    return lambda octets: b"Subject: x\nTo: a@b.example\n\n" + unit * (octets // len(unit))


def _html(unit: bytes) -> Mail:
    return lambda octets: b"Content-Type: text/html\nTo: a@b.example\n\n" + unit * (octets // len(unit))


def _field(name: bytes, unit: bytes) -> Mail:
    return lambda octets: name + b": " + unit * (octets // len(unit)) + b"\nTo: a@b.example\n\nGuten Tag"


def _parts(octets: int) -> bytes:
    part = b"--b\nContent-Type: text/plain\n\nTel. +49 30 23125 014\n"
    return b'Content-Type: multipart/mixed; boundary="b"\n\n' + part * (octets // len(part)) + b"--b--\n"


def _nested(octets: int) -> bytes:
    levels = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(octets // 60))
    return b"".join(levels) + b"\nText"


MAILS: Final[dict[str, Mail]] = {
    "one line of letters": _body(b"a"),
    "one line of words": _body(b"Angebot "),
    "short lines": _body(b"x\n"),
    "blank lines": _body(b"\n"),
    "quote marks": _body(b">"),
    "quoted lines": _body(b"> Tel. 030 / 12\n"),
    "digits with gaps": _body(b"030 12 "),
    "numbers, one a line": _body(b"Tel. +49 30 23125 014\n"),
    "signatures": _body(b"-- \nAnna Weber\nT 030 1\n"),
    "greetings": _body(b"Hallo Anna,\n"),
    "commas": _body(b"stopp, "),
    "not and never": _body(b"nicht "),
    "addresses": _body(b"anna@kunde.example "),
    "links": _body(b"https://kunde.example/?utm_source=x "),
    "merge fields": _body(b"{{first_name}} "),
    "soft hyphens": _body("­a".encode()),
    "tags, never closed": _html(b"<div>"),
    "angle brackets": _html(b"<"),
    "links in HTML": _html(b"<a href=https://k.example/?utm_source=x>x</a>"),
    "tables in tables": _html(b"<table><tr><td>x"),
    "entities": _html(b"&amp;"),
    "recipients": _field(b"To", b'"Weber, A" <a@k.example>, '),
    "a list without addresses": _field(b"To", b",<"),
    "references": _field(b"References", b"<a@b> "),
    "encoded words": _field(b"Subject", b"=?utf-8?q?=41?= "),
    "folded lines": _field(b"Subject", b"a\n "),
    "many parts": _parts,
    "deep nesting": _nested,
}


@dataclass(frozen=True, slots=True)
class Stages:
    """What the service does with a mail."""

    judge: Judge

    def of(self, raw: bytes) -> Iterator[tuple[str, float]]:
        """Each stage with its processor seconds."""
        begun = time.process_time()
        message = read_message(raw)
        yield "read", time.process_time() - begun
        for name, work in (("judge", self._judge), ("number", self._number), ("answer", self._answer)):
            begun = time.process_time()
            work(message)
            yield name, time.process_time() - begun

    def _judge(self, message: MailMessage) -> None:
        self.judge.judge("1", sample_of(message, NOW), OutboxMemory(b"k" * 32))

    def _number(self, message: MailMessage) -> None:
        best_number(message.text, "Anna Weber", "anna.weber@kunde.example", "de")

    def _answer(self, message: MailMessage) -> None:
        read_answer(message.text, message.subject, NOW, ZONE)


def measure() -> list[tuple[float, float, str, str]]:
    """(seconds for the large mail, seconds for the small one, mail, stage), the longest first."""
    stages = Stages(Judge.load())
    list(stages.of(_body(b"Guten Tag ")(2000)))  # tables and models are read once
    found = []
    for name, mail in MAILS.items():
        small, large = dict(stages.of(mail(SMALL))), dict(stages.of(mail(GROWTH * SMALL)))
        found += [(large[stage], small[stage], name, stage) for stage in small]
    return sorted(found, reverse=True)


def table(found: list[tuple[float, float, str, str]]) -> str:
    head = (
        f"Measured on {datetime.now(UTC):%-d %B %Y}: {len(MAILS)} kinds of mail, the {SHOWN} costliest stages; "
        "processor seconds.\n\n| mail of | stage | 256 KiB | 1 MiB |\n| --- | --- | --- | --- |\n"
    )
    return head + "".join(
        f"| {name} | {stage} | {small:.2f} | {large:.2f} |\n" for large, small, name, stage in found[:SHOWN]
    )


def main() -> int:
    text = table(measure())
    sys.stdout.write(text)
    renew(PERFORMANCE, BEGIN, END, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
