"""A scripted server with a Sent folder of two messages, of which nothing is told, and the account to reach it."""

from collections.abc import Callable

from app.store.mailboxes import Account
from tests.servers.scripted_imap import CAPABILITIES, ScriptedImap, Wire

JONAS = "jonas@keller-maschinen.example"


def account_of(server: ScriptedImap, user: str = JONAS) -> Account:
    return Account(user, "127.0.0.1", server.port, "none", user, "pw", True)


def serve(
    wire: Wire,
    capabilities: str = CAPABILITIES,
    *,
    on_idle: Callable[[str], None] | None = None,
    found: str = "",
    on_fetch: Callable[[], None] | None = None,
    on_inbox: Callable[[], None] | None = None,
) -> None:
    """Answer every command; `found` is what a search finds, and `on_idle` gets the tag."""
    wire.log_in(capabilities)
    while True:
        tag, _, command = wire.read_line().decode().partition(" ")
        if command.startswith("EXAMINE") and "INBOX" in command and on_inbox is not None:
            on_inbox()
        elif command.startswith("EXAMINE"):
            for line in ("* 2 EXISTS", "* OK [UIDVALIDITY 7] stable", "* OK [UIDNEXT 3] next"):
                wire.send(line)
        elif command.startswith("UID SEARCH"):
            wire.send(f"* SEARCH {found}".rstrip())
        elif command.startswith("UID FETCH") and on_fetch is not None:
            on_fetch()
        elif command.startswith("IDLE") and on_idle is not None:
            on_idle(tag)
            if wire.read_line() != b"DONE":
                return
        wire.send(f"{tag} OK done")
