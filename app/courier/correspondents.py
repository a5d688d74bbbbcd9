"""What the rep's own INBOX knows of a burst's recipients: their last mails, read live, kept nowhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from app.mail.errors import UnsafeArgument
from app.mail.imap import MailSession
from app.mail.imap_values import Fetched
from app.mail.message import MailMessage
from app.nudge.contacts import CorrespondentFacts
from app.nudge.private_addresses import looks_private

MOST_PEOPLE: Final = 40
NEWEST_MAILS: Final = 5


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom a burst went to. INBOX is asked about some only: `last_written` is for them, and is when the rep
    last wrote otherwise than in this template."""

    name: str
    address: str
    is_asked: bool = False
    last_written: datetime | None = None


def recipients_of(
    names: Mapping[str, str],
    is_kept_out: Callable[[str], bool],
    last_written: Callable[[str], datetime | None],
) -> list[Recipient]:
    """Everybody, by address; the first forty whom it makes sense to call are to be asked about."""
    worthy = (address for address in names if not looks_private(address) and not is_kept_out(address))
    asked = frozenset(islice(worthy, MOST_PEOPLE))
    return [
        Recipient(name, address, True, last_written(address)) if address in asked else Recipient(name, address)
        for address, name in names.items()
    ]


def correspondents(session: MailSession, recipients: Iterable[Recipient]) -> list[CorrespondentFacts]:
    """Everybody, with what INBOX, which must be open, holds from those who are asked about."""
    return [
        CorrespondentFacts(
            one.address, one.name, list(_mails_from(session, one.address)) if one.is_asked else [], one.last_written
        )
        for one in recipients
    ]


def _mails_from(session: MailSession, address: str) -> Iterator[MailMessage]:
    """The newest mails that really come from `address`: SEARCH matches parts of the header."""
    try:
        uids = session.uids_from(address)
    except UnsafeArgument:
        return
    for item in session.fetch(uids[-NEWEST_MAILS:]) if uids else ():
        if isinstance(item, Fetched) and item.message.sender and item.message.sender.email == address:
            yield item.message
