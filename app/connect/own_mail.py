"""A mail about a mailbox into that mailbox, on the way that nudges take there: a sign-in link, a sample, a farewell."""

import secrets
from datetime import datetime
from typing import Final

from app.connect.opening import open_account, open_submission_account
from app.mail.imap_values import ConnectPolicy
from app.mail.letter import Letter, compose
from app.store.mailboxes import Account
from app.texts import Language
from app.texts.mail_templates import render_mail

INBOX: Final = "INBOX"


def put_own_mail(
    account: Account,
    submission: Account | None,
    name: str,
    language: Language,
    policy: ConnectPolicy,
    now: datetime,
    **values: object,
) -> None:
    """Append the mail whose templates have this name to the INBOX, or submit it to the account's own address.

    Raises `MailError`, and `UnsafeLetter` for an address that no letter can be written to.
    """
    mail = render_mail(name, language, "sie", **values)
    letter = Letter(
        sender_name="Zuruf",
        rep=account.address,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=f"<{name}.{secrets.token_hex(16)}@zuruf.invalid>",
        date=now,
        in_reply_to=None,
        references=(),
        kind=name,
    )
    raw = compose(letter)
    if submission is None:
        with open_account(account, policy) as session:
            session.append(INBOX, raw, now)
        return
    with open_submission_account(submission, policy) as opened:
        opened.send_to_self(submission.address, raw)
