"""All that judging one batch needs, at hand for its transaction."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.intake.exclusions import Exclusions
from app.store import sends
from app.store.known_sends import KnownSends
from app.store.quarantine import Place
from app.store.schema import FolderCursor, Mailbox, Template
from app.store.sends import NewSend
from app.store.vault import DataVault
from classifier import OutboxMemory


@dataclass(slots=True)
class Desk:
    """One locked mailbox within one write transaction."""

    session: Session
    vault: DataVault
    mailbox: Mailbox
    rep: str  # the own address, in small letters
    cursor: FolderCursor
    place: Place
    memory: OutboxMemory
    exclusions: Exclusions
    now: datetime
    again: bool = False  # the mail was set aside before
    known: KnownSends = field(default_factory=KnownSends)
    added: list[NewSend] = field(default_factory=list)  # not yet found by a search for their words
    set_aside: set[int] = field(default_factory=set)
    _noteworthy: set[uuid.UUID] | None = None
    _templates: dict[int, Template] | None = None

    @property
    def noteworthy(self) -> set[uuid.UUID]:
        """The templates that are known to have had a noteworthy send before."""
        if self._noteworthy is None:
            self._noteworthy = sends.flagged_templates(self.session, self.mailbox.id)
        return self._noteworthy

    def template(self, number: int) -> Template:
        """The mailbox's template of this number, made where it is new."""
        if self._templates is None:
            self._templates = sends.templates_of(self.session, self.mailbox.id)
        if number not in self._templates:
            self._templates[number] = sends.template_for(self.session, self.mailbox.id, number, self.now)
        return self._templates[number]
