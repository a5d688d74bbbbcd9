"""The first read of a mailbox as the command line shows it: how far it is. What it found is for the rep alone."""

import time
import uuid
from typing import Final

import typer

from app.commands.connecting import say
from app.commands.progress import Report, progress_bar
from app.config import WrongSetting
from app.connect import Connected
from app.main import Service
from app.store.errors import AlreadyWatching
from app.store.schema import Mailbox
from app.store.states import MailboxState
from app.store.watch_lock import watch_lock

_LOOK_EVERY: Final = 0.2


def show_first_read(service: Service, connected: Connected) -> None:
    """Wait for the running service to read the last 90 days, or read them here when none runs."""
    try:
        with watch_lock(service.database, service.settings.data_dir), progress_bar("reading") as report:
            _read_here(service, connected.mailbox_id, report)
    except AlreadyWatching:
        with progress_bar("reading") as report:
            _follow(service, connected.mailbox_id, report)
    typer.echo(f"Read. What was found is shown to the rep alone, on the page: {service.settings.url}")
    typer.echo("Zuruf watches this mailbox as long as `zuruf serve` runs.")


def _read_here(service: Service, mailbox_id: uuid.UUID, report: Report) -> None:
    watcher = service.watcher()
    watcher.start()
    try:
        _follow(service, mailbox_id, report)
    finally:
        watcher.stop()


def _follow(service: Service, mailbox_id: uuid.UUID, report: Report) -> None:
    """Report progress until the first read ended; raises `WrongSetting` where it needs somebody to act."""
    while True:
        with service.database.reading() as session:
            row = session.get(Mailbox, mailbox_id)
        if row is None or row.history_ended_at is not None:
            return
        if row.state in (MailboxState.ATTENTION, MailboxState.PAUSED):
            raise WrongSetting(say(row.reason or "unreachable"))
        if row.history_total is not None:
            report(row.history_done, row.history_total)
        time.sleep(_LOOK_EVERY)
