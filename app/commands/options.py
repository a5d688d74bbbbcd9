"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings", envvar="ZURUF_SETTINGS_FILE", help="File with ZURUF_... lines, read beside the environment."
    ),
]
