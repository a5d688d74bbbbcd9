"""The pages by keyboard alone: everything is reached, what has the focus shows it, and the list has keys of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.served import LOOKS
from tests.browser.visit import Visit

pytestmark = pytest.mark.parametrize("look", LOOKS[::3], ids=str)

MOST_STOPS = 300
# Of radio buttons only the chosen one is a stop.
UNREACHED = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.type !== 'hidden')
  .filter((one) => !(one.type === 'radio' && !one.checked) && !one.dataset.reached)
  .map((one) => one.outerHTML.slice(0, 120))"""
REACH = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  one.dataset.reached = 'yes';
  const shows = one.closest('tr:has(.whole:focus-visible)') || one;
  return getComputedStyle(shows).outlineStyle === 'none' ? one.outerHTML.slice(0, 120) : '';
}"""


@pytest.fixture
def page(visit: Visit) -> Page:
    visit.go("/sends")
    return visit.page


def focus(page: Page) -> Locator:
    return page.locator(":focus")


def unmarked_stops(page: Page) -> Iterator[str]:
    """Tab through the page; what has the focus without showing it."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        unmarked = page.evaluate(REACH)
        if unmarked is None:
            return
        if unmarked:
            yield unmarked
    raise AssertionError("the focus never leaves the page")


def test_tab_reaches_everything_and_the_focus_shows(visit: Visit) -> None:
    send, template = visit.seeded.sends["parts-0"], visit.seeded.templates["parts"]
    paths = ("/sends?q=Anna", f"/sends/{send}", "/templates", f"/templates/{template}", "/insights", visit.mailbox)
    for path in (*paths, "/privacy", "/connect", "/sign-in"):
        visit.go(path)
        visit.page.wait_for_load_state("networkidle")
        assert list(unmarked_stops(visit.page)) == []
        assert visit.page.evaluate(UNREACHED) == [], path


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#search")).to_be_focused()


def test_j_and_k_walk_through_the_rows_and_enter_opens_one(page: Page) -> None:
    rows = page.locator("#list a.whole")
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
    address = rows.nth(1).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def test_x_chooses_a_row_and_says_how_many_are_chosen(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#list .pick").first).to_be_checked()
    expect(page.locator("#news")).to_contain_text("1")
    expect(page.locator("#act")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator("#act")).to_be_hidden()


def test_the_help_opens_by_key_closes_by_escape_and_gives_the_focus_back(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    assert page.evaluate("() => document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    expect(page.locator("#list a.whole").first).to_be_focused()


def test_keys_are_left_alone_where_somebody_types(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("jx?")
    assert page.locator("#search").input_value() == "jx?"
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_a_mail_is_answered_by_keyboard_alone(visit: Visit) -> None:
    visit.go(f"/sends/{visit.seeded.sends['parts-0']}")
    visit.find("#answer button[value=called]").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.find(".told")).to_be_visible()
    visit.find(".told button").focus()
    visit.page.keyboard.press("Space")
    expect(visit.find(".told")).to_have_count(0)
    expect(focus(visit.page)).to_have_count(0)
