"""A mailbox's state in words for a terminal."""

from typing import Final

from app.store.schema import Mailbox
from app.store.states import MailboxState

_WORDS: Final = {
    MailboxState.READING: "reading the last 90 days",
    MailboxState.WATCHED: "watched",
    MailboxState.WAITING: "waiting for the server",
    MailboxState.ATTENTION: "needs the rep",
    MailboxState.PAUSED: "paused",
}


def state_words(row: Mailbox) -> str:
    words = _WORDS[row.state]
    return f"{words} ({row.reason})" if row.reason and row.state != MailboxState.PAUSED else words
