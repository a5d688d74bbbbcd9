"""Fills Sent folders of the test server: 70 % plain mails, 25 % with HTML beside the text, 5 % with an attachment.

Texts are the corpus' own, half of them copies of forty templates, so that judging has real work. Seeded.
"""

import socket
import ssl
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from classifier.dataset import read_corpus
from classifier.simulation.cast import draw_contact
from tests.servers.dovecot import Dovecot

ATTACHMENT: Final = 135_000  # octets before base64
PADDING: Final = "<p style='margin:0;font-family:Arial,sans-serif;font-size:14px;line-height:20px'>{}</p>\n"


def sent_mails(count: int, *, ending: datetime, seed: int = 11, plain_only: bool = False) -> Iterator[bytes]:
    """Yield mails of one rep over the 80 days before `ending`, oldest first."""
    random = Random(seed)
    rows = [row for row in read_corpus() if row.words]
    templates = random.sample([row for row in rows if row.bulk], 40)
    personal = [row for row in rows if not row.bulk]
    words = sorted({word for row in personal for word in row.words})
    for number in range(count):
        row = random.choice(templates) if number % 2 else random.choice(personal)
        contact = draw_contact(random, row.language)
        own_words = "" if number % 2 else "\n\n" + " ".join(random.sample(words, 12))
        mail = EmailMessage()
        mail["From"], mail["To"] = "Jonas Keller <jonas@keller-maschinen.example>", f"{number}{contact.address}"
        mail["Subject"] = " ".join(row.sample.subject.split())
        mail["Date"] = format_datetime(ending - timedelta(days=80) * ((count - number) / count))
        mail["Message-ID"] = f"<{seed}.{number}@keller-maschinen.example>"
        mail.set_content(row.sample.body + own_words, cte="quoted-printable")
        kind = 0.0 if plain_only else random.random()
        if kind > 0.70:
            lines = "".join(PADDING.format(line) for line in (row.sample.body + own_words).splitlines())
            mail.add_alternative(f"<html><body>{lines}</body></html>", subtype="html", cte="quoted-printable")
        if kind > 0.95:
            mail.add_attachment(random.randbytes(ATTACHMENT), maintype="application", subtype="pdf", filename="a.pdf")
        yield mail.as_bytes().replace(b"\n", b"\r\n")


def file_all(server: Dovecot, user: str, mails: Iterable[bytes], at_once: int = 200) -> int:
    """APPEND to Sent, many in one command (RFC 3502, RFC 7888); returns how many octets that were."""
    octets = 0
    with (
        socket.create_connection((server.host, server.imap_port), 60) as connection,
        connection.makefile("rb") as lines,
    ):
        lines.readline()
        _command(connection, lines, f'LOGIN "{user}" "{server.password}"'.encode())
        mails = iter(mails)
        while batch := list(islice(mails, at_once)):
            literals = b" ".join(b"(\\Seen) {%d+}\r\n%s" % (len(mail), mail) for mail in batch)
            _command(connection, lines, b"APPEND Sent " + literals)
            octets += sum(len(mail) for mail in batch)
    return octets


def _command(connection: socket.socket, lines: "Iterable[bytes]", command: bytes) -> None:
    connection.sendall(b"a " + command + b"\r\n")
    answer = next(line for line in lines if line.startswith(b"a "))
    assert answer.startswith(b"a OK"), answer


def trusting_file(ca_file: Path) -> ssl.SSLContext:
    """A TLS context that trusts one authority."""
    return ssl.create_default_context(cafile=str(ca_file))


def now() -> datetime:
    return datetime.now(UTC)
