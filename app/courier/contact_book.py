"""What is remembered of a burst's people between two nudges, so that INBOX is asked for news only.

A page is trusted until it expires, however many newer mails are added to it: then all is read anew.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from app.nudge.contact_facts import ContactFacts
from app.store import contact_facts, mailboxes
from app.store.contact_facts import Remembered
from app.store.engine import Database
from app.store.keys import Keys
from app.store.schema import Mailbox


@dataclass(frozen=True, slots=True)
class Page:
    """Facts from INBOX's mails up to the UID `read_to`; `newest` is the last one that the person wrote by hand."""

    uidvalidity: int
    read_to: int
    newest: int | None
    facts: ContactFacts
    expires_at: datetime

    @classmethod
    def read(cls, kept: Remembered) -> Self:
        """Raises `ValueError` for what `as_kept` did not write."""
        uidvalidity, read_to, newest, facts = json.loads(kept.text)
        return cls(uidvalidity, read_to, newest, ContactFacts.read(facts), kept.expires_at)

    def as_kept(self) -> Remembered:
        text = json.dumps([self.uidvalidity, self.read_to, self.newest, self.facts.as_text()])
        return Remembered(text, self.expires_at)


@dataclass(slots=True)
class ContactBook:
    """The pages by address, and those that were written since it was opened."""

    now: datetime
    pages: dict[str, Page] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def page(self, address: str, uidvalidity: int) -> Page | None:
        """None where nothing is known, or INBOX numbers its mails anew."""
        page = self.pages.get(address)
        return page if page and page.uidvalidity == uidvalidity else None

    def write(self, address: str, page: Page) -> None:
        self.pages[address] = page
        self.written.add(address)


@dataclass(frozen=True, slots=True)
class ContactShelf:
    """Opens and keeps the book of one mailbox."""

    database: Database
    keys: Keys
    mailbox: Mailbox

    def open(self, addresses: Iterable[str], now: datetime) -> ContactBook:
        with self.database.reading() as session:
            vault = self.keys.of_rep(session, self.mailbox.rep_id)
            kept = contact_facts.recall(session, vault, self.mailbox.id, addresses, now)
        return ContactBook(now, {address: Page.read(one) for address, one in kept.items()})

    def keep(self, book: ContactBook, kept_out: Collection[str]) -> None:
        """Nothing is kept of people whom the rep keeps out, nor where the mailbox went meanwhile."""
        known = {address: book.pages[address].as_kept() for address in book.written.difference(kept_out)}
        if not known and not kept_out:
            return
        with self.database.writing() as session:
            if mailboxes.lock(session, self.mailbox.id) is None:
                return
            vault = self.keys.of_rep(session, self.mailbox.rep_id)
            contact_facts.forget(session, vault, self.mailbox.id, kept_out)
            contact_facts.remember(session, vault, self.mailbox.id, known, book.now)
