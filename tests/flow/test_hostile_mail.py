"""What a mail may hold to harm whoever looks at it: on every page of the running service it is mere text."""

from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.served import LOOKS
from tests.flow.mails import REP, TEMPLATES
from tests.flow.test_page_flow import connect_by_page
from tests.flow.walking import Walk
from tests.servers.dovecot import Dovecot

SUBJECT: Final = "<script>alert(1)</script> {{ 7*7 }} \u202egnirts <style>*{display:none}</style>"
MARKUP: Final = (
    "<img src=x onerror=alert(2)> <b onmouseover=alert(3)>{{ 7*7 }}</b> <style>*{display:none}</style> \u202eevil"
)
NAMES: Final = ('<b onmouseover="alert(4)">Eve</b>', "\u202eevE", "{{ 7*7 }}", "E" * 3000, "<img src=x>")
ONE_LINE: Final = "Ein Satz ohne Ende. " * 50_000
STRAY: Final = "() => document.querySelectorAll('main script, main style, main img, main b').length"


def hostile_mail(name: str, number: int, text: str, *, html: bool) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = REP, Address(name, addr_spec=f"eve{number}@eve-{number}.example")
    message["Subject"], message["Message-ID"] = SUBJECT, f"<hostile.{number}@keller-maschinen.example>"
    message["Date"] = format_datetime(datetime.now(UTC) - timedelta(days=20, minutes=number))
    message.set_content(text, subtype="html" if html else "plain")
    return message.as_bytes()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A mailbox from which one hostile text went to five people, one of them as HTML, and a megabyte in one line."""
    user = dovecot.new_user()
    for number, name in enumerate(NAMES):
        text = f"{TEMPLATES[0].format(name=name, company=name)}\n\n{MARKUP}\n"
        dovecot.append(user, hostile_mail(name, number, text, html=name is NAMES[-1]))
    dovecot.append(user, hostile_mail("Lang", len(NAMES), ONE_LINE, html=False))
    return user


@pytest.mark.parametrize("look", LOOKS[1:3], ids=str)
def test_it_is_text_on_every_page(walk: Walk, dovecot: Dovecot, user: str) -> None:
    connect_by_page(walk.page, dovecot, user)
    mailbox = walk.page.url.removesuffix("/dry-run").removeprefix(walk.url)
    assert_text_only(walk)
    for path in ("/templates", "/sends?by=template", "/insights", "/privacy", mailbox, f"{mailbox}/sent-folder"):
        walk.go(path)
        assert_text_only(walk)
    walk.go("/sends?show=every")
    expect(walk.find("#list tbody tr")).to_have_count(len(NAMES) + 1)
    expect(walk.find("#list a.whole").filter(has_text=NAMES[0])).to_have_count(1)
    links = [str(link.get_attribute("href")) for link in walk.find("#list a.whole").all()]
    for link in links:
        walk.go(link)
        expect(walk.find(".mail-text")).to_be_visible()
        expect(walk.find("h1")).to_contain_text("<script>alert(1)</script> {{ 7*7 }}")
        assert_text_only(walk)
    walk.go("/templates")
    walk.find(".templates h2 a").first.click()
    expect(walk.find(".mail-text")).to_contain_text("<img src=x onerror=alert(2)>")
    assert_text_only(walk)


def assert_text_only(walk: Walk) -> None:
    walk.assert_sound()
    assert walk.page.evaluate(STRAY) == 0
    expect(walk.find("h1")).to_be_visible()
