"""Takes a batch of fetched mails in: judgements, templates, bursts and the cursor, in one transaction."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.orm import Session

from app import __version__
from app.intake.answers import Heed, take_answer
from app.intake.desk import Desk
from app.intake.exclusions import Exclusions, exclusion_lines
from app.intake.identity import content_key_of, identity_of
from app.intake.memories import Memories
from app.intake.placing import place
from app.intake.samples import EXCLUDED, judged_from, sample_of
from app.intake.sending_time import LATE_FILING, is_nudgeable, time_sent
from app.mail.imap_values import Fetched, Unfetchable
from app.mail.message import MailMessage
from app.metrics import Metrics
from app.store import mailboxes, quarantine, second_folders, sends
from app.store.engine import Database
from app.store.envelopes import Envelope
from app.store.errors import StoreError
from app.store.keys import Keys
from app.store.known_sends import KnownSends
from app.store.outage import is_outage
from app.store.quarantine import Place
from app.store.schema import FolderCursor, Mailbox, Send
from app.store.states import MailboxState
from app.store.vault import DataVault
from classifier import Judge

log = structlog.get_logger()

AT_ONCE: Final = 50
# Of a mail that the rep excludes, only that it was seen.
NOTHING_KEPT: Final = Envelope(subject="", recipients=(), message_id=None, references=())
FEW: Final = 10  # what was just sent; a history comes in larger parts, and waits for these


class Stopped(Exception):
    """The mailbox was paused, removed or changed while its mail was being fetched; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch held."""

    sends: int
    flagged: int


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A mail with what it is recognised by."""

    item: Fetched
    identity: bytes
    content_key: bytes


Item = Fetched | Unfetchable


