"""What INBOX tells of a burst's people is read once, and remembered until it expires."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.courier.contact_book import ContactShelf
from app.courier.correspondents import Recipient, correspondents
from app.nudge.contact_facts import ContactFacts
from app.nudge.contacts import CorrespondentFacts
from tests.servers.dovecot import Dovecot
from tests.servers.sessions import dovecot_session
from tests.web.seed import connect_mailbox, open_database

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
ADDRESS = "anna@weber.example"
ANNA = Recipient("Anna Weber", ADDRESS, is_asked=True)
SIGNED = "Gern.\n\nViele Grüße\nAnna Weber\nLeiterin Einkauf\nTel. 089 99998{}"


class Inbox:
    """An INBOX on the real server, and a book of its people that every look opens and keeps."""

    def __init__(self, directory: Path, dovecot: Dovecot) -> None:
        self.dovecot, self.user = dovecot, dovecot.new_user()
        self.database, self.keys = open_database(directory)
        with self.database.writing() as session:
            self.shelf = ContactShelf(self.database, self.keys, connect_mailbox(session, self.keys))

    def receive(self, text: str, sender: str = ADDRESS, more: str = "") -> int:
        head = f"From: Anna Weber <{sender}>\nSubject: Angebot\nDate: Tue, 03 Mar 2026 10:00:00 +0000\n{more}"
        plain = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
        return self.dovecot.append(self.user, f"{head}{plain}\n{text}\n".encode(), "INBOX")

    def remove(self, number: int) -> None:
        with self.dovecot.client(self.user) as client:
            client.select("INBOX")
            client.store(str(number), "+FLAGS", "(\\Deleted)")
            client.expunge()

    def look(self, at: datetime = NOON, kept_out: frozenset[str] = frozenset()) -> CorrespondentFacts:
        session = dovecot_session(self.dovecot, self.user)
        with session:
            inbox, book = session.examine("INBOX"), self.shelf.open([ADDRESS], at)
            [anna] = correspondents(session, inbox, [ANNA], book, "de")
        self.shelf.keep(book, kept_out)
        return anna

    def known(self, at: datetime = NOON) -> ContactFacts:
        known = self.look(at).known
        assert known is not None
        return known

    def number(self, at: datetime = NOON) -> str | None:
        number = self.known(at).number
        return number.e164 if number else None


@pytest.fixture
def inbox(tmp_path: Path, dovecot: Dovecot) -> Iterator[Inbox]:
    inbox = Inbox(tmp_path, dovecot)
    yield inbox
    inbox.database.close()


def test_a_number_once_read_is_known_without_its_mail(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123))
    inbox.receive("Danke!")
    first = inbox.known()
    inbox.remove(1)
    assert (inbox.known(), first.role, first.mails) == (first, "Leiterin Einkauf", 2)
    assert first.found_in_date == datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_what_a_newer_mail_says_wins(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123))
    inbox.look()
    inbox.receive(SIGNED.format(125))
    assert inbox.number() == "+498999998125"


def test_a_mail_is_counted_once(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123))
    inbox.look()
    inbox.receive("Danke!")
    inbox.look()
    assert inbox.known().mails == 2


def test_the_newest_mail_comes_along_each_time(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123))
    assert inbox.look().received == inbox.look().received != []


def test_an_absence_note_does_not_hide_the_mail_before_it(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123))
    inbox.look()
    inbox.receive("Bin im Urlaub.", more="Auto-Submitted: auto-replied\n")
    assert any("auto-submitted" not in mail.headers for mail in inbox.look().received)
    assert inbox.known().mails == 1


def test_where_the_newest_mail_is_gone_all_is_read_anew(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123))
    inbox.receive(SIGNED.format(125))
    inbox.look()
    inbox.remove(2)
    assert inbox.number() == "+498999998123"


def test_that_nothing_is_known_holds_for_a_shorter_time(inbox: Inbox) -> None:
    assert ContactFacts().lasting < timedelta(days=7)
    inbox.receive("Danke!")
    inbox.look()
    facts = inbox.shelf.open([ADDRESS], NOON + ContactFacts().lasting)
    assert facts.pages == {}


def test_numbers_expire_however_often_they_are_asked_for(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123))
    inbox.receive("Danke!")
    lasting = inbox.known().lasting
    inbox.remove(1)
    assert inbox.number(NOON + lasting / 2) == "+498999998123"
    assert inbox.number(NOON + lasting) is None


def test_nothing_is_kept_of_whom_the_rep_keeps_out(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123))
    inbox.look()
    inbox.look(kept_out=frozenset([ADDRESS]))
    assert inbox.shelf.open([ADDRESS], NOON).pages == {}


def test_an_address_that_only_contains_the_asked_one_is_another(inbox: Inbox) -> None:
    inbox.receive(SIGNED.format(123), sender=f"su{ADDRESS}")
    assert inbox.look().received == []


def test_facts_that_are_none_are_an_error() -> None:
    with pytest.raises(ValueError, match="not the facts"):
        ContactFacts.read('{"number": 3}')
