"""Every form does its work in a browser that runs no scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import Look, Served


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = Look(scripts=False).open(chromium)
    yield page
    page.context.close()


def test_the_list_is_filtered_and_paged(page: Page, jonas: Served) -> None:
    page.goto(f"{jonas.url}/sends")
    page.locator("input[name=q]").fill("Anna")
    page.locator("input[name=q]").press("Enter")
    page.wait_for_url("**q=Anna**")
    rows = page.locator("main a[href^='/sends/']")
    expect(rows.first).to_contain_text("Anna")
    assert rows.filter(has_text="Boris").count() == 0


def test_feedback_is_given_and_taken_back(page: Page, jonas: Served) -> None:
    assert jonas.seeded is not None
    page.goto(f"{jonas.url}/sends/{jonas.seeded.sends['parts-0']}")
    page.locator("button[name=kind][value=not_for_person]").first.click()
    page.locator("form[action$='/feedback/undo'] button").first.click()
    expect(page.locator("button[name=kind][value=not_for_person]").first).to_be_visible()


def test_a_mailbox_is_paused_and_watched_again(page: Page, jonas: Served) -> None:
    assert jonas.seeded is not None
    page.goto(f"{jonas.url}/mailboxes/{jonas.seeded.mailbox_id}")
    page.locator("form[action$='/pause'] button").click()
    page.locator("form[action$='/resume'] button").click()
    expect(page.locator("form[action$='/pause'] button")).to_be_visible()


def test_rules_are_kept(page: Page, jonas: Served) -> None:
    assert jonas.seeded is not None
    page.goto(f"{jonas.url}/mailboxes/{jonas.seeded.mailbox_id}")
    page.locator("[name=cap_per_week]").fill("2")
    page.locator("[name=cap_per_week]").press("Enter")
    page.wait_for_url("**saved**")
    assert page.locator("[name=cap_per_week]").input_value() == "2"


def test_the_language_is_chosen(page: Page, jonas: Served) -> None:
    page.goto(f"{jonas.url}/privacy")
    page.locator("form[action='/language'] button[value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
