"""Writes one letter: the words, who answers whom, and at last the bytes of the mail."""

import html
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from random import Random

from app.demo.history.wording import customer_ending, facts_of, fill, greeting, quote, rep_ending
from app.demo.history.world import Person, World
from app.demo.mail import DemoMail


@dataclass(eq=False, slots=True)
class Letter:
    """One mail before it becomes bytes. `own` is what its author wrote, `quoted` the answered mail below it."""

    author: Person
    reader: Person
    sent_at: datetime
    subject: str
    own: str
    message_id: str
    parent: "Letter | None" = None
    quoted: str = ""
    cc: tuple[Person, ...] = ()
    attachment: str = ""
    rich: bool = False
    answered: bool = False
    extra_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return f"{self.own}\n\n{self.quoted}" if self.quoted else self.own

    @property
    def references(self) -> list[str]:
        return [*self.parent.references, self.parent.message_id] if self.parent else []


class Writer:
    """Writes for the rep and for the others. The same `rng` writes the same letters."""

    def __init__(self, world: World, rep: Person, rng: Random) -> None:
        self.world, self.rep, self.rng = world, rep, rng

    def from_rep(
        self, reader: Person, subject: str, text: str, sent_at: datetime, parent: Letter | None = None, note: str = ""
    ) -> Letter:
        """`note` is "phone" for a line written on the way, or the name of an attachment."""
        words = self._fill(text, reader, sent_at)
        if note == "phone":
            own = f"{words}\n\n{self.world.wording['phone_signature'].format(name=self.rep.name)}"
        else:
            ending = rep_ending(self.world, self.rep, reader, self.rng)
            own = f"{greeting(self.world.rep_manner, reader, self.rng)}\n\n{words}\n\n{ending}"
        letter = self._letter(self.rep, reader, self._fill(subject, reader, sent_at), own, sent_at, parent)
        letter.attachment = "" if note == "phone" else note
        letter.rich = note != "phone" and self.rng.random() < 0.6
        return letter

    def from_customer(
        self, author: Person, subject: str, text: str, sent_at: datetime, parent: Letter | None, note: str = ""
    ) -> Letter:
        """`note` is the name of an attachment. German texts begin small after a greeting, large without one."""
        words = self._fill(text, author, sent_at)
        if parent is None or words[0].islower() or self.rng.random() < self.world.wording["answers_greet"]:
            words = f"{greeting(self.world.customer_manner, author, self.rng)}\n\n{words}"
        own = f"{words}\n\n{customer_ending(self.world, author, self.rng)}"
        letter = self._letter(author, self.rep, self._fill(subject, author, sent_at), own, sent_at, parent)
        letter.attachment = note
        letter.rich = sum(author.email.encode()) % 3 == 0
        return letter

    def _fill(self, text: str, person: Person, sent_at: datetime) -> str:
        return fill(text, self.world, sent_at.date(), facts_of(person))

    def _letter(
        self, author: Person, reader: Person, subject: str, own: str, sent_at: datetime, parent: Letter | None
    ) -> Letter:
        message_id = f"<{self.rng.getrandbits(48):x}.{int(sent_at.timestamp()):x}@{author.domain}>"
        letter = Letter(author, reader, sent_at, subject, own, message_id, parent)
        if parent is not None:
            parent.answered = True
            prefix = self.world.wording["reply_prefix"]
            letter.subject = parent.subject if parent.subject.startswith(prefix) else prefix + parent.subject
            letter.quoted = quote(
                self.world,
                self._style(author),
                parent.author,
                parent.reader,
                parent.subject,
                parent.sent_at,
                parent.text,
            )
        return letter

    def _style(self, author: Person) -> str:
        if author is self.rep:
            return str(self.world.wording["rep_quotes"])
        return ("angle", "outlook")[sum(author.key.encode()) % 2]


def to_mail(letter: Letter, rep: Person, rng: Random) -> DemoMail:
    """The bytes with CRLF line ends, in Sent or INBOX by its author; all mails read."""
    message = EmailMessage(policy=SMTP)
    message["From"] = address(letter.author)
    message["To"] = address(letter.reader)
    if letter.cc:
        message["Cc"] = [address(person) for person in letter.cc]
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.sent_at)
    message["Message-ID"] = letter.message_id
    if letter.parent is not None:
        message["In-Reply-To"] = letter.parent.message_id
        message["References"] = " ".join(letter.references)
    for name, value in letter.extra_headers.items():
        message[name] = value
    message.set_content(letter.text + "\n", charset="utf-8")
    if letter.rich:
        message.add_alternative(as_html(letter), subtype="html", charset="utf-8")
    if letter.attachment:
        kind, _ = mimetypes.guess_type(letter.attachment)
        maintype, subtype = (kind or "application/octet-stream").split("/")
        payload = rng.randbytes(rng.randint(900, 3000))
        message.add_attachment(payload, maintype=maintype, subtype=subtype, filename=letter.attachment)
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{rng.getrandbits(64):016x}")
    flags = ("\\Answered", "\\Seen") if letter.answered else ("\\Seen",)
    return DemoMail("Sent" if letter.author is rep else "INBOX", message.as_bytes(), letter.sent_at, flags)


def address(person: Person) -> Address:
    return Address(person.name, addr_spec=person.email)


def as_html(letter: Letter) -> str:
    body = paragraphs(letter.own)
    if letter.quoted:
        unmarked = "\n".join(line.removeprefix("> ").removeprefix(">") for line in letter.quoted.splitlines())
        body += f"<blockquote>\n{paragraphs(unmarked)}</blockquote>\n"
    head = '<head><meta charset="utf-8"></head>'
    return f'<html>{head}\n<body style="font-family:Calibri,sans-serif">\n{body}</body></html>\n'


def paragraphs(text: str) -> str:
    blocks = html.escape(text, quote=False).split("\n\n")
    return "".join("<p>" + block.replace("\n", "<br>\n") + "</p>\n" for block in blocks if block.strip())
