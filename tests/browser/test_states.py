"""Pages in their less usual states: nothing found, something refused, something open or just done."""

import pytest
from playwright.sync_api import Browser, expect

from app.store.states import FeedbackKind
from tests.browser.pages import OVERFLOW, violations
from tests.browser.served import LOOKS, Look, Served
from tests.browser.visit import Visit
from tests.web.test_actions import link

STATES = (
    "/sends?q=unauffindbar",
    "/sends?show=every",
    "/sends?by=template",
    "/sends?nudge=delivered&reason=style&since=2026-01-01&order=oldest",
    "/templates?order=most",
    "/templates?q=unauffindbar&state=active",
    "/insights?period=4",
    "/nowhere",
    "/sends/00000000-0000-0000-0000-000000000000",
    "/a/none",
    "/sign-in/none",
)
pytestmark = pytest.mark.parametrize("look", LOOKS[1:3], ids=str)


def test_each_state_is_accessible_and_fits(visit: Visit) -> None:
    for address in STATES:
        visit.go(address)
        visit.assert_sound()


def test_a_link_of_a_note_is_accessible_before_and_after_it_is_used(visit: Visit) -> None:
    visit.go(link(visit.served.site, visit.seeded.nudges["delivered"], FeedbackKind.CALLED))
    visit.assert_sound()
    visit.find("main form button").click()
    expect(visit.find("main form[action$='/undo']")).to_be_visible()
    visit.assert_sound()


def test_what_is_folded_away_is_accessible_once_opened(visit: Visit) -> None:
    for address in ("/sends", "/insights", f"/templates/{visit.seeded.templates['parts']}", "/connect"):
        visit.go(address)
        for summary in visit.find("main summary").all():
            summary.click()
        visit.assert_sound()


def test_the_help_with_the_keys_is_accessible(visit: Visit) -> None:
    visit.go("/sends")
    visit.find("[data-opens=keys]").click()
    expect(visit.find("dialog#keys")).to_be_visible()
    visit.assert_sound()


def test_a_refused_form_keeps_what_was_typed_but_the_password(chromium: Browser, newcomer: Served, look: Look) -> None:
    page = look.open(chromium)
    page.goto(f"{newcomer.url}/connect")
    page.locator("[name=address]").fill("niemand@nirgends.invalid")
    page.locator("[name=password]").fill("geheim")
    page.locator("main form button:not([type])").first.click()
    page.wait_for_load_state()
    assert page.locator("[name=address]").input_value() == "niemand@nirgends.invalid"
    assert page.locator("[name=password]").input_value() == ""
    assert violations(page) == []
    assert page.evaluate(OVERFLOW) == 0
    page.context.close()


def test_refused_rules_name_the_fields_to_mend(visit: Visit) -> None:
    visit.go(visit.mailbox)
    visit.find("[name=quiet_from]").first.fill("18:00")
    visit.find("[name=quiet_to]").first.fill("")
    visit.find("form[action*='/rules'] > button").click()
    expect(visit.find("[role=alert]")).to_be_visible()
    wrong = visit.find("[name=quiet_from]").first
    expect(wrong).to_have_attribute("aria-invalid", "true")
    assert visit.find(f"#{(wrong.get_attribute('aria-describedby') or '').split()[0]}").is_visible()
    visit.assert_sound()
