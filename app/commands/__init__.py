"""The commands of `zuruf`, one file each; imports heavy parts only when a command runs."""

import typer

from app.commands import check, data_map, figure, invite, keys, mailbox, migrate, scan, serve, serve_demo

cli = typer.Typer(
    name="zuruf",
    help="Notices templated sales mail in your own Sent folder and nudges you, alone, to call instead.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command("serve")(serve.serve)
cli.command("demo")(serve_demo.demo)
cli.command("scan")(scan.scan)
cli.command("check")(check.check)
cli.command("migrate")(migrate.migrate)
cli.command("invite")(invite.invite)
cli.command("figure")(figure.figure)
cli.command("data-map")(data_map.show_data_map)
cli.add_typer(mailbox.cli, name="mailbox")
cli.add_typer(keys.cli, name="keys")
