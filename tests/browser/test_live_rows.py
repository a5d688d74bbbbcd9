"""Rows that arrive while the list is open: they are told of, nothing moves, and nothing that was begun is lost."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from app.store.schema import Mailbox, Nudge
from app.store.states import NudgeState
from tests.browser.served import LOOKS
from tests.browser.visit import Visit
from tests.web.seed import BORIS, CARLA, NOW, open_outbox

pytestmark = pytest.mark.parametrize("look", LOOKS[::3] + LOOKS[1:2], ids=str)

METER = """() => {
  window.moved = 0;
  const add = (list) => { for (const shift of list.getEntries()) window.moved += shift.value; };
  new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true});
}"""


def open_list(visit: Visit) -> Page:
    """The list, whose shifts are summed up from its first paint on."""
    visit.page.add_init_script(f"({METER})()")
    visit.go("/sends")
    return visit.page


def arrive(visit: Visit, count: int) -> None:
    """Mails are found in Sent."""
    site = visit.served.site
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, visit.seeded.mailbox_id))
        outbox.uid = 1000
        for number in range(count):
            person = (BORIS, CARLA)[number % 2]
            outbox.send("Eben gesendet", [person], NOW + timedelta(seconds=number + 1))


def moved(page: Page) -> float:
    """Once two more frames have been painted."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return float(page.evaluate("() => window.moved"))


def test_nothing_moves_until_the_rep_asks_for_them(visit: Visit) -> None:
    page = open_list(visit)
    first = page.locator("#list a.whole").first.inner_text()
    arrive(visit, 2)
    show = page.locator(".arrived a")
    expect(show).to_contain_text("2", timeout=20_000)
    assert page.locator("#list a.whole").first.inner_text() == first
    assert moved(page) == 0
    visit.assert_sound()
    show.click()
    expect(page.locator("#list tr.is-new")).to_have_count(2)
    visit.assert_sound()


def test_what_arrives_before_the_page_listens_is_shown_too(visit: Visit) -> None:
    """Mails sent while the browser still fetches the script that asks for news."""

    def late(route: Route) -> None:
        arrive(visit, 2)
        route.continue_()

    visit.page.route("**/live*.js", late)
    page = open_list(visit)
    expect(page.locator(".arrived a")).to_contain_text("2", timeout=20_000)
    assert moved(page) == 0


def test_a_new_state_of_a_row_moves_nothing_and_takes_no_choice_or_focus_away(visit: Visit) -> None:
    page = open_list(visit)
    before = page.locator("#list .nudge").first.inner_text()
    page.locator("#list .pick").nth(2).check()
    page.locator("#list a.whole").nth(1).focus()
    with visit.served.site.database.writing() as session:
        nudge = session.get_one(Nudge, visit.seeded.nudges["planned"])
        nudge.state, nudge.due_at, nudge.delivered_at = NudgeState.DELIVERED, None, NOW
    expect(page.locator("#list .nudge").first).not_to_have_text(before, timeout=20_000)
    assert moved(page) == 0
    expect(page.locator("#list .pick").nth(2)).to_be_checked()
    expect(page.locator("#list a.whole").nth(1)).to_be_focused()


def test_what_moves_is_seen(visit: Visit) -> None:
    """The meter can tell: a row that pushes itself in."""
    page = open_list(visit)
    page.evaluate("() => { const one = document.createElement('p'); one.textContent = 'x'; one.style.height = '90px';"
                  " document.querySelector('#list').before(one) }")  # fmt: skip
    assert moved(page) > 0
