"""What is stored of a rep: counted, taken along, erased; and how the rep signs in."""

from zipfile import ZipFile

from playwright.sync_api import Browser, expect

from app.store import sign_in_links
from tests.browser.served import Look, Served
from tests.browser.visit import Visit


def test_everything_is_downloaded(visit: Visit) -> None:
    visit.go("/privacy")
    with visit.page.expect_download() as saved:
        visit.find("a[href='/own-data/download']").click()
    with ZipFile(saved.value.path()) as archive:
        assert archive.testzip() is None
        assert any(b"anna.weber@weber-guss.example" in archive.read(name) for name in archive.namelist())


def test_erasing_is_asked_first_and_can_be_left(visit: Visit) -> None:
    visit.go("/privacy")
    counted = visit.find(".stored td.number").first.inner_text()
    visit.find("a[href='/own-data/erase']").click()
    expect(visit.find("main")).to_contain_text("@")
    visit.assert_sound()
    visit.find("main form a").click()
    assert visit.find(".stored td.number").first.inner_text() == counted == "1"


def test_everything_is_erased(visit: Visit) -> None:
    visit.go("/own-data/erase")
    visit.find("main form button").click()
    expect(visit.find("main form")).to_have_count(0)
    visit.assert_sound()
    visit.page.goto(f"{visit.served.url}/sends")
    assert not visit.page.url.endswith("/sends")


def test_the_answer_to_an_address_does_not_tell_whether_it_is_known(
    chromium: Browser, newcomer: Served, look: Look
) -> None:
    page = look.open(chromium)
    page.goto(f"{newcomer.url}/sign-in")
    page.locator("#address").fill("niemand@nirgends.example")
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("niemand@nirgends.example")
    assert page.locator("html").get_attribute("lang") == look.language[:2]
    page.context.close()


def test_a_sign_in_link_asks_first_and_works_once(visit: Visit) -> None:
    site = visit.served.site
    with site.database.writing() as session:
        link = f"/sign-in/{sign_in_links.mint(session, visit.seeded.rep_id, site.now)}"
    visit.go(link)
    visit.assert_sound()
    visit.find("main form button").click()
    expect(visit.find("main form[action='/sign-in']")).to_have_count(0)
    visit.go(link)
    expect(visit.find("main a[href='/sign-in']")).to_be_visible()
