"""What a page costs: bytes over the wire, and nothing that moves once it stands."""

from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.served import Look, Served

BUDGET = 60 * 1024


def count_bytes(client: CDPSession) -> list[int]:
    """Grows by what each answer took on the wire, headers and compression included."""
    sizes: list[int] = []
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda done: sizes.append(int(done["encodedDataLength"])))
    return sizes


def fill_a_page(page: Page, url: str) -> int:
    """How many rows the list shows."""
    page.goto(url)
    return page.locator("main a[href^='/sends/']").count()


def test_the_first_visit_of_the_list_stays_within_its_budget(chromium: Browser, jonas: Served) -> None:
    page = Look().open(chromium)
    sizes = count_bytes(page.context.new_cdp_session(page))
    assert fill_a_page(page, f"{jonas.url}/sends") > 15
    page.wait_for_load_state("networkidle")
    assert 5_000 < sum(sizes) <= BUDGET
    page.context.close()
