"""Invitations of an administrator: one for each address; the link holds a random token, the row only keyed hashes."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base
from app.store.keys import Keys
from app.store.web_sessions import TOKEN_BYTES

LIFETIME: Final = timedelta(days=3)


class Invitation(Base):
    """An address that may be connected once; both values are keyed with the installation's key."""

    __tablename__ = "invitations"

    address_key: Mapped[bytes] = mapped_column(primary_key=True)
    token_key: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)


def invite(session: Session, keys: Keys, address: str, now: datetime) -> str:
    """The token of a new invitation; an earlier one for this address ends."""
    address_key = _address_key(session, keys, address)
    session.execute(delete(Invitation).where(Invitation.address_key == address_key))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    token_key = _token_key(session, keys, token)
    session.add(Invitation(address_key=address_key, token_key=token_key, expires_at=now + LIFETIME))
    session.flush()
    return token


def is_open(session: Session, keys: Keys, address: str, token: str, now: datetime) -> bool:
    """Whether the token invites this address; changes nothing."""
    row = session.get(Invitation, _address_key(session, keys, address))
    if row is None or now >= row.expires_at:
        return False
    return secrets.compare_digest(row.token_key, _token_key(session, keys, token))


def use(session: Session, keys: Keys, address: str, token: str, now: datetime) -> bool:
    """Use the invitation up; the one conditional DELETE says who was first."""
    taken = delete(Invitation).where(
        Invitation.address_key == _address_key(session, keys, address),
        Invitation.token_key == _token_key(session, keys, token),
        Invitation.expires_at > now,
    )
    return session.scalar(taken.returning(Invitation.expires_at)) is not None


def sweep(session: Session, now: datetime) -> None:
    """Forget the invitations that have expired."""
    session.execute(delete(Invitation).where(Invitation.expires_at <= now))


def _address_key(session: Session, keys: Keys, address: str) -> bytes:
    return keys.of_installation(session).index("invited", address.strip().casefold())


def _token_key(session: Session, keys: Keys, token: str) -> bytes:
    return keys.of_installation(session).index("invitation", token)
