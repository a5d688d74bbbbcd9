"""All that judging one batch needs, at hand for its transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.intake.exclusions import Exclusions
from app.store.schema import Mailbox
from app.store.vault import DataVault
from classifier import OutboxMemory


@dataclass(slots=True)
class Desk:
    """One locked mailbox within one write transaction."""

    session: Session
    vault: DataVault
    mailbox: Mailbox
    memory: OutboxMemory
    exclusions: Exclusions
    now: datetime
