"""`zuruf migrate`: brings the database to this version."""

import typer

from app.commands.options import SettingsFile


def migrate(settings_file: SettingsFile = None) -> None:
    """Bring the database to this version; `serve` does the same at its start."""
    from app.config import load_settings
    from app.main import open_service

    with open_service(load_settings(settings_file)):
        typer.echo("The database is up to date.")
