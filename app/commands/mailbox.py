"""`zuruf mailbox`: connects and looks after mailboxes from the command line, for administrators and scripts."""

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import SettingsFile
from app.config import WrongSetting, load_settings
from app.mail.imap_values import TlsMode

if TYPE_CHECKING:
    from app.connect import Proof
    from app.main import Service
    from app.store.admin_acts import AdminActKind
    from app.store.schema import Mailbox

cli = typer.Typer(help="Connect and look after mailboxes.", no_args_is_help=True)


class Way(StrEnum):
    """How a nudge gets into the inbox."""

    APPEND = "append"
    SMTP = "smtp"


Email = Annotated[str, typer.Option("--email", help="The mailbox's address.")]


@cli.command("add")
def add(
    email: Email,
    host: Annotated[str | None, typer.Option(help="IMAP server; known providers need none.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; by default that of the TLS mode.")] = None,
    tls: Annotated[TlsMode | None, typer.Option(help="How the connection is protected; none: loopback only.")] = None,
    username: Annotated[str | None, typer.Option(help="Login name, if it is not the address.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="File with the password; - reads standard input.")] = None,
    sent_folder: Annotated[str | None, typer.Option(help="The Sent folder, where it cannot be told.")] = None,
    second_sent: Annotated[
        str | None, typer.Option(help="Another folder with sent mail, looked into every few minutes.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the rep: de or en.")] = "",
    wait: Annotated[bool, typer.Option(help="Read the last 90 days before returning.")] = True,
    settings_file: SettingsFile = None,
) -> None:
    """Connect a mailbox and read its last 90 days. The rep is shown that it was done by a command."""
    from app.commands.connecting import choose_folder, explain, insist_on_folder, look_into_second, note_connected
    from app.connect import ConnectProblem, ConnectRequest, keep, prove
    from app.mail.imap_values import ConnectPolicy
    from app.main import open_service

    request = ConnectRequest(email, _password(password_file), host, port, tls, username)
    with open_service(load_settings(settings_file)) as service:
        # Whoever may run this command may reach the network anyway: private hosts are allowed.
        policy = ConnectPolicy(True, None, service.policy.ca_file)
        try:
            proof = choose_folder(prove(request, policy), sent_folder)
        except ConnectProblem as problem:
            raise WrongSetting(explain(problem)) from problem
        connected = keep(
            service.database, service.keys, proof, _language(language), service.default_rules, service.clock()
        )
        note_connected(service, connected)
        if sent_folder is not None:
            insist_on_folder(service, connected, sent_folder)
        if second_sent is not None:
            look_into_second(service, connected, proof.account, second_sent)
        typer.echo(_connected(proof))
        if wait and proof.chosen:
            from app.commands.first_read import show_first_read

            show_first_read(service, connected)


@cli.command("list")
def show_all(settings_file: SettingsFile = None) -> None:
    """Every mailbox with its state; no list of what a rep sent."""
    from app.commands.health_table import print_health
    from app.main import open_service

    with open_service(load_settings(settings_file)) as service:
        print_health(service)


@cli.command("pause")
def pause(email: Email, settings_file: SettingsFile = None) -> None:
    """Stop watching; nothing is read, judged or sent until it is resumed."""
    from app.store import mailboxes
    from app.store.admin_acts import AdminActKind

    _change(email, settings_file, lambda service, row: mailboxes.pause(row, service.clock()), AdminActKind.PAUSED)


@cli.command("resume")
def resume(email: Email, settings_file: SettingsFile = None) -> None:
    """Watch again."""
    from app.store import mailboxes
    from app.store.admin_acts import AdminActKind

    _change(email, settings_file, lambda service, row: mailboxes.resume(row, service.clock()), AdminActKind.RESUMED)


@cli.command("remove")
def remove(
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    settings_file: SettingsFile = None,
) -> None:
    """Erase a mailbox with all that is kept of it; the mail itself is not touched."""
    if not yes:
        typer.confirm(f"Erase {email} and all that Zuruf keeps of it?", abort=True)
    from app.commands.delivering import remove_all
    from app.main import open_service

    with open_service(load_settings(settings_file)) as service:
        done = remove_all(service, email)
    typer.echo(f"{email}: removed" if done else f"{email}: a delivery is being ended; removed within a minute")


@cli.command("deliver")
def deliver(
    email: Email,
    by: Annotated[Way | None, typer.Option(help="How nudges get into the inbox.")] = None,
    host: Annotated[str, typer.Option(help="SMTP server; only with --by smtp.")] = "",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Its port.")] = 465,
    tls: Annotated[TlsMode, typer.Option(help="How the connection is protected; none: loopback only.")] = (
        TlsMode.IMPLICIT
    ),
    username: Annotated[str | None, typer.Option(help="Login name, if it is not the mailbox's.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="File with the password, if it is not the same.")] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Choose how nudges are delivered; without --by, try the SMTP login that is set. Sends nothing."""
    from app.commands.delivering import set_way, try_way
    from app.main import open_service
    from app.store.submissions import SubmissionSetting

    if by is Way.SMTP and not host:
        raise WrongSetting("--host: --by smtp needs the name of the SMTP server")
    password = _password(password_file) if password_file else None
    setting = SubmissionSetting(host, port, tls.value, username, password, True) if by is Way.SMTP else None
    with open_service(load_settings(settings_file)) as service:
        if by is None:
            try_way(service, email)
        else:
            set_way(service, email, setting)
    typer.echo(f"{email}: the login works" if by is None else f"{email}: nudges are delivered by {by.value}")


@cli.command("check")
def check(
    email: Annotated[str | None, typer.Option("--email", help="Only this one.")] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Log in to each mailbox, open its Sent folder, and say what to mend."""
    from app.commands.connecting import check_mailboxes
    from app.main import open_service

    with open_service(load_settings(settings_file)) as service:
        if not check_mailboxes(service, email):
            raise typer.Exit(1)


def _change(
    email: str, settings_file: Path | None, change: Callable[["Service", "Mailbox"], None], act: "AdminActKind"
) -> None:
    from app.commands.connecting import rows_of
    from app.main import open_service
    from app.store import admin_acts

    with open_service(load_settings(settings_file)) as service, service.database.writing() as session:
        for row in rows_of(service, session, email):
            change(service, row)
            admin_acts.note(session, row, act, service.clock())
    typer.echo(f"{email}: {act.value}")


def _password(path: Path | None) -> str:
    """From a file without its last line end, from standard input, or asked for."""
    if path is None:
        return str(typer.prompt("Password", hide_input=True))
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"--password-file: {path} cannot be read as text") from error
    return text.removesuffix("\n").removesuffix("\r")


def _language(given: str) -> str:
    from app.texts import language_of

    return language_of(given or os.environ.get("LC_ALL") or os.environ.get("LANG"))


def _connected(proof: "Proof") -> str:
    if proof.chosen is None:
        return f"{proof.account.address}: connected; choose its Sent folder with --sent-folder or on the page"
    return f"{proof.account.address}: connected; Sent folder {proof.chosen.name!r} with {proof.chosen.count} mails"
