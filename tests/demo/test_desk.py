"""The demo as a page meets it: open, act as the rep, look, close."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient.exceptions import LoginError

from app.demo import Demo, DemoAccount, DemoUserUnknown
from app.demo.history.world import load_world
from app.demo.mail import DemoMail
from app.texts import Language
from tests.demo.conftest import Connect

NOW = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
NUDGE = b"From: Zuruf <r@keller-maschinen.example>\r\nSubject: Re: Angebot\r\nX-Zuruf: nudge\r\n\r\nRufen Sie an.\r\n"


@pytest.fixture
def demo(directory: Path) -> Iterator[Demo]:
    demo = Demo(directory, lambda: NOW)
    demo.start()
    yield demo
    demo.stop()


def newest(demo: Demo, account: DemoAccount, folder: str, count: int) -> list[EmailMessage]:
    mails = demo._server.newest(account.address, folder, count)
    return [message_from_bytes(mail.raw, _class=EmailMessage, policy=policy.default) for mail in mails]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("language", ["de", "en"])
def test_opening_gives_a_filled_mailbox(demo: Demo, connect: Connect, language: Language) -> None:
    account = demo.open(language)
    assert account.address == account.username == load_world(language).rep.email
    client = connect(demo._server, account.username, account.password)
    assert client.select_folder("Sent", readonly=True)[b"EXISTS"] >= 250
    assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] >= 60


def test_each_visitor_gets_an_own_mailbox(demo: Demo) -> None:
    first, second = demo.open("de"), demo.open("de")
    assert (first.address, second.address) == ("jonas@keller-maschinen.example", "jonas.2@keller-maschinen.example")
    demo.close(first.address)
    assert demo.open("de").address == first.address


def test_the_password_is_not_shown(demo: Demo) -> None:
    account = demo.open("en")
    assert account.password not in repr(account)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_template_goes_to_five_people_who_answered_before(demo: Demo, language: Language) -> None:
    account = demo.open(language)
    answered = {str(mail["From"]) for mail in newest(demo, account, "INBOX", 200)}
    demo.send_template(account.address)
    sends = newest(demo, account, "Sent", 6)
    assert len({str(mail["To"]) for mail in sends[:5]} & answered) == 5
    assert len({mail["X-Demo-Text"] for mail in sends[:5]}) == 1
    assert sends[5]["X-Demo-Text"] is None
    assert all(mail["Date"].datetime == NOW for mail in sends[:5])
    assert not any(re.search(r"[{}]", f"{mail['Subject']} {text_of(mail)}") for mail in sends)


def test_the_templates_and_personal_mails_take_turns(demo: Demo) -> None:
    account = demo.open("de")
    for _ in range(7):
        demo.send_template(account.address, people=1)
        demo.send_personal(account.address)
    keys = [str(mail["X-Demo-Text"]) for mail in reversed(newest(demo, account, "Sent", 14))]
    assert keys[::2] == [f"template-{number % 6}" for number in range(7)]
    assert keys[1::2] == [f"personal-{number % 6}" for number in range(7)]


def test_the_inbox_tells_nudges_from_answers(demo: Demo) -> None:
    account = demo.open("de")
    demo._server.append(account.address, [DemoMail("INBOX", NUDGE, NOW)])
    nudge, answer = demo.inbox(account.address, limit=2)
    assert (nudge.subject, nudge.sender, nudge.at, nudge.text.strip()) == ("Re: Angebot", "Zuruf", NOW, "Rufen Sie an.")
    assert (nudge.is_nudge, answer.is_nudge) == (True, False)
    assert nudge.uid > answer.uid


def test_closing_removes_the_mailbox_and_may_be_repeated(demo: Demo, connect: Connect) -> None:
    account = demo.open("de")
    demo.close(account.address)
    demo.close(account.address)
    with pytest.raises(LoginError):
        connect(demo._server, account.username, account.password)


@pytest.mark.parametrize("address", ["jonas@keller-maschinen.example", "someone@elsewhere.example"])
def test_nobody_acts_for_a_mailbox_that_is_not_there(demo: Demo, address: str) -> None:
    with pytest.raises(DemoUserUnknown):
        demo.send_personal(address)
