"""Writes the mail of a nudge row: of whichever kind it is, with the people to call that INBOX tells of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.courier.bursts import Burst
from app.courier.contact_book import ContactShelf
from app.courier.correspondents import correspondents
from app.courier.letters import LetterDesk, language_of_burst
from app.mail.imap import MailSession
from app.mail.imap_values import FolderState
from app.nudge.contacts import CallSuggestion, suggest_calls
from app.nudge.digest_letter import MOST_PEOPLE
from app.store.engine import Database
from app.store.keys import Keys
from app.store.states import NudgeKind

# A German rep reads German numbers as 089 ..., not as +49 89 ...; where a rep with English pages lives is not known.
HOME_REGION: Final = {"de": "DE"}


@dataclass(frozen=True, slots=True)
class Writer:
    """Asks INBOX, which must be open, and keeps what it tells of people."""

    database: Database
    keys: Keys
    letters: LetterDesk

    def write(self, session: MailSession, inbox: FolderState, burst: Burst, now: datetime) -> bytes:
        """The finished mail; raises `UnsafeLetter` and `MailError`."""
        if burst.nudge.kind is NudgeKind.HELP:
            return self.letters.help(burst, now)
        if not burst.parts:
            return self.letters.letter(burst, self._calls(session, inbox, burst, now), now)
        told = sorted(burst.parts, key=lambda part: part.recipients, reverse=True)
        calls = [self._calls(session, inbox, part, now) for part in told[:MOST_PEOPLE]]
        return self.letters.digest(burst, told, calls, now)

    def _calls(
        self, session: MailSession, inbox: FolderState, burst: Burst, now: datetime
    ) -> tuple[CallSuggestion, ...]:
        shelf, language = ContactShelf(self.database, self.keys, burst.mailbox), language_of_burst(burst)
        book = shelf.open((one.address for one in burst.people if one.is_asked), now)
        known = correspondents(session, inbox, burst.people, book, language)
        shelf.keep(book, burst.kept_out)
        return suggest_calls(known, now, language, HOME_REGION.get(burst.mailbox.language), burst.kept_out.__contains__)
