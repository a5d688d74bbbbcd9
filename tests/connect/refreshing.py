"""A process of its own that asks for a token of a mailbox; run by `spawn`, so its arguments are plain values."""

import uuid
from datetime import datetime

from app.connect.oauth_http import TokenPost
from app.connect.oauth_providers import OAuthProvider
from app.connect.oauth_tokens import TokenDesk
from app.mail.imap_values import ConnectPolicy
from app.store.engine import Database
from app.store.keys import Keys
from app.store.vault import KeyRing


def token_of(
    url: str, key: bytes, provider: OAuthProvider, policy: ConnectPolicy, mailbox_id: uuid.UUID, at: datetime
) -> str:
    database = Database(url)
    try:
        desk = TokenDesk(database, Keys(KeyRing([key])), {provider.key: provider}, TokenPost(policy), lambda: at)
        return desk.access_token(mailbox_id)
    finally:
        database.close()
