"""Every page that there is, in both languages and themes, on a desk and on a phone."""

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import OVERFLOW, addresses, violations, watched
from tests.browser.served import LOOKS, Look, Served


def look_at_all(browser: Browser, look: Look, served: Served) -> dict[str, list[str]]:
    """What is wrong with which page; nothing is left out of the answer but pages with nothing wrong."""
    page, wrong = look.open(browser), dict[str, list[str]]()
    with watched(page, served.url) as heard:
        for address in addresses(served):
            page.goto(served.url + address)
            heard += violations(page)
            if sideways := page.evaluate(OVERFLOW):
                heard.append(f"{sideways} px too wide")
            if heard:
                wrong[address] = list(heard)
            heard.clear()
    page.context.close()
    return wrong


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_page_is_accessible_self_contained_and_fits(chromium: Browser, rep: Served, look: Look) -> None:
    assert look_at_all(chromium, look, rep) == {}


@pytest.mark.parametrize("look", LOOKS[1:3], ids=str)
def test_so_is_an_installation_without_a_mailbox(chromium: Browser, newcomer: Served, look: Look) -> None:
    assert look_at_all(chromium, look, newcomer) == {}


def test_what_is_wrong_is_found(chromium: Browser, jonas: Served) -> None:
    """The checks can fail: the same page with a picture that nobody described, from another host, and too wide."""
    page = Look().open(chromium)
    with watched(page, jonas.url) as heard:
        page.goto(f"{jonas.url}/privacy")
        page.evaluate(
            "() => { const img = new Image(3000, 9); img.src = 'http://127.0.0.1:9/x.png'; document.body.append(img);"
            " document.body.style.width = '3000px' }"
        )
        page.wait_for_timeout(200)
        assert any("image-alt" in found for found in violations(page))
        assert page.evaluate(OVERFLOW) > 0
        assert any("Content Security Policy" in said for said in heard)
