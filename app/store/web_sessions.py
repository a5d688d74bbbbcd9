"""Signed-in browsers: the cookie holds a random token, the row only its hash."""

import secrets
import uuid
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from app.store.schema import WebSession

TOKEN_BYTES: Final = 32
IDLE_LIMIT: Final = timedelta(days=30)
ABSOLUTE_LIMIT: Final = timedelta(days=180)
_TOUCH_EVERY: Final = timedelta(hours=12)


def hash_token(token: str) -> bytes:
    """Plain SHA-256 is enough for 256 random bits: there is nothing to guess."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def start(session: Session, rep_id: uuid.UUID, now: datetime) -> str:
    """A new signed-in browser; returns the token of its cookie."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(WebSession(token_hash=hash_token(token), rep_id=rep_id, created_at=now, used_at=now))
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> WebSession | None:
    """The session of a cookie's token, as long as it is within both limits."""
    row = session.get(WebSession, hash_token(token))
    return row if row is not None and _is_alive(row, now) else None


def _is_alive(row: WebSession, now: datetime) -> bool:
    return now - row.used_at < IDLE_LIMIT and now - row.created_at < ABSOLUTE_LIMIT


def wants_touch(row: WebSession, now: datetime) -> bool:
    """Whether the last use is worth writing down again: not with every page."""
    return now - row.used_at >= _TOUCH_EVERY


def touch(session: Session, token: str, now: datetime) -> None:
    row = session.get(WebSession, hash_token(token))
    if row is not None:
        row.used_at = now


def end(session: Session, token: str) -> None:
    """Sign this one browser out."""
    session.execute(delete(WebSession).where(WebSession.token_hash == hash_token(token)))


def end_all(session: Session, rep_id: uuid.UUID) -> None:
    """Sign every browser of a rep out, as after a changed password."""
    session.execute(delete(WebSession).where(WebSession.rep_id == rep_id))


def sweep(session: Session, now: datetime) -> None:
    """Forget the sessions that are past their limits."""
    too_old = or_(WebSession.used_at <= now - IDLE_LIMIT, WebSession.created_at <= now - ABSOLUTE_LIMIT)
    session.execute(delete(WebSession).where(too_old))
