"""What opens a mailbox without a password: a refresh token, and the access token that it brought last, both sealed.

Two workers never refresh together: a claim, taken under the row's lock, says whose turn it is, and what comes back is
kept only by whoever still holds it. Knows no provider and no network.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base, owned_by
from app.store.vault import DataVault

# Longer than any refresh takes; whoever died over one is succeeded after it.
TURN: Final = timedelta(seconds=60)


class OAuthGrant(Base):
    """The grant of one mailbox; `provider` is the key of its sign-in in the settings."""

    __tablename__ = "oauth_grants"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), primary_key=True)
    provider: Mapped[str]
    refresh_token: Mapped[bytes]
    access_token: Mapped[bytes]
    fresh_until: Mapped[datetime]  # some time before the access token ends
    turn_until: Mapped[datetime | None]  # somebody refreshes


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider handed out; `fresh_until` lies before the end of the access token."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    fresh_until: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """The right, until `until`, to refresh the grant of a mailbox."""

    mailbox_id: uuid.UUID
    provider: str
    refresh_token: str = field(repr=False)
    until: datetime


# An access token, the right to get a new one, or None: somebody else is about it.
Taken = str | Turn | None


def keep(session: Session, vault: DataVault, mailbox_id: uuid.UUID, provider: str, tokens: Tokens) -> None:
    """Store a new grant in place of any other; a refresh under way is of no use any more."""
    session.merge(
        OAuthGrant(
            mailbox_id=mailbox_id,
            provider=provider,
            refresh_token=vault.seal_text(_place(mailbox_id, "refresh"), tokens.refresh),
            access_token=vault.seal_text(_place(mailbox_id, "access"), tokens.access),
            fresh_until=tokens.fresh_until,
            turn_until=None,
        )
    )


def forget(session: Session, mailbox_id: uuid.UUID) -> None:
    """The mailbox has a password again."""
    known = of_mailbox(session, mailbox_id)
    if known is not None:
        session.delete(known)


def of_mailbox(session: Session, mailbox_id: uuid.UUID) -> OAuthGrant | None:
    return session.get(OAuthGrant, mailbox_id)


def take(session: Session, vault: DataVault, grant: OAuthGrant, refused: str | None, now: datetime) -> Taken:
    """The stored access token, where it lasts and is not the `refused` one, else the right to refresh.

    The grant must be held by `locked`. Raises `Tampered`.
    """
    token = stored_token(vault, grant, refused, now)
    if token is not None:
        return token
    if grant.turn_until is not None and grant.turn_until > now:
        return None
    grant.turn_until = now + TURN
    session.flush()
    refresh = vault.unseal_text(_place(grant.mailbox_id, "refresh"), grant.refresh_token)
    return Turn(grant.mailbox_id, grant.provider, refresh, grant.turn_until)


def stored_token(vault: DataVault, grant: OAuthGrant, refused: str | None, now: datetime) -> str | None:
    """As `take`, without asking for the right."""
    if grant.fresh_until <= now:
        return None
    token = vault.unseal_text(_place(grant.mailbox_id, "access"), grant.access_token)
    return None if token == refused else token


def locked(session: Session, mailbox_id: uuid.UUID) -> OAuthGrant | None:
    """The grant, held against other writers until the transaction ends."""
    return session.scalar(select(OAuthGrant).where(OAuthGrant.mailbox_id == mailbox_id).with_for_update())


def end_turn(session: Session, vault: DataVault, turn: Turn, tokens: Tokens | None) -> bool:
    """Keep what came of it, None: nothing. False where the turn was lost, such as to a new sign-in."""
    grant = locked(session, turn.mailbox_id)
    if grant is None or grant.turn_until != turn.until:
        return False
    if tokens is None:
        grant.turn_until = None
    else:
        keep(session, vault, turn.mailbox_id, turn.provider, tokens)
    return True


def _place(mailbox_id: uuid.UUID, kind: str) -> str:
    return f"mailbox/{mailbox_id}/{kind}-token"
