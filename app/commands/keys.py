"""`zuruf keys`: the keys that seal what is stored."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.options import SettingsFile
from app.store.vault import KeyRing, decode_keys, encode_key, new_key

if TYPE_CHECKING:
    from app.main import Service

cli = typer.Typer(help="Keys that seal what is stored.", no_args_is_help=True)


@cli.callback()
def keys() -> None:
    """Keys that seal what is stored."""


@cli.command("new")
def make_key() -> None:
    """Print a new key for ZURUF_SECRET_KEY or its file."""
    typer.echo(encode_key(new_key()))


@cli.command("rotate")
def rotate_keys(settings_file: SettingsFile = None) -> None:
    """Seal everything anew with new keys, while the service is stopped; an interrupted run is gone on with."""
    from app.config import load_settings
    from app.main import open_service
    from app.store.rotation import is_needed, rotate
    from app.store.watch_lock import watch_lock

    settings = load_settings(settings_file)
    with open_service(settings) as service, watch_lock(service.database, settings.data_dir):
        ring = service.ring if is_needed(service.database, service.ring) else _ring_with_new_key(service)
        if ring is None:
            typer.echo("Everything is sealed with the newest key. For a new one, put it before the others first:")
            typer.echo("zuruf keys new, then ZURUF_SECRET_KEY or its file with the new key in the first line.")
            return
        sealed = sum(rotate(service.database, ring))
    typer.echo(f"{sealed} values were sealed anew. The older keys open nothing of this database any more;")
    typer.echo("keep them as long as you keep backups from before, then take them out.")


def _ring_with_new_key(service: "Service") -> KeyRing | None:
    """With a new key before the others in the data directory's key file; None where the keys come from outside."""
    from app.main import KEY_FILE

    if service.settings.secret_key.get_secret_value():
        return None
    path = service.settings.data_dir / KEY_FILE
    ring = [new_key(), *decode_keys(path.read_text("ascii"))]
    _write_safely(path, "".join(f"{encode_key(key)}\n" for key in ring))
    return KeyRing(ring)


def _write_safely(path: Path, text: str) -> None:
    """Either the old or the new content survives a power loss; a key that seals must never be lost."""
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
