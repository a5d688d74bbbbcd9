"""Reads the text of one mail live from the mailbox, for the rep who opens it on the page; nothing is kept."""

from typing import Final

from app.connect.errors import ConnectProblem
from app.connect.opening import open_account
from app.mail.errors import MailError
from app.mail.imap_values import ConnectPolicy
from app.store.mailboxes import Account

LIMIT: Final = 256 * 1024


def read_text(account: Account, folder: str, uidvalidity: int, uid: int, policy: ConnectPolicy) -> str | None:
    """The mail's text; None where it no longer is where it was. Raises `ConnectProblem`."""
    try:
        with open_account(account, policy) as session:
            if session.examine(folder).uidvalidity != uidvalidity:
                return None
            message = session.fetch_whole(uid, LIMIT)
    except MailError as error:
        raise ConnectProblem(error.code) from error
    return message.text if message else None
