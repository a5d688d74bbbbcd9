"""How a mailbox's nudges are delivered, set from the command line; and its removal."""

import uuid
from collections.abc import Sequence
from contextlib import suppress

import typer

from app.commands.connecting import rows_of, say
from app.config import WrongSetting
from app.connect import open_submission_account, put_own_mail, remove_mailbox
from app.mail.errors import MailError
from app.mail.imap_values import ConnectPolicy
from app.main import Service
from app.store import admin_acts, mailboxes, nudges
from app.store.admin_acts import AdminActKind
from app.store.errors import AlreadyWatching
from app.store.mailboxes import Account
from app.store.submissions import SubmissionSetting, choose_submission, submission_account, submission_of
from app.store.watch_lock import watch_lock
from app.texts import language_of


def set_way(service: Service, email: str, setting: SubmissionSetting | None) -> None:
    """Prove the SMTP server by a login, and keep it; None goes back to APPEND. Raises `WrongSetting`."""
    with service.database.reading() as session:
        accounts = [mailboxes.account_of(session, service.keys, row) for row in rows_of(service, session, email)]
    if setting is not None:
        for account in accounts:
            _prove(submission_account(account, setting), ConnectPolicy(True, None, service.policy.ca_file))
    with service.database.writing() as session:
        for row in rows_of(service, session, email):
            choose_submission(session, service.keys, row, setting)
            admin_acts.note(session, row, AdminActKind.WAY_CHANGED, service.clock())


def try_way(service: Service, email: str) -> None:
    """Log in to the SMTP server that is set, and send nothing. Raises `WrongSetting`."""
    with service.database.reading() as session:
        ways = [submission_of(session, service.keys, row) for row in rows_of(service, session, email)]
    for submission in ways:
        if submission is None:
            raise WrongSetting(f"{email}: nudges are put into the inbox over IMAP; there is no SMTP server to try")
        _prove(submission, service.policy)


def remove_all(service: Service, email: str) -> bool:
    """Erase each mailbox with this address; False where a running service still has to end a delivery first.

    Each rep is told by a mail while the login is still known, since the page may go along.
    """
    _tell_reps(service, email)
    with service.database.writing() as session:
        rows = rows_of(service, session, email)
        for row in rows:  # whoever has another mailbox here sees it
            admin_acts.note(session, row, AdminActKind.REMOVED, service.clock())
        ids: Sequence[uuid.UUID] = [row.id for row in rows]
    # Without a running service, whoever had a nudge in hand is dead.
    alone = watch_lock(service.database, service.settings.data_dir)
    with suppress(AlreadyWatching), alone, service.database.writing() as session:
        nudges.release_all(session)
        mailboxes.release_all(session)
    done = [remove_mailbox(service.database, service.keys, one, service.clock) for one in ids]
    return all(done)


def _tell_reps(service: Service, email: str) -> None:
    with service.database.reading() as session:
        rows = [row for row in rows_of(service, session, email) if not row.demo]
        accounts = [mailboxes.account_of(session, service.keys, row) for row in rows]
        ways = [submission_of(session, service.keys, row) for row in rows]
        languages = [language_of(row.language) for row in rows]
    for account, way, language in zip(accounts, ways, languages, strict=True):
        try:
            put_own_mail(account, way, "removed", language, service.policy, service.clock())
        except MailError as error:
            typer.echo(f"{email}: the rep could not be told by a mail: {say(error.code)}", err=True)


def _prove(submission: Account, policy: ConnectPolicy) -> None:
    try:
        with open_submission_account(submission, policy):
            pass
    except MailError as error:
        raise WrongSetting(f"{submission.host}: {say(error.code)}") from error
