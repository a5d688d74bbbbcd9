"""What the rep's INBOX knows of a burst's recipients: last mails, read live, and what is remembered of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from app.courier.contact_book import ContactBook, Page
from app.mail.errors import UnsafeArgument
from app.mail.imap import MailSession
from app.mail.imap_values import Fetched, FolderState
from app.mail.message import MailMessage
from app.nudge.contact_facts import learn, written_by_hand
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


def correspondents(
    session: MailSession, inbox: FolderState, recipients: Iterable[Recipient], book: ContactBook, language: str
) -> list[CorrespondentFacts]:
    """Everybody, with what INBOX, which must be open, holds from those who are asked about.

    Of somebody whom `book` knows only the mails that came since are read, or else the newest one. `language` is for
    reading national numbers.
    """
    return [
        _ask(session, inbox, one, book, language)
        if one.is_asked
        else CorrespondentFacts(one.address, one.name, [], one.last_written)
        for one in recipients
    ]


def _ask(
    session: MailSession, inbox: FolderState, one: Recipient, book: ContactBook, language: str
) -> CorrespondentFacts:
    page = book.page(one.address, inbox.uidvalidity)
    new = _mails_from(session, one.address, page.read_to if page else 0)
    latest: dict[int, MailMessage] = {}
    if page is not None and page.newest is not None and not written_by_hand(new.values()):
        latest = _fetched(session, one.address, [page.newest])
        if not latest:
            page, new = None, _mails_from(session, one.address, 0)
    if page is None or new:
        page = _learned(one, new, page, inbox, book.now, language)
        book.write(one.address, page)
    return CorrespondentFacts(one.address, one.name, [*latest.values(), *new.values()], one.last_written, page.facts)


def _learned(
    one: Recipient,
    mails: Mapping[int, MailMessage],
    page: Page | None,
    inbox: FolderState,
    now: datetime,
    language: str,
) -> Page:
    by_hand = written_by_hand(mails.values())
    name = one.name or next((mail.sender.name for mail in by_hand if mail.sender and mail.sender.name), "")
    facts = learn(name, one.address, by_hand, language, page.facts if page else None)
    newest = next((uid for uid, mail in mails.items() if by_hand and mail is by_hand[0]), page.newest if page else None)
    expires_at = page.expires_at if page else now + facts.lasting
    return Page(inbox.uidvalidity, inbox.uidnext - 1, newest, facts, expires_at)


def _mails_from(session: MailSession, address: str, after: int) -> dict[int, MailMessage]:
    """The newest mails above the UID `after` that really come from `address`: SEARCH matches parts of the header."""
    try:
        uids = session.uids_from(address, after)
    except UnsafeArgument:
        return {}
    return _fetched(session, address, uids[-NEWEST_MAILS:])


def _fetched(session: MailSession, address: str, uids: Sequence[int]) -> dict[int, MailMessage]:
    items = session.fetch(uids) if uids else []
    found = {item.uid: item.message for item in items if isinstance(item, Fetched)}
    return {uid: mail for uid, mail in found.items() if mail.sender and mail.sender.email == address}
