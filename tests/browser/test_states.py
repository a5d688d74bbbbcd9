"""Pages in their less usual states: nothing found, something refused, something just done."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import OVERFLOW, violations
from tests.browser.served import DESKTOP, PHONE, Look, Served

LOOKS = [Look("de-DE", "dark", PHONE), Look("en-GB", "light", DESKTOP)]
STATES = {
    "nothing found": "/sends?q=unauffindbar",
    "everything": "/sends?show=every",
    "no such page": "/nowhere",
    "no such mail": "/sends/00000000-0000-0000-0000-000000000000",
    "a link that is none": "/a/none",
    "a sign-in link that is none": "/sign-in/none",
}


def assert_sound(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.language)
def test_each_state_is_accessible_and_fits(chromium: Browser, jonas: Served, look: Look) -> None:
    page = look.open(chromium)
    for address in STATES.values():
        page.goto(jonas.url + address)
        assert_sound(page)
    page.context.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.language)
def test_a_refused_form_names_the_fields_to_mend(chromium: Browser, newcomer: Served, look: Look) -> None:
    page = look.open(chromium)
    page.goto(f"{newcomer.url}/connect")
    page.locator("[name=address]").fill("niemand@nirgends.invalid")
    page.locator("[name=password]").fill("geheim")
    page.locator("main form [type=submit], main form button:not([type])").first.click()
    page.wait_for_load_state()
    assert page.locator("[name=address]").input_value() == "niemand@nirgends.invalid"
    assert page.locator("[name=password]").input_value() == ""
    assert_sound(page)
    page.context.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.language)
def test_what_was_done_is_said_and_can_be_undone(chromium: Browser, jonas: Served, look: Look) -> None:
    assert jonas.seeded is not None
    page = look.open(chromium)
    page.goto(f"{jonas.url}/sends/{jonas.seeded.sends['parts-0']}")
    page.locator("button[name=kind][value=not_a_template]").first.click()
    undo = page.locator("form[action$='/feedback/undo'] button").first
    expect(undo).to_be_visible()
    assert_sound(page)
    undo.click()
    expect(page.locator("button[name=kind][value=not_a_template]").first).to_be_visible()
    assert_sound(page)
    page.context.close()
