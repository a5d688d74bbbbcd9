"""Reps who send while the line between the service and their server is bad: half of them under TLS.

The mail program of a rep reaches the server directly, so what lies there is known whatever the line does.
"""

import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Final

from sqlalchemy import select

from app.courier import CourierTimes
from app.mail.imap_values import ConnectPolicy
from app.nudge.rules import stored_rules
from app.store import mailboxes
from app.store.envelopes import unseal_envelope
from app.store.mailboxes import Account, NewMailbox
from app.store.schema import Mailbox, Nudge, Quarantined, Send
from app.store.states import MailboxState, NudgeState
from app.watch import WatchTimes
from tests.flow.mails import PEOPLE, REP, answer, personal_mail
from tests.model.letters import round_letter, text_of
from tests.servers.dovecot import Dovecot, StoredMail
from tests.servers.fault_proxy import FaultProxy
from tests.servers.loops import Loops
from tests.web.seed import open_database

WATCH: Final = WatchTimes(
    roster=0.1,
    renewal=2.0,
    reconcile=5.0,
    poll=0.5,
    first_retry=0.1,
    longest_retry=0.5,
    attention_retry=1.0,
    survived=1.0,
)
DELIVER: Final = CourierTimes(
    round=0.2,
    grace=timedelta(seconds=3),
    second_look=timedelta(seconds=1),
    verify=timedelta(seconds=3),
    unreachable=timedelta(seconds=0.5),
    refused=timedelta(seconds=1),
)
RULES: Final = stored_rules(
    settle_seconds=1, quiet_hours="", time_zone="Europe/Berlin", cap_per_day=50, cap_per_week=200
)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Seat:
    """One rep: `to_send` are (text, number), with no text for a personal mail; `sent` is what lies there."""

    user: str
    mailbox_id: uuid.UUID
    to_send: list[tuple[int | None, int]]
    sent: list[StoredMail] = field(default_factory=list)
    received: list[StoredMail] = field(default_factory=list)
    cursor: tuple[int, int] = (0, 0)