class Intake:
    """Decides what a mail is. Threads may share it; a mailbox is worked on by one thread at a time."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        judge: Judge,
        clock: Callable[[], datetime],
        metrics: Metrics | None = None,
        version: str = __version__,
        heed: Heed | None = None,
        is_private: Callable[[str], bool] | None = None,
    ) -> None:
        """`heed` carries out what the rep answers to nudges; without it such answers are sends like any other.

        `is_private` tells a private person's address.
        """
        self._database = database
        self._keys = keys
        self._judge = judge
        self._clock = clock
        self.metrics = metrics or Metrics()
        self._memories = Memories()
        self.version = version
        self._heed = heed
        self._is_private = is_private

    def take_in(
        self,
        mailbox_id: uuid.UUID,
        uidvalidity: int,
        through: int,
        batch: Sequence[Fetched | Unfetchable],
        *,
        second: bool = False,
    ) -> Taken:
        """Judge and store a batch in UID order and move the folder's cursor to `through`; raises `Stopped`.

        Mails at or below the cursor are passed over, so a batch may be repeated after a crash. A large batch is stored
        in parts, so that nobody who writes waits long.
        """
        place = Place(mailbox_id, uidvalidity, second)
        ordered = sorted(batch, key=lambda item: item.uid)
        parts = [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)] or [[]]
        taken = [self._take_part(place, part[-1].uid, part) for part in parts[:-1]]
        taken.append(self._take_part(place, through, parts[-1]))
        return Taken(sum(part.sends for part in taken), sum(part.flagged for part in taken))

    def _take_part(self, place: Place, through: int, part: Sequence[Item]) -> Taken:
        """All at once where every mail is well, else each in a savepoint of its own."""
        try:
            return self._store(place, through, part, self._take_all)
        except (Stopped, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - one bad mail; which one shows when each is taken in by itself
            log.warning("batch taken in singly", mailbox=str(place.mailbox_id), error=type(error).__name__)
            return self._store(place, through, part, self._take_each)

    def _store(
        self, place: Place, through: int, part: Sequence[Item], take: Callable[[Desk, Sequence[Item]], list[Send]]
    ) -> Taken:
        with self._database.writing(large=len(part) > FEW) as session:
            desk = self._open_desk(session, place)
            cursor, mailbox = desk.cursor, desk.mailbox
            fresh = [item for item in part if item.uid > cursor.last_uid]
            taken = take(desk, fresh)
            sends.index_words(session, desk.vault, mailbox.id, desk.added)
            mailboxes.move_cursor(cursor, through)
            mailbox.last_contact_at = desk.now
            filed = [min(item.internal_date, desk.now) for item in fresh if isinstance(item, Fetched)]
            cursor.newest_at = max([*filed, *([cursor.newest_at] if cursor.newest_at else [])], default=None)
            if mailbox.history_ended_at is None and not place.second:
                mailbox.history_done += len(fresh)
        self._memories.keep(place.mailbox_id, desk.memory)
        flagged = sum(send.flagged for send in taken)
        if fresh:
            log.info("took in", mailbox=str(place.mailbox_id), fetched=len(fresh), sends=len(taken), flagged=flagged)
        return Taken(len(taken), flagged)

    def _take_all(self, desk: Desk, items: Sequence[Item]) -> list[Send]:
        keyed = [_keyed(desk, item) for item in items if isinstance(item, Fetched)]
        desk.known = _known(desk, keyed)
        for item in items:
            if isinstance(item, Unfetchable):
                self._set_aside(desk, item.uid, item.reason)
        return [send for mail in keyed if (send := self._judge_one(desk, mail)) is not None]

    def _take_each(self, desk: Desk, items: Sequence[Item]) -> list[Send]:
        return [send for item in items if (send := self._take_one(desk, item)) is not None]

    def pass_over(self, place: Place, uid: int, reason: str) -> None:
        """The mail behind the cursor cannot even be fetched: set it aside and go on; raises `Stopped`."""
        with self._database.writing() as session:
            desk = self._open_desk(session, place)
            self._set_aside(desk, uid, reason, broke=True)
            mailboxes.move_cursor(desk.cursor, uid)
            if desk.mailbox.history_ended_at is None and not place.second:
                desk.mailbox.history_done += 1

    def take_in_again(self, place: Place, uid: int, item: Fetched | Unfetchable | None) -> Send | None:
        """A mail that was set aside was fetched once more (None: it is gone); raises `Stopped`.

        It is judged as of when it was sent, and brings no nudge where that is more than a day ago.
        """
        with self._database.writing() as session:
            desk = self._open_desk(session, place)
            desk.again = True
            send = self._take_one(desk, item) if item is not None else None
            sends.index_words(session, desk.vault, desk.mailbox.id, desk.added)
            row = quarantine.find(session, place, uid)
            if row is not None and uid not in desk.set_aside:
                session.delete(row)
        self._memories.keep(place.mailbox_id, desk.memory)
        return send

    def forget(self, mailbox_id: uuid.UUID) -> None:
        """The rep's feedback or settings changed what is remembered, or the mailbox is gone."""
        self._memories.forget(mailbox_id)

    def _open_desk(self, session: Session, place: Place) -> Desk:
        mailbox, cursor = _expected(session, place)
        vault = self._keys.of_rep(session, mailbox.rep_id)
        now = self._clock()
        return Desk(
            session=session,
            vault=vault,
            mailbox=mailbox,
            rep=mailboxes.address_of(session, self._keys, mailbox).lower(),
            cursor=cursor,
            place=place,
            memory=self._memories.of(session, vault, mailbox, now),
            exclusions=self._exclusions(vault, mailbox),
            now=now,
        )

    def _exclusions(self, vault: DataVault, mailbox: Mailbox) -> Exclusions:
        is_private = None if mailbox.private_mail else self._is_private
        return Exclusions.parse(exclusion_lines(vault, mailbox), is_private)

    def _take_one(self, desk: Desk, item: Fetched | Unfetchable) -> Send | None:
        """One bad mail never stops the ones after it: it is set aside with its reason."""
        if isinstance(item, Unfetchable):
            self._set_aside(desk, item.uid, item.reason)
            return None
        added = len(desk.added)
        try:
            with desk.session.begin_nested():
                mail = _keyed(desk, item)
                desk.known = _known(desk, [mail])
                return self._judge_one(desk, mail)
        # Whatever a hostile mail does to a parser, a model or its row ends here.
        except Exception as error:
            if is_outage(error):
                raise
            del desk.added[added:]
            self._set_aside(desk, item.uid, type(error).__name__)
            # The memory may hold a send that was rolled back: it is built anew from what is stored.
            desk.memory = self._memories.of(desk.session, desk.vault, desk.mailbox, desk.now)
            return None

    def _set_aside(self, desk: Desk, uid: int, reason: str, *, broke: bool = False) -> None:
        log.warning("mail set aside", mailbox=str(desk.mailbox.id), uid=uid, error=reason)
        quarantine.set_aside(desk.session, desk.place, uid, reason, self.version, desk.now, broke=broke)
        desk.set_aside.add(uid)

    def _judge_one(self, desk: Desk, mail: _Keyed) -> Send | None:
        item, message = mail.item, mail.item.message
        if "x-zuruf" in message.headers:
            return None
        sent_at = time_sent(item, desk.now)
        if self._heed and take_answer(desk, message, mail.identity, mail.content_key, sent_at, self._heed):
            return None
        known = desk.known.copy_of(mail.identity, mail.content_key, sent_at)
        if known is not None:
            _note_whereabouts(known, desk.place, item.uid)
            return None
        send_id = uuid.uuid4()
        judgement = None
        if not desk.exclusions.cover(message):
            with self.metrics.judging():
                judgement = self._judge.judge(str(send_id), sample_of(message, sent_at), desk.memory)
        new = sends.NewSend(
            id=send_id,
            uidvalidity=desk.place.uidvalidity,
            uid=item.uid,
            second=desk.place.second,
            identity=mail.identity,
            content_key=mail.content_key,
            sent_at=sent_at,
            nudgeable=_is_nudgeable(desk, item),
            envelope=_envelope(message) if judgement else NOTHING_KEPT,
            recipient_count=len(message.recipients),
            judged=judged_from(judgement) if judgement else EXCLUDED,
            template_id=None,
        )
        send = sends.add(desk.session, desk.vault, desk.mailbox, new)
        desk.added.append(new)
        desk.known.add(send)
        if judgement is not None:
            place(desk, send, judgement)
        self.metrics.judged((desk.now - item.internal_date).total_seconds() if new.nudgeable else None)
        return send


