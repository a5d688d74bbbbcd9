"""`zuruf invite`: a link by which one address may be connected once, where only invited people may connect."""

from typing import Annotated

import typer

from app.commands.options import SettingsFile
from app.config import WrongSetting, load_settings


def invite(
    address: Annotated[str, typer.Argument(help="The mail address that may be connected.")],
    settings_file: SettingsFile = None,
) -> None:
    """Print a link that connects this address once. Give it to that person only; it opens no mailbox by itself."""
    from app.connect.errors import ConnectProblem
    from app.connect.proof import checked_address
    from app.main import open_service
    from app.store import invitations

    settings = load_settings(settings_file)
    try:
        known = checked_address(address)
    except ConnectProblem as problem:
        raise WrongSetting(f"{address} is no mail address") from problem
    if settings.domains and known.rpartition("@")[2].casefold() not in settings.domains:
        raise WrongSetting(f"{address}: its domain is not among ZURUF_ALLOWED_DOMAINS")
    with open_service(settings) as service, service.database.writing() as session:
        token = invitations.invite(session, service.keys, known, service.clock())
    typer.echo(f"{settings.url}/connect?invitation={token}")
    days = invitations.LIFETIME.days
    typer.echo(f"Works once, for {known} only, for {days} days. A new invitation ends this one.", err=True)
