"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from app.config import SETTINGS_FILE, Settings, load_settings, unknown_settings

SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", envvar=SETTINGS_FILE, help="File with ZURUF_... lines, read beside the environment."),
]


def settings_with_warnings(file: Path | None) -> Settings:
    """As `load_settings`; says on stderr which names were not understood, since a mistyped one changes nothing."""
    settings = load_settings(file)
    for unknown in unknown_settings(file):
        typer.echo(f"warning: {unknown}", err=True)
    return settings
