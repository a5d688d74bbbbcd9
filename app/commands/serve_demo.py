"""`zuruf demo`: the service with a demo mailbox, in a data directory of its own."""

import os
from typing import TYPE_CHECKING

from app.commands.options import SettingsFile

if TYPE_CHECKING:
    from fastapi import FastAPI


def demo(settings_file: SettingsFile = None) -> None:
    """Serve with an invented rep's mailbox to play with; your own data stay apart."""
    from app.commands.serve import run
    from app.config import load_settings

    settings = load_settings(settings_file)
    apart = {"data_dir": settings.data_dir / "demo-only", "database_url": "", "demo": True}
    run(settings.model_copy(update=apart), before=_open_demo)


def _open_demo(pages: "FastAPI") -> None:
    """Connect the demo mailbox, unless it was connected by an earlier run."""
    from app.config import WrongSetting
    from app.store import reps
    from app.texts import language_of
    from app.web import Web
    from app.web.demo_mailbox import connect_demo

    web: Web = pages.state.web
    if web.demo is None:
        raise WrongSetting("the demo needs pymap; install it with: pip install 'zuruf[demo]'")
    with web.database.reading() as session:
        known = reps.only_one(session)
    if known is None:
        connect_demo(web, web.demo, language_of(os.environ.get("LC_ALL") or os.environ.get("LANG")))
