"""Signing in again: a link that lies in the mailbox's own INBOX proves the same as the password did."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from app.connect.own_mail import put_own_mail
from app.mail.errors import MailError
from app.mail.imap_values import ConnectPolicy
from app.mail.letter import UnsafeLetter
from app.store import mailboxes, sign_in_links
from app.store.engine import Database
from app.store.keys import Keys
from app.store.mailboxes import Account
from app.texts import Language, language_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Delivery:
    mailbox_id: uuid.UUID
    account: Account
    language: Language
    token: str


def put_sign_in_link(
    database: Database, keys: Keys, address: str, link: Callable[[str], str], policy: ConnectPolicy, now: datetime
) -> None:
    """Put a link into every mailbox with this address; `link` makes the URL of a token.

    Says nothing of whether there was one, and a mailbox that cannot be reached does not stop the others.
    """
    with database.writing() as session:
        deliveries = [
            _Delivery(
                mailbox.id,
                mailboxes.account_of(session, keys, mailbox),
                language_of(mailbox.language),
                sign_in_links.mint(session, mailbox.rep_id, now),
            )
            for mailbox in mailboxes.by_address(session, keys, address)
        ]
    for delivery in deliveries:
        try:
            _deliver(delivery, link(delivery.token), policy, now)
        except (MailError, UnsafeLetter) as error:
            log.warning("sign-in link not delivered", mailbox=str(delivery.mailbox_id), error=type(error).__name__)


def _deliver(delivery: _Delivery, link: str, policy: ConnectPolicy, now: datetime) -> None:
    minutes = int(sign_in_links.LIFETIME.total_seconds() // 60)
    # Appended wherever that works: a link that signs in passes no other server.
    put_own_mail(delivery.account, None, "sign-in", delivery.language, policy, now, link=link, minutes=minutes)
