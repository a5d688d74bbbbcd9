"""The text of a mail, read live from a real mailbox."""

import uuid
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from app.store import mailboxes
from app.store.schema import Mailbox
from app.store.states import MailboxState
from tests.servers.accounts import free_port
from tests.servers.dovecot import Dovecot
from tests.web.seed import ANNA, NOW, connect_mailbox, open_outbox
from tests.web.site import Site

FRAGMENT = {"hx-request": "true"}
TEXT = "Guten Tag Frau Weber,\n\n<script>alert(1)</script> & <b>fett</b> für 12 €.\n"


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail in the Sent folder of a real mailbox, and its row."""

    user: str
    uid: int
    mailbox_id: uuid.UUID
    address: str
    browser: TestClient


@pytest.fixture
def sent(site: Site, dovecot: Dovecot) -> Sent:
    user = dovecot.new_user()
    uid = dovecot.append(user, mail(TEXT))
    account = mailboxes.Account(
        f"{user}@keller-maschinen.example", dovecot.host, dovecot.imap_port, "none", user, dovecot.password, True
    )
    with site.database.writing() as session:
        mailbox = connect_mailbox(session, site.keys, account)
        mailbox.uidvalidity = uidvalidity(dovecot, user)
        outbox = open_outbox(session, site.keys, mailbox)
        outbox.uid = uid - 1
        send = outbox.send("Angebot", [ANNA], NOW)
    return Sent(user, uid, mailbox.id, f"/sends/{send.id}/text", site.signed_in(mailbox.rep_id))


def mail(text: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "jonas@keller-maschinen.example", ANNA[1], "Angebot"
    message.set_content(text)
    return message.as_bytes()


def uidvalidity(server: Dovecot, user: str) -> int:
    with server.client(user) as client:
        _, answer = client.status('"Sent"', "(UIDVALIDITY)")
    return int(answer[0].split()[-1].rstrip(b")"))


def change(site: Site, sent: Sent, **values: object) -> None:
    with site.database.writing() as session:
        mailbox = session.get_one(Mailbox, sent.mailbox_id)
        for name, value in values.items():
            setattr(mailbox, name, value)


def shown(sent: Sent, **headers: str) -> LexborHTMLParser:
    answer = sent.browser.get(sent.address, headers=headers)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def test_the_text_is_shown_as_text(sent: Sent) -> None:
    html = shown(sent, **FRAGMENT)
    text = html.css_first(".mail-text")
    assert text is not None
    assert text.text().strip() == TEXT.strip()
    assert not html.css("script, b, h1")


def test_without_scripts_the_text_is_a_page_of_its_own(sent: Sent) -> None:
    html = shown(sent)
    assert html.css_first("h1") is not None
    assert "für 12 €" in html.css(".mail-text")[0].text()


def test_reading_changes_nothing_in_the_mailbox_and_keeps_nothing(site: Site, sent: Sent, dovecot: Dovecot) -> None:
    mails, rows = dovecot.messages(sent.user, "Sent"), site.dump()
    shown(sent)
    assert dovecot.messages(sent.user, "Sent") == mails
    assert site.dump() == rows


def test_a_mail_that_is_gone_is_told_of(sent: Sent, dovecot: Dovecot) -> None:
    with dovecot.client(sent.user) as client:
        client.select('"Sent"')
        client.uid("STORE", str(sent.uid), "+FLAGS", "(\\Deleted)")
        client.expunge()
    assert "liegt nicht mehr dort" in shown(sent).css(".notice")[0].text()


def test_a_folder_that_was_made_anew_holds_another_mail_under_this_number(site: Site, sent: Sent) -> None:
    with site.database.writing() as session:
        row = session.get_one(Mailbox, sent.mailbox_id)
        outbox = open_outbox(session, site.keys, row)
        row.uidvalidity, outbox.uid = 4711, sent.uid - 1
        send = outbox.send("Von früher", [ANNA], NOW)
    assert "liegt nicht mehr dort" in sent.browser.get(f"/sends/{send.id}/text").text


def test_a_mailbox_that_cannot_be_reached_is_told_of(site: Site, sent: Sent) -> None:
    change(site, sent, port=free_port())
    html = shown(sent)
    assert "ließ sich nicht aus Ihrem Postfach lesen" in html.css(".notice.bad")[0].text()
    assert not html.css(".mail-text")


def test_a_paused_mailbox_is_not_opened(site: Site, sent: Sent) -> None:
    change(site, sent, state=MailboxState.PAUSED)
    html = shown(sent)
    assert "pausiert" in html.css(".notice.warn")[0].text()
    assert not html.css(".mail-text")