def _keyed(desk: Desk, item: Fetched) -> _Keyed:
    message = item.message
    return _Keyed(item, identity_of(desk.vault, message, item.internal_date), content_key_of(desk.vault, message))


def _known(desk: Desk, mails: Sequence[_Keyed]) -> KnownSends:
    identities, content_keys = [mail.identity for mail in mails], [mail.content_key for mail in mails]
    return KnownSends.load(desk.session, desk.mailbox.id, identities, content_keys)


def _expected(session: Session, place: Place) -> tuple[Mailbox, FolderCursor]:
    """The mailbox, locked, and the cursor of its folder, if that still is what was fetched from; raises `Stopped`."""
    mailbox = mailboxes.lock(session, place.mailbox_id)
    if mailbox is None or mailbox.state == MailboxState.PAUSED:
        raise Stopped
    cursor = second_folders.of_mailbox(session, mailbox.id) if place.second else mailbox
    if cursor is None or cursor.uidvalidity != place.uidvalidity:
        raise Stopped
    return mailbox, cursor


def _note_whereabouts(send: Send, place: Place, uid: int) -> None:
    """Where a mail lies twice, the Sent folder proper is where it is read from."""
    if send.second or not place.second:
        send.uidvalidity, send.uid, send.second = place.uidvalidity, uid, place.second


def _is_nudgeable(desk: Desk, item: Fetched) -> bool:
    if desk.again and desk.now - item.internal_date > LATE_FILING:
        return False
    return is_nudgeable(desk.cursor, item)


def _envelope(message: MailMessage) -> Envelope:
    return Envelope(
        subject=message.subject,
        recipients=tuple((recipient.name, recipient.email) for recipient in message.recipients),
        message_id=message.message_id,
        references=message.references,
    )
