"""The mailboxes of an installation as a table: how they are, never what is in them."""

from rich.console import Console
from rich.table import Table

from app.commands.connecting import say
from app.commands.words import contact_words, state_words, tells_reason
from app.main import Service
from app.store import mailboxes
from app.store.schema import Mailbox


def print_health(service: Service) -> None:
    table = Table("mailbox", "state", "last contact", "first read")
    troubles = []
    with service.database.reading() as session:
        for row in mailboxes.every(session):
            address = mailboxes.address_of(session, service.keys, row)
            table.add_row(address, state_words(row), contact_words(row, service.clock()), _first_read(row))
            troubles += [_trouble(address, row)] if tells_reason(row) else []
    if not table.row_count:
        Console().print("No mailbox is connected yet: zuruf mailbox add --email ADDRESS")
        return
    Console().print(table)
    for line in troubles:
        Console().print(line, highlight=False, markup=False, soft_wrap=True)


def _first_read(row: Mailbox) -> str:
    """How far it is, not how much somebody wrote."""
    if row.history_ended_at is not None:
        return "done"
    return f"{100 * row.history_done // row.history_total} %" if row.history_total else "-"


def _trouble(address: str, row: Mailbox) -> str:
    following = f"; next attempt {row.next_attempt_at:%H:%M:%S} UTC" if row.next_attempt_at else ""
    return f"{address}: {say(row.reason or '')} Since {row.state_since:%Y-%m-%d %H:%M} UTC{following}."
