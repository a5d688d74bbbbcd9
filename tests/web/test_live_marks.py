"""What is marked in mails that are read live from a real mailbox: one send beside its copies, and a template."""

import dataclasses
from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from app.connect import MailPlace, read_mails
from app.store import mailboxes
from app.store.schema import Mailbox, Send
from app.store.states import MailboxState
from app.web import create_app
from classifier import Judge
from tests.servers.accounts import free_port
from tests.servers.dovecot import Dovecot
from tests.web.seed import Seeded
from tests.web.sent_mails import seed_with_mails
from tests.web.site import Site, open_site

FRAGMENT = {"hx-request": "true"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation that knows which turns of phrase count."""
    site = open_site(tmp_path_factory.mktemp("office"))
    site.app = create_app(dataclasses.replace(site.web(), explain=Judge.load().explain))
    yield site
    site.database.close()


@pytest.fixture
def rep(office: Site, dovecot: Dovecot) -> Seeded:
    return seed_with_mails(office, dovecot)


@pytest.fixture
def browser(office: Site, rep: Seeded) -> TestClient:
    return office.signed_in(rep.rep_id)


def read(browser: TestClient, path: str) -> LexborHTMLParser:
    answer = browser.get(path, headers=FRAGMENT)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def text_of(rep: Seeded, name: str = "parts-0") -> str:
    return f"/sends/{rep.sends[name]}/text"


def skeleton_of(rep: Seeded, name: str = "parts") -> str:
    return f"/templates/{rep.templates[name]}/skeleton"


def texts(html: LexborHTMLParser, selector: str) -> list[str]:
    """Without the words that only a screen reader speaks."""
    for node in html.css(".visually-hidden"):
        node.decompose()
    return [" ".join(node.text().split()) for node in html.css(selector)]


def change(site: Site, rep: Seeded, **values: object) -> None:
    with site.database.writing() as session:
        mailbox = session.get_one(Mailbox, rep.mailbox_id)
        for name, value in values.items():
            setattr(mailbox, name, value)


def test_shared_words_and_slots_are_marked(browser: TestClient, rep: Seeded) -> None:
    html = read(browser, text_of(rep))
    assert texts(html, ".mail-text > .slot") == ["Weber Guss", "10"]
    assert texts(html, ".mail-text > .shared")[0].startswith("wir fertigen Frästeile aus Aluminium")


def test_phrases_that_counted_are_marked_and_explained(browser: TestClient, rep: Seeded) -> None:
    html = read(browser, text_of(rep))
    assert any("Gespräch" in text for text in texts(html, ".mail-text .phrase"))
    assert "Wendung bittet um Termin oder Antwort" in texts(html, ".text-legend li")


def test_a_screen_reader_is_told_of_each_mark(browser: TestClient, rep: Seeded) -> None:
    html = read(browser, text_of(rep))
    hidden = [mark.css_first(".visually-hidden") for mark in html.css(".mail-text mark")]
    assert {node.text() for node in hidden if node is not None} >= {"[gleich: ", "[geändert: "}
    assert None not in hidden


def test_phrases_that_were_no_reason_stay_unmarked(office: Site, browser: TestClient, rep: Seeded) -> None:
    with office.database.writing() as session:
        session.get_one(Send, rep.sends["parts-0"]).reasons = [{"code": "same_text", "weight": 3.0}]
    assert not read(browser, text_of(rep)).css(".phrase")


def test_a_send_without_copies_has_nothing_shared(browser: TestClient, rep: Seeded) -> None:
    html = read(browser, text_of(rep, "lone"))
    assert not html.css(".mail-text .shared, .mail-text .slot")
    assert "wir fertigen" in texts(html, ".mail-text")[0]


def test_what_the_rep_excluded_is_shown_without_any_mark(browser: TestClient, rep: Seeded) -> None:
    html = read(browser, text_of(rep, "excluded"))
    assert html.css(".mail-text")
    assert not html.css("mark, .text-legend")


def test_copies_that_are_gone_are_left_out(browser: TestClient, rep: Seeded, office: Site) -> None:
    with office.database.writing() as session:
        for number in range(1, 9):
            session.get_one(Send, rep.sends[f"parts-{number}"]).uid = 100_000 + number
    html = read(browser, text_of(rep))
    assert html.css(".mail-text")
    assert not html.css(".shared, .slot")


def test_the_mail_itself_is_there_where_its_copies_take_too_long(office: Site, rep: Seeded) -> None:
    with office.database.reading() as session:
        mailbox = session.get_one(Mailbox, rep.mailbox_id)
        account = mailboxes.account_of(session, office.keys, mailbox)
        sends = [session.get_one(Send, rep.sends[f"parts-{number}"]) for number in range(9)]
        places = [MailPlace("Sent", send.uidvalidity, send.uid) for send in sends]
    first, *further = read_mails(account, places, office.policy, patience=0.0)
    assert first is not None
    assert first.text.startswith("Guten Tag Anna Weber")
    assert len(further) == 8


def test_a_hostile_mail_is_shown_as_text_and_bounded(
    office: Site, browser: TestClient, rep: Seeded, dovecot: Dovecot
) -> None:
    hostile = "\u202e<script>alert(1)</script><style>*{display:none}</style> " + "x" * 1_000_000
    with office.database.writing() as session:
        mailbox = session.get_one(Mailbox, rep.mailbox_id)
        user = mailboxes.account_of(session, office.keys, mailbox).username
        raw = f"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{hostile}".encode()
        session.get_one(Send, rep.sends["parts-0"]).uid = dovecot.append(user, raw)
    html = read(browser, text_of(rep))
    assert not html.css("script, style")
    assert "<script>alert(1)</script>" in texts(html, ".mail-text")[0]
    assert len(html.html or "") < 300_000


def test_a_template_is_shown_with_its_slots(browser: TestClient, rep: Seeded) -> None:
    html = read(browser, skeleton_of(rep))
    [shown] = texts(html, ".mail-text")
    assert "wir fertigen Frästeile aus Aluminium in fünf Werktagen" in shown
    assert len(html.css(".slot-box")) == 3
    assert "Weber" not in shown


def test_without_scripts_a_template_is_a_page_of_its_own(browser: TestClient, rep: Seeded) -> None:
    html = LexborHTMLParser(browser.get(skeleton_of(rep)).text)
    assert texts(html, "h1") == ["Wie sie aussieht"]
    assert html.css(".mail-text")


def test_a_template_with_one_send_stands_whole(browser: TestClient, rep: Seeded) -> None:
    html = read(browser, skeleton_of(rep, "history"))
    assert not html.css(".slot-box")
    assert texts(html, "p.small") == ["Nur eine dieser Mails ließ sich lesen, darum steht sie hier ganz."]


def test_a_template_whose_mails_are_gone_says_so(office: Site, browser: TestClient, rep: Seeded) -> None:
    with office.database.writing() as session:
        for number in range(9):
            session.get_one(Send, rep.sends[f"parts-{number}"]).uidvalidity = 1
    assert "nicht mehr dort" in texts(read(browser, skeleton_of(rep)), ".notice")[0]


def test_a_paused_mailbox_is_not_opened(office: Site, browser: TestClient, rep: Seeded) -> None:
    change(office, rep, state=MailboxState.PAUSED)
    assert "pausiert" in texts(read(browser, skeleton_of(rep)), ".notice.warn")[0]


def test_a_mailbox_that_cannot_be_reached_is_told_of(office: Site, browser: TestClient, rep: Seeded) -> None:
    change(office, rep, port=free_port())
    assert "aus Ihrem Postfach lesen" in texts(read(browser, skeleton_of(rep)), ".notice.bad")[0]


def test_reading_keeps_and_changes_nothing(office: Site, browser: TestClient, rep: Seeded, dovecot: Dovecot) -> None:
    with office.database.reading() as session:
        mailbox = session.get_one(Mailbox, rep.mailbox_id)
        user = mailboxes.account_of(session, office.keys, mailbox).username
    mails, rows = dovecot.messages(user, "Sent"), office.dump()
    read(browser, text_of(rep))
    read(browser, skeleton_of(rep))
    assert (dovecot.messages(user, "Sent"), office.dump()) == (mails, rows)
