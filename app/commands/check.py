"""`zuruf check`: proves that everything the service needs works, and says what to mend."""

import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Final

import typer

from app.commands.options import SettingsFile, settings_with_warnings
from app.config import WrongSetting
from app.main import Service, open_service
from app.store.errors import StoreError

# The first releases whose email package refuses line breaks hidden in encoded words (CVE-2026-1299).
PATCHED: Final = {(3, 11): 15, (3, 12): 13, (3, 13): 12, (3, 14): 3}


def check(
    provider: Annotated[
        str | None,
        typer.Option(help="Only look for the server of this mail domain; what is printed names nobody and no host."),
    ] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Prove settings, database, keys, model, templates and each mailbox; exit status 1 if something needs mending.

    A database of another version is told, not changed.
    """
    from app.commands.connecting import check_mailboxes

    settings = settings_with_warnings(settings_file)
    with open_service(settings, may_migrate=False) as service:
        if provider is not None:
            from app.commands.provider_check import check_provider

            if not check_provider(service, provider):
                raise typer.Exit(1)
            return
        typer.echo("settings: ok")
        _warn_of_hosts(service)
        typer.echo("database: ok, made just now: there was none" if service.is_new else "database: ok")
        proved = [_proved(name, proof) for name, proof in _proofs(service)]
        _warn_of_python()
        if not (check_mailboxes(service, None) and all(proved)):
            raise typer.Exit(1)


def _proofs(service: Service) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "keys", lambda: _check_keys(service)
    yield "nudge rules", lambda: _check_rules(service)
    yield "model", _check_model
    yield "templates", _check_templates


def _proved(name: str, proof: Callable[[], None]) -> bool:
    from classifier import ModelError

    try:
        proof()
    except (WrongSetting, StoreError, ModelError) as error:
        typer.echo(f"{name}: {error}")
        return False
    typer.echo(f"{name}: ok")
    return True


def _check_rules(service: Service) -> None:
    from app.nudge.rules import rules_from

    rules_from(service.default_rules)


def _check_keys(service: Service) -> None:
    from app.store import mailboxes

    with service.database.reading() as session:
        for row in mailboxes.every(session):
            mailboxes.account_of(session, service.keys, row)


def _check_model() -> None:
    from classifier import Judge, Sample
    from classifier.answers.reader import AnswerReader

    AnswerReader.load()
    Judge.load().judge("check", Sample(subject="Hallo", body="Guten Tag, wie besprochen anbei das Protokoll."), None)


def _check_templates() -> None:
    from app.texts.mail_templates import mail_environment
    from app.web.rendering import page_environment

    for environment in (mail_environment("de"), page_environment("de")):
        for name in environment.list_templates():
            environment.get_template(name)


def _warn_of_hosts(service: Service) -> None:
    """Where only some mail servers may be connected, those that a sign-in opens must be among them."""
    allowed = service.settings.hosts
    if allowed is None:
        return
    for provider in service.oauth_providers.values():
        if provider.endpoint.host.casefold() not in allowed:
            typer.echo(
                f"settings: signing in with {provider.name} connects nothing while its mail server is not among "
                f"ZURUF_ALLOWED_HOSTS; add {provider.endpoint.host}"
            )


def _warn_of_python() -> None:
    major, minor, patch = sys.version_info[:3]
    needed = PATCHED.get((major, minor))
    if needed is not None and patch < needed:
        typer.echo(
            f"python: {major}.{minor}.{patch} has known flaws in its mail library, which Zuruf guards against; "
            f"{major}.{minor}.{needed} or later is better"
        )
