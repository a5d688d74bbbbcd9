"""`zuruf keys`: the keys that seal what is stored."""

import typer

from app.store.vault import encode_key, new_key

cli = typer.Typer(help="Keys that seal what is stored.", no_args_is_help=True)


@cli.callback()
def keys() -> None:
    """Keys that seal what is stored."""


@cli.command("new")
def make_key() -> None:
    """Print a new key for ZURUF_SECRET_KEY or its file."""
    typer.echo(encode_key(new_key()))
