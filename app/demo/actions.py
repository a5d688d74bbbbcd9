"""What a visitor does as the invented rep: send a personal mail, send a template to some people, read the inbox.

Mails go in and out through the server's own face, which tells clients in IDLE just as an APPEND by IMAP does: a second
IMAP client would need the rep's password and bring nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from app.demo.errors import DemoUserUnknown
from app.demo.history.letters import Writer, to_mail
from app.demo.history.wording import BUSINESS
from app.demo.history.world import Person, World, load_world
from app.demo.server import DemoServer
from app.mail.message import read_message
from app.texts import LANGUAGES

TEXT_HEADER: Final = "X-Demo-Text"
LOOK_BACK: Final = 200


class Text(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Text)


@dataclass(frozen=True, slots=True)
class InboxMail:
    """One mail of the rep's inbox; `sender` is a name, or the address where there is none; `at` is UTC."""

    uid: int
    subject: str
    sender: str
    at: datetime
    text: str
    is_nudge: bool


class DemoRep:
    """The rep at `address` of a running server. Raises DemoUserUnknown for an address of no invented world."""

    def __init__(self, server: DemoServer, address: str) -> None:
        self._server = server
        self._address = address
        self._world = world_of(address)
        self._author = replace(self._world.rep, email=address)
        self._rng = random.SystemRandom()

    def send_personal(self, now: datetime) -> None:
        """Puts one personal mail into Sent, another one each time as long as there are some."""
        mail = self._least_used(self._world.fresh_personal)
        self._send(mail.key, mail.subject, mail.body, [mail.person], now)

    def send_template(self, now: datetime, people: int) -> None:
        """Puts the same sales text to `people` persons into Sent, all of whom have written to the rep before."""
        template = self._least_used(self._world.fresh_templates)
        recipients = self._rng.sample(self._correspondents(), people)
        self._send(template.key, template.subjects[0], template.body, recipients, now)

    def inbox(self, limit: int) -> list[InboxMail]:
        """Up to `limit` mails, the last to arrive first."""
        mails = []
        for stored in self._server.newest(self._address, "INBOX", limit):
            message = read_message(stored.raw)
            sender = (message.sender.name or message.sender.email) if message.sender else ""
            is_nudge = message.headers.get("x-zuruf") == "nudge"
            at = stored.internal_date.astimezone(UTC)
            mails.append(InboxMail(stored.uid, message.subject, sender, at, message.text, is_nudge))
        return mails

    def _send(self, key: str, subject: str, body: str, recipients: Sequence[Person], now: datetime) -> None:
        writer = Writer(self._world, self._author, self._rng)
        local = now.astimezone(ZoneInfo(self._world.wording["timezone"]))
        letters = [writer.from_rep(person, subject, body, local) for person in recipients]
        for letter in letters:
            letter.extra_headers = {TEXT_HEADER: key}
        self._server.append(self._address, [to_mail(letter, self._author, self._rng) for letter in letters])

    def _least_used(self, texts: Sequence[T]) -> T:
        """The first text that was not sent yet, else the one that was sent longest ago."""
        sent = [header_of(stored.raw, TEXT_HEADER) for stored in self._server.newest(self._address, "Sent", LOOK_BACK)]
        return max(texts, key=lambda text: sent.index(text.key) if text.key in sent else LOOK_BACK)

    def _correspondents(self) -> list[Person]:
        inbox = self._server.newest(self._address, "INBOX", LOOK_BACK)
        senders = {parseaddr(header_of(stored.raw, "From"))[1] for stored in inbox}
        people = self._world.people.values()
        return [person for person in people if person.email in senders and person.group in BUSINESS]


def world_of(address: str) -> World:
    """The invented world that `address` belongs to, by its domain. Raises DemoUserUnknown."""
    for language in LANGUAGES:
        world = load_world(language)
        if world.rep.domain == address.rpartition("@")[2]:
            return world
    raise DemoUserUnknown


def header_of(raw: bytes, name: str) -> str:
    return str(BytesHeaderParser().parsebytes(raw).get(name, ""))
