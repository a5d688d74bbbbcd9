"""Hands out access tokens of stored mailboxes, refreshed where they end, and never by two workers together.

A refresh token that was exchanged for another is stored before anything is done with what came with it.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from app.connect.oauth_http import TokenPost
from app.connect.oauth_providers import OAuthProvider
from app.connect.oauth_requests import refresh
from app.mail.errors import LoginRefused, MailError, ServerBusy
from app.store import oauth_grants
from app.store.engine import Database
from app.store.errors import DatabaseUnavailable
from app.store.keys import Keys
from app.store.oauth_grants import Taken, Tokens, Turn
from app.store.schema import Mailbox

log = structlog.get_logger()

PATIENCE: Final = 20.0  # seconds that somebody else's refresh is waited for, or the database
_LOOK_EVERY: Final = 0.05


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """The `AccessTokens` of an installation."""

    database: Database
    keys: Keys
    providers: Mapping[str, OAuthProvider]
    post: TokenPost
    clock: Callable[[], datetime]

    def access_token(self, mailbox_id: uuid.UUID, refused: str | None = None) -> str:
        """A token that lasts, and is not the `refused` one; raises `LoginRefused` and `ServerBusy`."""
        deadline = time.monotonic() + PATIENCE
        token = self._stored(mailbox_id, refused)
        while token is None:
            taken = self._take(mailbox_id, refused)
            token = self._refreshed(taken) if isinstance(taken, Turn) else taken
            if token is None and time.monotonic() > deadline:
                raise ServerBusy("oauth_busy")
            if token is None:
                time.sleep(_LOOK_EVERY)
        return token

    def _stored(self, mailbox_id: uuid.UUID, refused: str | None) -> str | None:
        """Most times there is nothing to write."""
        with self.database.reading() as session:
            grant, mailbox = oauth_grants.of_mailbox(session, mailbox_id), session.get(Mailbox, mailbox_id)
            if grant is None or mailbox is None:
                raise LoginRefused("oauth_revoked")
            return oauth_grants.stored_token(self.keys.of_rep(session, mailbox.rep_id), grant, refused, self.clock())

    def _take(self, mailbox_id: uuid.UUID, refused: str | None) -> Taken:
        with self.database.writing() as session:
            grant, mailbox = oauth_grants.locked(session, mailbox_id), session.get(Mailbox, mailbox_id)
            if grant is None or mailbox is None:
                raise LoginRefused("oauth_revoked")
            vault = self.keys.of_rep(session, mailbox.rep_id)
            return oauth_grants.take(session, vault, grant, refused, self.clock())

    def _refreshed(self, turn: Turn) -> str | None:
        """None where somebody signed in anew meanwhile: that is newer than what was just fetched."""
        provider = self.providers.get(turn.provider)
        try:
            if provider is None:
                raise ServerBusy("oauth_misconfigured")
            tokens = refresh(provider, self.post, turn.refresh_token, self.clock())
        except MailError as error:
            log.info("token not refreshed", mailbox=str(turn.mailbox_id), error=error.code)
            self._end(turn, None)
            raise
        return tokens.access if self._keep(turn, tokens) else None

    def _keep(self, turn: Turn, tokens: Tokens) -> bool:
        """Providers may take the old refresh token no more: the new one outlasts a moment without the database."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._end(turn, tokens)
            except DatabaseUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_LOOK_EVERY)

    def _end(self, turn: Turn, tokens: Tokens | None) -> bool:
        with self.database.writing() as session:
            mailbox = session.get(Mailbox, turn.mailbox_id)
            if mailbox is None:
                return False
            return oauth_grants.end_turn(session, self.keys.of_rep(session, mailbox.rep_id), turn, tokens)
