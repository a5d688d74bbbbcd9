"""What the mailbox commands share: the mailboxes of an address, problems in words, the choice of a Sent folder."""

import os
from collections.abc import Sequence
from dataclasses import replace

import typer
from sqlalchemy.orm import Session

from app.commands.words import state_words
from app.config import WrongSetting
from app.connect import Connected, ConnectProblem, Proof, folder_facts, open_account
from app.mail.errors import MailError
from app.mail.imap_values import ConnectPolicy
from app.main import Service
from app.store import mailboxes
from app.store.mailboxes import Account
from app.store.schema import Mailbox
from app.texts import language_of, translator
from app.texts.problems import describe_problem


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
    texts = translator(language_of(os.environ.get("LC_ALL") or os.environ.get("LANG")))
    text = describe_problem(texts, code, provider, hints)
    return f"{text.happened} {text.advice}"


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


def check_mailboxes(service: Service, email: str | None) -> bool:
    """Log in to each mailbox and open its Sent folder; True when all is well."""
    with service.database.reading() as session:
        rows = rows_of(service, session, email) if email else mailboxes.every(session)
        accounts = [(row, mailboxes.account_of(session, service.keys, row)) for row in rows]
    if not accounts:
        typer.echo("mailboxes: none is connected")
    well = [_check_one(service, row, account) for row, account in accounts]
    return all(well)


def _check_one(service: Service, row: Mailbox, account: Account) -> bool:
    try:
        with open_account(account, service.policy) as session:
            state = session.examine(row.sent_folder)
    except MailError as error:
        typer.echo(f"{account.address}: {say(error.code)}")
        return False
    typer.echo(f"{account.address}: ok, {state_words(row)}; {state.exists} mails in {row.sent_folder!r}")
    return True
