"""By what a send is recognised when it comes again: a second copy, a re-upload, a changed UIDVALIDITY."""

import re
from datetime import datetime
from typing import Final

from app.mail.message import MailMessage
from app.store.vault import DataVault

_SPACE: Final = re.compile(r"\s+")


def identity_of(vault: DataVault, message: MailMessage, filed_at: datetime) -> bytes:
    """A keyed hash of the message's id and its recipients.

    Servers rewrite Message-IDs (Exchange, Gmail) and keep the original in a header of their own. The id alone is not
    safe: mail-merge scripts give one id to many mails. Without any id content and date stand in, without a date
    `filed_at`, so that the same words of another day are another send.
    """
    message_id = message.original_message_id or message.message_id
    if message_id is None:
        return vault.index("send-without-id", f"{message.date or filed_at}\0{_outside(message)}\0{_text(message)}")
    return vault.index("send", f"{message_id}\0{_recipients(message)}")


def content_key_of(vault: DataVault, message: MailMessage) -> bytes:
    """A keyed hash of recipients, subject and text: equal for two copies of one mail under different ids."""
    return vault.index("content", f"{_outside(message)}\0{_text(message)}")


def _outside(message: MailMessage) -> str:
    return f"{_recipients(message)}\0{message.subject}"


def _recipients(message: MailMessage) -> str:
    return ",".join(sorted(recipient.email for recipient in message.recipients))


def _text(message: MailMessage) -> str:
    return _SPACE.sub(" ", message.text).strip()
