"""A mailbox's state, and when it was last heard of, in words for a terminal."""

from datetime import datetime, timedelta
from typing import Final

from app.store.mailboxes import is_silent
from app.store.schema import Mailbox
from app.store.states import PAUSED_BY_ITSELF, MailboxState

_WORDS: Final = {
    MailboxState.READING: "reading the last 90 days",
    MailboxState.WATCHED: "watched",
    MailboxState.WAITING: "waiting for the server",
    MailboxState.ATTENTION: "needs the rep",
    MailboxState.PAUSED: "paused",
}
_UNITS: Final = ((timedelta(days=2), 86400, "d"), (timedelta(hours=2), 3600, "h"), (timedelta(minutes=2), 60, "min"))


def state_words(row: Mailbox) -> str:
    words = _WORDS[row.state]
    if row.reason == "waiting_turn":
        return "waiting for its turn to connect"
    return f"{words} ({row.reason})" if tells_reason(row) else words


def tells_reason(row: Mailbox) -> bool:
    """Whether the row says why the mailbox is not watched; a pause is the rep's own word."""
    return bool(row.reason) and (row.state != MailboxState.PAUSED or row.reason in PAUSED_BY_ITSELF)


def contact_words(row: Mailbox, now: datetime) -> str:
    """How long ago the server was last heard of: everything sent before that is judged, once the first read is done."""
    if row.last_contact_at is None:
        return "never"
    words = f"{_span(max(timedelta(), now - row.last_contact_at))} ago"
    return f"{words}: does `zuruf serve` run?" if is_silent(row, now) else words


def _span(span: timedelta) -> str:
    seconds, name = next(((unit, name) for least, unit, name in _UNITS if span >= least), (1, "s"))
    return f"{span.total_seconds() // seconds:.0f} {name}"
