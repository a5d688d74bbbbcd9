"""The SMTP server that carries a mailbox's nudges where the rep chose so: sealed as one value, like the password."""

import json
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from app.store.keys import Keys
from app.store.mailboxes import Account, account_of
from app.store.schema import Mailbox


@dataclass(frozen=True, slots=True)
class SubmissionSetting:
    """`tls` as in `Account`. Without `username` and `password` of its own, the mailbox's login is used."""

    host: str
    port: int
    tls: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    private_host: bool = False


def choose_submission(session: Session, keys: Keys, mailbox: Mailbox, setting: SubmissionSetting | None) -> None:
    """None: nudges are appended again."""
    if setting is None:
        mailbox.submission = None
        return
    values = [setting.host, setting.port, setting.tls, setting.username, setting.password, setting.private_host]
    mailbox.submission = keys.of_rep(session, mailbox.rep_id).seal_text(_place(mailbox), json.dumps(values))


def submission_setting(session: Session, keys: Keys, mailbox: Mailbox) -> SubmissionSetting | None:
    """Raises `Tampered`."""
    if mailbox.submission is None:
        return None
    return SubmissionSetting(
        *json.loads(keys.of_rep(session, mailbox.rep_id).unseal_text(_place(mailbox), mailbox.submission))
    )


def submission_of(session: Session, keys: Keys, mailbox: Mailbox) -> Account | None:
    """How nudges are submitted; None where they are appended. Raises `Tampered`."""
    setting = submission_setting(session, keys, mailbox)
    return submission_account(account_of(session, keys, mailbox), setting) if setting else None


def submission_account(account: Account, setting: SubmissionSetting) -> Account:
    """The setting with the login that it stands for."""
    return replace(
        account,
        host=setting.host,
        port=setting.port,
        tls=setting.tls,
        username=setting.username or account.username,
        password=setting.password if setting.password is not None else account.password,
        private_host=setting.private_host,
    )


def _place(mailbox: Mailbox) -> str:
    return f"mailbox/{mailbox.id}/submission"
