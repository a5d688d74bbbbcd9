"""`zuruf figure`: the one figure of a whole installation, where that is switched on."""

import typer

from app.commands.options import SettingsFile
from app.config import WrongSetting, load_settings


def figure(settings_file: SettingsFile = None) -> None:
    """Print how much of last week's mail was templated, in all; off unless ZURUF_INSTANCE_FIGURE is set."""
    from app.main import open_service
    from app.store.instance_figure import LEAST_PEOPLE, last_whole_week, templated_share

    settings = load_settings(settings_file)
    if not settings.instance_figure:
        raise WrongSetting("ZURUF_INSTANCE_FIGURE: is off; agree on it with those concerned before it is switched on")
    with open_service(settings) as service, service.database.reading() as session:
        week = last_whole_week(service.clock())
        share = templated_share(session, week)
    if share is None:
        typer.echo(f"Week of {week}: fewer than {LEAST_PEOPLE} people sent mail, or one of them sent half of it.")
        return
    typer.echo(f"Week of {week}: about {share} % of the mails read like templates.")
