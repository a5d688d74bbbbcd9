"""What the rep's own INBOX knows of a burst's recipients: their last mails, read live, kept nowhere."""

from collections.abc import Iterable, Iterator
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
    """Somebody whom a burst went to; `last_written` is when the rep last wrote otherwise than in this template."""

    name: str
    address: str
    last_written: datetime | None


def worth_asking(people: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The first forty of the (name, address) pairs that do not look private, each address once."""
    known = {address: name for name, address in people if not looks_private(address)}
    return [(name, address) for address, name in islice(known.items(), MOST_PEOPLE)]


def correspondents(session: MailSession, recipients: Iterable[Recipient]) -> list[CorrespondentFacts]:
    """What INBOX, which must be open, holds from each of them."""
    return [
        CorrespondentFacts(one.address, one.name, list(_mails_from(session, one.address)), one.last_written)
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
