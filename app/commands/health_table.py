"""The mailboxes of an installation as a table: how they are, never what is in them."""

from rich.console import Console
from rich.table import Table

from app.commands.words import state_words
from app.main import Service
from app.store import mailboxes, nudges


def print_health(service: Service) -> None:
    table = Table("mailbox", "state", "last contact (UTC)", "first read", "nudges")
    with service.database.reading() as session:
        for row in mailboxes.every(session):
            seen = f"{row.last_contact_at:%Y-%m-%d %H:%M:%S}" if row.last_contact_at else "never"
            counts = ", ".join(f"{count} {state}" for state, count in nudges.count_by_state(session, row.id).items())
            read = f"{row.history_done} of {row.history_total}" if row.history_total is not None else "-"
            table.add_row(mailboxes.address_of(session, service.keys, row), state_words(row), seen, read, counts)
    if table.row_count:
        Console().print(table)
    else:
        Console().print("No mailbox is connected yet: zuruf mailbox add --email ADDRESS")
