"""The first run on a phone: from the first page to what the last 90 days would have brought; and a changed password."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import OVERFLOW, violations
from tests.browser.served import PHONE, Look
from tests.flow.mailboxes import nudges, send_template
from tests.flow.mails import PEOPLE, personal_mail, template_mail
from tests.flow.running import Zuruf, wait_until
from tests.flow.test_page_flow import connect_by_page
from tests.servers.dovecot import Dovecot


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """A server whose password may be changed."""
    with Dovecot() as server:
        yield server


@pytest.fixture
def phone(zuruf: Zuruf, chromium: Browser) -> Iterator[Page]:
    page = Look("en-GB", "dark", PHONE).open(chromium)
    page.goto(zuruf.url)
    yield page
    page.context.close()


def fill_sent(dovecot: Dovecot, user: str) -> None:
    """A text to five people three weeks ago, and five personal mails."""
    for number, person in enumerate(PEOPLE):
        at = datetime.now(UTC) - timedelta(days=20, minutes=number)
        for mail in (template_mail(person, number, at), personal_mail(person, number, at)):
            dovecot.append(user, mail, when=f"{at:%d-%b-%Y %H:%M:%S} +0000")


def assert_sound(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate(OVERFLOW) == 0


def test_a_newcomer_gets_from_the_first_page_to_the_own_past(phone: Page, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    fill_sent(dovecot, user)
    assert_sound(phone)
    connect_by_page(phone, dovecot, user)
    expect(phone.get_by_text("Zuruf is watching from now on.")).to_be_visible()
    assert phone.locator(".figures dd").all_inner_texts()[:3] == ["10", "5", "1"]
    assert_sound(phone)
    phone.get_by_role("link", name="To the flagged mails").click()
    expect(phone.locator("#list tbody tr")).to_have_count(5)
    assert_sound(phone)
    phone.locator("#list a.whole").first.click()
    expect(phone.locator("mark.shared").first).to_be_visible()
    assert_sound(phone)
    phone.get_by_role("link", name="This text as a template").click()
    expect(phone.locator(".slot-box").first).to_be_visible()
    assert_sound(phone)
    assert nudges(dovecot, user) == []


def test_after_a_changed_password_the_page_leads_to_the_new_one(
    zuruf: Zuruf, phone: Page, own_dovecot: Dovecot, tmp_path: Path
) -> None:
    user = own_dovecot.new_user()
    connect_by_page(phone, own_dovecot, user)
    own_dovecot.change_password("a-new-one")
    needs = phone.get_by_role("link", name="Your mailbox needs you")
    wait_until(lambda: phone.goto(f"{zuruf.url}/sends") and needs.count())
    assert_sound(phone)
    needs.click()
    assert_sound(phone)
    phone.get_by_role("link", name="Enter the new password").click()
    phone.locator("#password").fill("wrong")
    phone.get_by_role("button", name="Connect").click()
    expect(phone.locator("#problem")).to_be_visible()
    assert_sound(phone)
    phone.locator("#password").fill("a-new-one")
    phone.get_by_role("button", name="Connect").click()
    expect(phone.get_by_text("The new password works and is saved.")).to_be_visible()
    send_template(own_dovecot, user)
    wait_until(lambda: nudges(own_dovecot, user))
    assert "a-new-one" not in (tmp_path / "service.log").read_text()
