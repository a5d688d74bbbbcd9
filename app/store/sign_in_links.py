"""Sign-in links: the link holds a random token, the row only its hash; each works once and not for long."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.store.schema import SignInLink
from app.store.web_sessions import TOKEN_BYTES, hash_token

LIFETIME: Final = timedelta(minutes=15)


def mint(session: Session, rep_id: uuid.UUID, now: datetime) -> str:
    """A new link's token."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(SignInLink(token_hash=hash_token(token), rep_id=rep_id, created_at=now, expires_at=now + LIFETIME))
    session.flush()
    return token


def is_open(session: Session, token: str, now: datetime) -> bool:
    """Whether the link would still work; changes nothing."""
    row = session.get(SignInLink, hash_token(token))
    return row is not None and now < row.expires_at


def use(session: Session, token: str, now: datetime) -> uuid.UUID | None:
    """Use the link up and return its rep; None where it was used before, has expired, or never was.

    The one conditional DELETE says who was first, should two requests come at once.
    """
    taken = delete(SignInLink).where(SignInLink.token_hash == hash_token(token), SignInLink.expires_at > now)
    return session.scalar(taken.returning(SignInLink.rep_id))


def sweep(session: Session, now: datetime) -> None:
    """Forget the links that have expired."""
    session.execute(delete(SignInLink).where(SignInLink.expires_at <= now))


def end_all(session: Session, rep_id: uuid.UUID) -> None:
    """None of the rep's open links works any more."""
    session.execute(delete(SignInLink).where(SignInLink.rep_id == rep_id))
