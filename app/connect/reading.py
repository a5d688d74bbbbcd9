"""Reads mails live from the mailbox, for the rep who opens them on the page; nothing is kept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from threading import Timer
from typing import Final

from app.connect.errors import ConnectProblem
from app.connect.opening import open_account
from app.mail.errors import MailError
from app.mail.imap import MailSession
from app.mail.imap_values import ConnectPolicy
from app.mail.lifeline import Lifeline
from app.mail.message import MailMessage
from app.store.mailboxes import Account

LIMIT: Final = 256 * 1024
FURTHER_LIMIT: Final = 64 * 1024
FURTHER_SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where a mail lay when it was judged."""

    folder: str
    uidvalidity: int
    uid: int


def read_mails(
    account: Account, places: Sequence[MailPlace], policy: ConnectPolicy, patience: float = FURTHER_SECONDS
) -> list[MailMessage | None]:
    """The mails at these places over one connection, None for each that is not there; raises `ConnectProblem`.

    The first one is what matters. The further ones are read shorter, as far as they come in `patience` seconds.
    """
    lifeline = Lifeline()
    found: list[MailMessage | None] = []
    try:
        with open_account(account, policy, lifeline) as session:
            mails = _read_each(session, places)
            found.extend(islice(mails, 1))
            with _at_most(patience, lifeline), suppress(MailError):
                found.extend(mails)
    except MailError as error:
        raise ConnectProblem(error.code) from error
    return found + [None] * (len(places) - len(found))


def _read_each(session: MailSession, places: Sequence[MailPlace]) -> Iterator[MailMessage | None]:
    opened, uidvalidity, limit = None, 0, LIMIT
    for place in places:
        if place.folder != opened:
            opened, uidvalidity = place.folder, session.examine(place.folder).uidvalidity
        yield session.fetch_whole(place.uid, limit) if uidvalidity == place.uidvalidity else None
        limit = FURTHER_LIMIT


@contextmanager
def _at_most(seconds: float, lifeline: Lifeline) -> Iterator[None]:
    timer = Timer(seconds, lifeline.cut)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
