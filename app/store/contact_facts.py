"""What is known of a rep's contacts, sealed, until it expires; what a text says is not known here.

A contact is found by a keyed hash of the address: the table tells nobody whom the rep knows.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Index, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, owned_by
from app.store.vault import DataVault

_MOST_AT_ONCE: Final = 500


class ContactFacts(Base):
    """One contact of a mailbox: `sealed` is what was found at `found_at`; it counts until `expires_at`."""

    __tablename__ = "contact_facts"
    __table_args__ = (Index(None, "expires_at"),)

    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), primary_key=True)
    address_key: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    found_at: Mapped[datetime]
    expires_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A text, and the moment from which it is not to be relied on."""

    text: str
    expires_at: datetime


def remember(
    session: Session,
    vault: DataVault,
    mailbox_id: uuid.UUID,
    facts: Mapping[str, Remembered],
    now: datetime,
) -> None:
    """Keep facts by address, in the place of those that are there."""
    forget(session, vault, mailbox_id, facts)
    for address, found in facts.items():
        key = _key(vault, mailbox_id, address)
        sealed = vault.seal_text(_place(mailbox_id, key), found.text)
        session.add(
            ContactFacts(
                mailbox_id=mailbox_id, address_key=key, sealed=sealed, found_at=now, expires_at=found.expires_at
            )
        )
    session.flush()


def recall(
    session: Session, vault: DataVault, mailbox_id: uuid.UUID, addresses: Iterable[str], now: datetime
) -> dict[str, Remembered]:
    """What is known of those that have not expired, by address; raises `Tampered`."""
    by_key = {_key(vault, mailbox_id, address): address for address in addresses}
    wanted = list(by_key)[:_MOST_AT_ONCE]
    rows = session.scalars(
        select(ContactFacts).where(
            ContactFacts.mailbox_id == mailbox_id,
            ContactFacts.address_key.in_(wanted),
            ContactFacts.expires_at > now,
        )
    )
    return {by_key[row.address_key]: _opened(vault, row) for row in rows}


def forget(session: Session, vault: DataVault, mailbox_id: uuid.UUID, addresses: Iterable[str]) -> None:
    """Erase what is known of these people."""
    keys = [_key(vault, mailbox_id, address) for address in addresses]
    for start in range(0, len(keys), _MOST_AT_ONCE):
        part = ContactFacts.address_key.in_(keys[start : start + _MOST_AT_ONCE])
        session.execute(delete(ContactFacts).where(ContactFacts.mailbox_id == mailbox_id, part))


def erase_expired(session: Session, now: datetime) -> int:
    """Erase what counts for nothing any more; returns how many contacts that were."""
    erased = session.execute(delete(ContactFacts).where(ContactFacts.expires_at <= now))
    return int(erased.rowcount)  # type: ignore[attr-defined]  # CursorResult, hidden behind Result


def _opened(vault: DataVault, row: ContactFacts) -> Remembered:
    return Remembered(vault.unseal_text(_place(row.mailbox_id, row.address_key), row.sealed), row.expires_at)


def _key(vault: DataVault, mailbox_id: uuid.UUID, address: str) -> bytes:
    return vault.index("contact", f"{mailbox_id}/{address}")


def _place(mailbox_id: uuid.UUID, key: bytes) -> str:
    return f"contact/{mailbox_id}/{key.hex()}"