class Office:
    """Database, watcher and courier of one installation, and the seats."""

    def __init__(self, directory: Path, dovecot: Dovecot, plain: FaultProxy, tls: FaultProxy, chance: random.Random):
        self.dovecot = dovecot
        self.chance = chance
        self.database, self.keys = open_database(directory)
        self._proxies = (plain, tls)
        self._policy = ConnectPolicy(allow_private=True, ports=None, ca_file=dovecot.ca_file)
        self.seats: list[Seat] = []

    def open_seat(self, personal: int) -> None:
        """A rep with a customer's mail in INBOX, about to send both texts to five people each."""
        number, user = len(self.seats), self.dovecot.new_user()
        proxy, tls = self._proxies[number % 2], ("none", "implicit")[number % 2]
        self.dovecot.append(user, answer(PEOPLE[number % 5], now()), "INBOX", flags="(\\Flagged)")
        account = Account(REP, "127.0.0.1", proxy.port, tls, user, self.dovecot.password, True)
        with self.database.writing() as session:
            new = NewMailbox(account, "Sent", 1, "de", dict(RULES))
            mailbox_id = mailboxes.connect(session, self.keys, new, now()).id
        to_send: list[tuple[int | None, int]] = [(text, n) for text in (0, 1) for n in range(5)]
        to_send += [(None, n) for n in range(personal)]
        self.chance.shuffle(to_send)
        self.seats.append(Seat(user, mailbox_id, to_send, received=self.dovecot.messages(user)))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The service runs for the block."""
        loops = Loops(self.database, self.keys, self._policy, now, WATCH, DELIVER)
        with loops.watching(), loops.delivering():
            yield

    def send_one(self) -> None:
        """Some rep sends the next mail."""
        seat = self.chance.choice([seat for seat in self.seats if seat.to_send])
        text, number = seat.to_send.pop()
        person = PEOPLE[number % len(PEOPLE)]
        raw = personal_mail(person, number, now()) if text is None else round_letter(text, person, number, now())
        uid = self.dovecot.append(seat.user, raw)
        seat.sent.append(StoredMail(uid, frozenset({"\\Seen"}), raw.replace(b"\n", b"\r\n")))

    def has_more_to_send(self) -> bool:
        return any(seat.to_send for seat in self.seats)

    def note_cursors(self) -> None:
        """A cursor never goes back while its UIDVALIDITY stays."""
        with self.database.reading() as session:
            rows = {row.id: (row.uidvalidity or 0, row.last_uid) for row in session.scalars(select(Mailbox))}
        for seat in self.seats:
            seen = rows[seat.mailbox_id]
            assert seat.cursor <= seen or seat.cursor[0] == 0
            seat.cursor = seen

    def is_settled(self) -> bool:
        """All is watched and judged, and no nudge has anything left to do."""
        self.note_cursors()
        with self.database.reading() as session:
            states = set(session.scalars(select(Mailbox.state)))
            judged = Counter(session.scalars(select(Send.mailbox_id)))
            open_nudges = session.scalars(
                select(Nudge.id).where(
                    Nudge.state.in_((NudgeState.PLANNED, NudgeState.INTENT)) | Nudge.verify_at.is_not(None)
                )
            ).first()
        all_judged = all(judged[seat.mailbox_id] >= len(seat.sent) for seat in self.seats)
        return states == {MailboxState.WATCHED} and all_judged and open_nudges is None

    def check(self, seat: Seat) -> list[NudgeState]:
        """Hold one rep's folders against the rows; returns how the nudges that went out or were due ended."""
        self._check_sent(seat)
        inbox = self.dovecot.messages(seat.user)
        assert [mail for mail in inbox if not _is_nudge(mail)] == seat.received
        with self.dovecot.client(seat.user) as client:
            assert len(client.list()[1]) == 2
        return self._check_nudges(seat, [mail for mail in inbox if _is_nudge(mail)])

    def _check_sent(self, seat: Seat) -> None:
        """Nothing in Sent has changed, and each mail is judged exactly once."""
        assert self.dovecot.messages(seat.user, "Sent") == seat.sent
        with self.database.reading() as session:
            rows = session.scalars(select(Send).where(Send.mailbox_id == seat.mailbox_id)).all()
            vault = self.keys.of_rep(session, session.get_one(Mailbox, seat.mailbox_id).rep_id)
            known = [(row.uid, unseal_envelope(vault, row.id, row.envelope).message_id) for row in rows]
            assert not session.scalars(select(Quarantined).where(Quarantined.mailbox_id == seat.mailbox_id)).all()
        assert sorted(known) == [(mail.uid, _header(mail, "Message-ID")) for mail in seat.sent]

    def _check_nudges(self, seat: Seat, nudges: Sequence[StoredMail]) -> list[NudgeState]:
        """One for each text; none only where a delivery stayed in doubt twice. To the rep and nobody else."""
        for mail in nudges:
            assert [_header(mail, name) for name in ("To", "Cc", "Bcc")] == [REP, None, None]
        delivered = Counter(text_of(_header(mail, "In-Reply-To") or "") for mail in nudges)
        with self.database.reading() as session:
            rows = session.scalars(select(Nudge).where(Nudge.mailbox_id == seat.mailbox_id)).all()
        ended: list[NudgeState] = [row.state for row in rows if row.state is not NudgeState.SILENT]
        assert max(delivered.values(), default=0) <= 1, delivered
        assert (len(nudges), len(ended)) == (ended.count(NudgeState.DELIVERED), 2), (delivered, rows)
        return ended


def _is_nudge(mail: StoredMail) -> bool:
    return _header(mail, "X-Zuruf") == "nudge"


def _header(mail: StoredMail, name: str) -> str | None:
    found = message_from_bytes(mail.raw, policy=policy.default)[name]
    return None if found is None else str(found)
