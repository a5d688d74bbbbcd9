"""Sign-ins with a provider that were begun here: each comes back once, and not late. Holds nothing about anybody."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.store.base import Base
from app.store.web_sessions import hash_token

LIFETIME: Final = timedelta(minutes=15)


class OAuthState(Base):
    """The hash of one `state` (RFC 6749 section 10.12) that has not come back yet."""

    __tablename__ = "oauth_states"

    state_hash: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def begin(session: Session, state: str, now: datetime) -> None:
    """Expect this state."""
    session.add(OAuthState(state_hash=hash_token(state), expires_at=now + LIFETIME))


def use(session: Session, state: str, now: datetime) -> bool:
    """Use it up; the one conditional DELETE says who was first."""
    taken = delete(OAuthState).where(OAuthState.state_hash == hash_token(state), OAuthState.expires_at > now)
    return session.scalar(taken.returning(OAuthState.state_hash)) is not None


def sweep(session: Session, now: datetime) -> None:
    """Forget those that did not come back in time."""
    session.execute(delete(OAuthState).where(OAuthState.expires_at <= now))
