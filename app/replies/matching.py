"""Which sends a batch of received mails answers: by the message ids that they name, else by person and subject."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.intake.exclusions import Exclusions
from app.mail.incoming import Incoming, without_answer_marks
from app.store import replies
from app.store.envelopes import address_token, message_key, unseal_envelope
from app.store.errors import Tampered
from app.store.replies import SendFacts
from app.store.vault import DataVault

# Where no message id helps, an answer that comes later than this may well be about something else.
LOOK_BACK: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """A send was answered at this time."""

    send_id: uuid.UUID
    seconds: int


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches for one mailbox; `own` are the rep's own addresses, in small letters."""

    vault: DataVault
    mailbox_id: uuid.UUID
    own: frozenset[str]
    exclusions: Exclusions

    def answers(self, session: Session, mails: Iterable[Incoming]) -> Iterator[Answer]:
        """Every send that one of the mails answers, some perhaps more than once."""
        persons = [mail for mail in mails if self._is_from_a_person(mail)]
        by_key = self._named(session, persons)
        for mail in persons:
            named = [send for id_ in mail.answers for send in by_key.get(message_key(self.vault, id_), ())]
            for send in self._of_person(session, named, mail) or self._by_subject(session, mail):
                if mail.arrived_at >= send.sent_at:
                    yield Answer(send.id, _seconds(send.sent_at, mail.arrived_at))

    def _is_from_a_person(self, mail: Incoming) -> bool:
        if mail.is_automatic or mail.sender is None or mail.sender.email in self.own:
            return False
        return not self.exclusions.cover_outside([mail.sender.email], mail.subject)

    def _named(self, session: Session, mails: Sequence[Incoming]) -> dict[bytes, list[SendFacts]]:
        keys = {message_key(self.vault, id_) for mail in mails for id_ in mail.answers}
        found: dict[bytes, list[SendFacts]] = {}
        for send in replies.with_message_keys(session, self.mailbox_id, keys):
            found.setdefault(send.message_key or b"", []).append(send)
        return found

    def _of_person(self, session: Session, named: Sequence[SendFacts], mail: Incoming) -> Sequence[SendFacts]:
        """Mail-merge scripts give one id to many mails: then only those count that went to who answers."""
        keys = [send.message_key for send in named]
        if mail.sender is None or len(set(keys)) == len(keys):
            return named
        token = address_token(self.vault, mail.sender.email)
        return [send for send in named if replies.is_to(session, self.mailbox_id, send.id, token)]

    def _by_subject(self, session: Session, mail: Incoming) -> Sequence[SendFacts]:
        """The newest send to this person with the subject that the mail answers."""
        subject = mail.answered_subject
        if subject is None or mail.sender is None:
            return ()
        token = address_token(self.vault, mail.sender.email)
        since = mail.arrived_at - LOOK_BACK
        for send in replies.sent_to(session, self.mailbox_id, token, since, mail.arrived_at):
            if self._subject_of(send) == subject:
                return (send,)
        return ()

    def _subject_of(self, send: SendFacts) -> str | None:
        """Folded, without marks; None where the row is damaged."""
        with suppress(Tampered):
            return without_answer_marks(unseal_envelope(self.vault, send.id, send.envelope).subject).casefold()
        return None


def _seconds(sent_at: datetime, answered_at: datetime) -> int:
    return int((answered_at - sent_at).total_seconds())
