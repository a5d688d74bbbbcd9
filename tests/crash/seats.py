"""A rep's mailbox in a crash round: what was sent, what lies in INBOX, and whether the rows agree with the folders."""

import imaplib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from tests.crash.rows import OPEN, Rows
from tests.flow.mails import PEOPLE, answer, personal_mail
from tests.model.letters import round_letter
from tests.servers.dovecot import Dovecot, StoredMail

HISTORY: Final = 4
SECOND: Final = "Gesendet"
REFUSED: Final = 7  # recipients
_TO: Final = re.compile(rb"(?m)^To: [^\r\n]*")
_LINK: Final = re.compile(r"/a/[\w.\-]+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`judged`: sends, each judged once; `nudges` of the one burst, None where there was none; `capped`: given up."""

    judged: int
    nudges: int | None
    capped: bool


@dataclass(slots=True)
class Seat:
    """One rep, whose login is also the address."""

    dovecot: Dovecot
    user: str
    mailbox: Any = None
    sent: list[StoredMail] = field(default_factory=list)
    second: list[StoredMail] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)  # UIDs of mails whose row is refused
    received: list[StoredMail] = field(default_factory=list)
    bursts: int = 0
    copied: int = 0  # nudges that we filed ourselves
    cursor: tuple[int, int] = (0, 0)

    @classmethod
    def taken(cls, dovecot: Dovecot) -> "Seat":
        """A rep with some personal mails of before, and a customer's answer in INBOX."""
        seat = cls(dovecot, dovecot.new_user())
        dovecot.append(seat.user, answer(PEOPLE[0], datetime.now(UTC)), "INBOX", flags="(\\Flagged)")
        seat.received = dovecot.messages(seat.user)
        seat.send_personal(HISTORY)
        return seat

    def send_personal(self, count: int = 1) -> None:
        start = len(self.sent)
        self.send(*(personal_mail(PEOPLE[n % len(PEOPLE)], n, datetime.now(UTC)) for n in range(start, start + count)))

    def send_burst(self) -> None:
        """One text to five people, which is worth one nudge."""
        self.send(*self.burst())

    def burst(self) -> list[bytes]:
        """The mails of the burst, to be sent by `send`; counts as sent."""
        self.bursts += 1
        return [round_letter(0, person, n, datetime.now(UTC)) for n, person in enumerate(PEOPLE)]

    def send(self, *mails: bytes) -> None:
        """File these in Sent, one after the other."""
        self._file("Sent", self.sent, mails)

    def send_refused(self) -> None:
        """A mail to so many people that `Rows.refuse` means it."""
        to = ", ".join(f"person{number}@fern.example" for number in range(REFUSED)).encode()
        self.send(_TO.sub(rb"To: " + to, personal_mail(PEOPLE[0], 99, datetime.now(UTC))))
        self.refused.append(self.sent[-1].uid)

    def fill_second(self, count: int = 5) -> None:
        """There is a second Sent folder, with personal mails."""
        with self.dovecot.client(self.user) as client:
            client.create(SECOND)
        mails = [personal_mail(PEOPLE[n % len(PEOPLE)], 50 + n, datetime.now(UTC)) for n in range(count)]
        self._file(SECOND, self.second, mails)

    def _file(self, folder: str, filed: list[StoredMail], mails: Iterable[bytes]) -> None:
        for raw in mails:
            uid = self.dovecot.append(self.user, raw, folder)
            filed.append(StoredMail(uid, frozenset({"\\Seen"}), _on_server(raw)))

    def renumber(self) -> None:
        """Sent is deleted and made anew with the same mails, as a restore from a backup does it."""
        with self.dovecot.client(self.user) as client:
            client.delete("Sent")
            client.create("Sent")
        mails, self.sent = self.sent, []
        for mail in mails:
            self.send(mail.raw)

    def copy_nudge(self) -> None:
        """The same nudge once more: an APPEND of before the crash shows itself late."""
        [nudge] = self.nudges()
        self.dovecot.append(self.user, nudge.raw, "INBOX", flags="()")
        self.copied += 1

    def nudges(self) -> list[StoredMail]:
        return [mail for mail in self.dovecot.messages(self.user) if _is_nudge(mail)]

    def link(self) -> str:
        """The path of the first link for an action in the nudge."""
        [nudge] = self.nudges()
        text = _read(nudge).get_body(("plain",))
        assert text is not None
        found = _LINK.search(text.get_content())
        assert found is not None
        return found[0]

    def note_cursor(self, row: tuple[str, int, int]) -> None:
        """It never goes back while its UIDVALIDITY stays."""
        now = row[1:]
        assert now[0] != self.cursor[0] or now >= self.cursor, f"the cursor went back from {self.cursor} to {now}"
        self.cursor = now

    def is_quiet(self, rows: Rows) -> bool:
        """All is judged and no nudge has anything left to do."""
        if not self._is_read(rows):
            return False
        nudges = rows.nudges(self.mailbox)
        return len(nudges) >= self.bursts and not any(row.state in OPEN or row.verify for row in nudges)

    def _is_read(self, rows: Rows) -> bool:
        """Each mail of both folders was judged once, but those that are refused, which were set aside."""
        found = ([uid for _, uid, _ in rows.judged(self.mailbox, second=second)] for second in (False, True))
        sound = [mail.uid for mail in self.sent if mail.uid not in self.refused]
        return [*found] == [sound, [mail.uid for mail in self.second]] and rows.set_aside(self.mailbox) == self.refused

    def check(self, rows: Rows) -> Outcome:
        """Hold folders against rows; an AssertionError says what is wrong."""
        judged = rows.judged(self.mailbox) + rows.judged(self.mailbox, second=True)
        assert self.dovecot.messages(self.user, "Sent") == self.sent, "Sent has changed"
        assert not self.second or self.dovecot.messages(self.user, SECOND) == self.second, f"{SECOND} has changed"
        assert self._is_read(rows), f"judged: {judged}; set aside: {rows.set_aside(self.mailbox)}"
        assert all(told for _, _, told in judged), "a send was stored without a judgement"
        inbox = self.dovecot.messages(self.user)
        nudges = [mail for mail in inbox if _is_nudge(mail)]
        assert [mail for mail in inbox if mail not in nudges] == self.received, "INBOX has changed"
        for mail in nudges:
            addressed = [_read(mail).get_all(name) for name in ("To", "Cc", "Bcc")]
            assert addressed == [[self.user], None, None], f"addressed to {addressed}"
        with self.dovecot.client(self.user) as client:
            assert len(client.list()[1]) == 2 + bool(self.second), "there is another folder"
            # What was there at any time counts, also where the service has removed it again.
            filed = _uidnext(client) - 1 - len(self.received) - self.copied
            assert filed <= self.bursts, f"{filed} nudges were filed for {self.bursts} bursts"
        return self._outcome(rows, len(judged), len(nudges))

    def _outcome(self, rows: Rows, judged: int, nudges: int) -> Outcome:
        states = Counter(row.state for row in rows.nudges(self.mailbox))
        assert not rows.left_behind(self.mailbox), f"not as their digest: {rows.left_behind(self.mailbox)}"
        assert nudges <= self.bursts, f"{nudges} nudges for {self.bursts} bursts; rows: {dict(states)}"
        assert nudges == states["delivered"], f"{nudges} nudges in INBOX; rows: {dict(states)}"
        capped = states["failed"] > 0
        assert capped or nudges == self.bursts, f"no nudge; rows: {dict(states)}"
        return Outcome(judged, nudges if self.bursts else None, capped)


def _uidnext(client: imaplib.IMAP4) -> int:
    _, answer = client.status("INBOX", "(UIDNEXT)")
    return int(answer[0].split()[-1].rstrip(b")"))


def _is_nudge(mail: StoredMail) -> bool:
    return _read(mail)["X-Zuruf"] in {"nudge", "digest"}


def _on_server(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _read(mail: StoredMail) -> EmailMessage:
    return message_from_bytes(mail.raw, policy=policy.default)
