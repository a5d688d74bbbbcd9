"""What the mailbox commands share: the mailboxes of an address, problems in words, the choice of a Sent folder."""

import os
import uuid
from collections.abc import Sequence
from dataclasses import replace

import typer
from sqlalchemy.orm import Session

from app.commands.words import contact_words, state_words, tells_reason
from app.config import WrongSetting
from app.connect import Connected, ConnectProblem, Proof, folder_facts, open_account
from app.mail.errors import MailError
from app.mail.imap_values import ConnectPolicy
from app.main import Service
from app.store import admin_acts, mailboxes, nudges, quarantine, second_folders
from app.store.admin_acts import AdminActKind
from app.store.mailboxes import Account
from app.store.schema import Mailbox
from app.texts import Translator, language_of, translator
from app.texts.problems import describe_problem, describe_unread


def rows_of(service: Service, session: Session, email: str) -> Sequence[Mailbox]:
    """Raises `WrongSetting` where no mailbox has this address."""
    rows = mailboxes.by_address(session, service.keys, email)
    if not rows:
        raise WrongSetting(f"{email} is not connected; `zuruf mailbox list` shows which are")
    return rows


def explain(problem: ConnectProblem) -> str:
    """What happened and what to do, in the language of the terminal."""
    hints = problem.provider.hints if problem.provider else ()
    name = problem.provider.name if problem.provider else None
    return say(problem.code, name, hints)


def say(code: str, provider: str | None = None, hints: Sequence[str] = ()) -> str:
    text = describe_problem(_texts(), code, provider, hints)
    return f"{text.happened} {text.advice}"


def _texts() -> Translator:
    return translator(language_of(os.environ.get("LC_ALL") or os.environ.get("LANG")))


def choose_folder(proof: Proof, wanted: str | None) -> Proof:
    """The proof with the Sent folder that was asked for; raises `WrongSetting` naming those there are."""
    if wanted is None:
        return proof
    policy = ConnectPolicy(True, None, None)
    known = [*([proof.chosen] if proof.chosen else []), *proof.candidates]
    found = next((folder for folder in known if folder.name == wanted), None)
    if found is None:
        every = folder_facts(proof.account, policy)
        found = next((folder for folder in every if folder.name == wanted), None)
        if found is None:
            names = ", ".join(folder.name for folder in every)
            raise WrongSetting(f"--sent-folder: there is no folder {wanted}; there are: {names}")
    return replace(proof, chosen=found)


def insist_on_folder(service: Service, connected: Connected, folder: str) -> None:
    """A mailbox that was known before keeps its Sent folder, unless another one is asked for."""
    with service.database.writing() as session:
        row = session.get_one(Mailbox, connected.mailbox_id)
        if row.sent_folder != folder:
            mailboxes.change_sent_folder(row, folder)
            mailboxes.wake(row, service.clock())


def note_connected(service: Service, connected: Connected) -> None:
    """The rep is to see that it was not the page that connected the mailbox."""
    with service.database.writing() as session:
        row = session.get_one(Mailbox, connected.mailbox_id)
        admin_acts.note(session, row, AdminActKind.CONNECTED, service.clock())


def look_into_second(service: Service, connected: Connected, account: Account, folder: str) -> None:
    """Watch a second Sent folder as well; an empty name ends that. Raises `WrongSetting` where it does not exist."""
    try:
        if folder:
            with open_account(account, ConnectPolicy(True, None, service.policy.ca_file)) as mailbox:
                mailbox.examine(folder)
    except MailError as error:
        raise WrongSetting(f"--second-sent: {say(error.code)}") from error
    with service.database.writing() as session:
        row = session.get_one(Mailbox, connected.mailbox_id)
        second_folders.choose(session, row, folder, service.clock())


def check_mailboxes(service: Service, email: str | None) -> bool:
    """Log in to each mailbox and open its Sent folder; True when all is well."""
    with service.database.reading() as session:
        rows = rows_of(service, session, email) if email else mailboxes.every(session)
        accounts = [(row, mailboxes.account_of(session, service.keys, row)) for row in rows]
    if not accounts:
        typer.echo("mailboxes: none is connected")
    _note_checked(service, [row.id for row, _ in accounts])
    well = []
    for row, account in accounts:
        well.append(_check_one(service, row, account))
        _show_nudges(service, row, account)
    return all(well)


def _note_checked(service: Service, mailbox_ids: Sequence[uuid.UUID]) -> None:
    with service.database.writing() as session:
        for mailbox_id in mailbox_ids:
            row = session.get(Mailbox, mailbox_id)
            if row is not None:
                admin_acts.note(session, row, AdminActKind.CHECKED, service.clock())


def _check_one(service: Service, row: Mailbox, account: Account) -> bool:
    try:
        with open_account(account, service.policy) as session:
            state = session.examine(row.sent_folder)
            behind = len(session.uids_after(row.last_uid)) if state.uidvalidity == row.uidvalidity else None
    except MailError as error:
        typer.echo(f"{account.address}: {say(error.code)}")
        return False
    typer.echo(f"{account.address}: ok, {state_words(row)}; {state.exists} mails in {row.sent_folder!r}")
    _show_lag(service, row, account, behind)
    _show_folders(service, row, account)
    return True


def _show_lag(service: Service, row: Mailbox, account: Account, behind: int | None) -> None:
    """When the service last heard of the mailbox, which the check itself is no part of, and what it has yet to read."""
    lag = "not read yet" if behind is None else f"{behind} mails yet to be looked at" if behind else "all looked at"
    typer.echo(f"{account.address}: last contact {contact_words(row, service.clock())}; {lag}")
    if tells_reason(row):
        typer.echo(f"{account.address}: {say(row.reason or '')} Since {row.state_since:%Y-%m-%d %H:%M} UTC.")


def _show_nudges(service: Service, row: Mailbox, account: Account) -> None:
    """Whether they get through: the oldest that still has to go, and why the last refused one was. Not how many."""
    with service.database.reading() as session:
        tally = nudges.tally(session, row.id)
    way = "by SMTP" if row.submission is not None else "by APPEND"
    waits = "one waits" if tally.oldest_waiting is not None else "none waits"
    typer.echo(f"{account.address}: nudges {way}: {waits}")
    if tally.oldest_waiting is not None:
        typer.echo(f"{account.address}: the oldest waiting nudge is of {tally.oldest_waiting:%Y-%m-%d %H:%M:%S} UTC")
    if tally.last_error is not None:
        typer.echo(f"{account.address}: last trouble with a nudge: {say(tally.last_error)} ({tally.last_error})")


def _show_folders(service: Service, row: Mailbox, account: Account) -> None:
    """What the server changed about the folder, and which of its mails could not be read."""
    with service.database.reading() as session:
        unread = quarantine.count_by_reason(session, row.id)
        second = second_folders.of_mailbox(session, row.id)
    if row.followed_from is not None:
        typer.echo(f"{account.address}: the folder {row.followed_from!r} is gone; {row.sent_folder!r} is watched now")
    if second is not None:
        typer.echo(f"{account.address}: second folder {second.name!r}{f' ({second.reason})' if second.reason else ''}")
    elif row.other_sent is not None:
        typer.echo(f"{account.address}: {row.other_sent!r} holds sent mails as well; see --second-sent")
    for reason, count in unread.items():
        words = describe_unread(_texts(), reason)
        typer.echo(f"{account.address}: {count} unread, tried again after an update: {words} ({reason})")
