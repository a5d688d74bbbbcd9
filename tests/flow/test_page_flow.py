"""The same in a browser: connect by the page, send, see the flagged sends and the nudge."""

from datetime import UTC, datetime

from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import unsound
from tests.flow.mailboxes import nudges, send_template
from tests.flow.mails import PEOPLE, REP, personal_mail
from tests.flow.running import Zuruf, wait_until
from tests.servers.dovecot import Dovecot


def open_page(browser: Browser, zuruf: Zuruf, language: str = "de") -> Page:
    page = browser.new_context(locale=language).new_page()
    page.goto(zuruf.url)
    return page


def connect_by_page(page: Page, dovecot: Dovecot, user: str) -> None:
    page.locator("main a[href='/connect']").click()
    page.locator("details summary").first.click()
    page.locator("[name=address]").fill(REP)
    page.locator("[name=password]").fill(dovecot.password)
    page.locator("[name=host]").fill(dovecot.host)
    page.locator("[name=port]").fill(str(dovecot.imap_port))
    page.locator("[name=tls][value=none], select[name=tls]").first.evaluate(
        "field => { if (field.tagName === 'SELECT') field.value = 'none'; else field.checked = true }"
    )
    page.locator("[name=username]").fill(user)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url("**/dry-run")


def test_a_rep_connects_by_the_page_and_sees_the_flagged_sends(
    zuruf: Zuruf, dovecot: Dovecot, chromium: Browser
) -> None:
    user = dovecot.new_user()
    page = open_page(chromium, zuruf)
    connect_by_page(page, dovecot, user)
    dovecot.append(user, personal_mail(PEOPLE[1], 1, datetime.now(UTC)))
    send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, user))
    page.goto(f"{zuruf.url}/sends")
    expect(page.get_by_text("5 von 6 Mails aufgefallen")).to_be_visible()
    expect(page.get_by_text("Im Posteingang")).to_have_count(5)
    page.get_by_role("link", name="Anna Weber").first.click()
    expect(page.locator("mark.shared").filter(has_text="Schnellwechsler")).to_be_visible()
    expect(page.locator("mark.slot").filter(has_text="Weber")).not_to_have_count(0)
    assert len(nudges(dovecot, user)) == 1


def test_the_open_list_tells_of_a_nudge_and_of_new_mails_without_a_reload(
    zuruf: Zuruf, dovecot: Dovecot, chromium: Browser
) -> None:
    user = dovecot.new_user()
    page = open_page(chromium, zuruf)
    connect_by_page(page, dovecot, user)
    send_template(dovecot, user)
    rows, show = page.locator("#list tbody tr"), page.locator(".arrived a").filter(has_text="5")
    wait_until(lambda: page.goto(f"{zuruf.url}/sends") and rows.count() == len(PEOPLE))
    expect(page.get_by_text("Im Posteingang")).to_have_count(5, timeout=60_000)
    send_template(dovecot, user, template=1)
    expect(show).to_be_visible(timeout=60_000)
    expect(rows).to_have_count(5)
    show.click()
    expect(page.locator("#list tr.is-new")).to_have_count(5)


def test_the_links_of_a_nudge_open_a_page_that_asks_first(zuruf: Zuruf, dovecot: Dovecot, chromium: Browser) -> None:
    user = dovecot.new_user()
    page = open_page(chromium, zuruf)
    connect_by_page(page, dovecot, user)
    send_template(dovecot, user)
    wait_until(lambda: nudges(dovecot, user))
    text = nudges(dovecot, user)[0].get_body(("plain",))
    assert text is not None
    link = next(line.strip() for line in text.get_content().splitlines() if "/a/" in line)
    outcome = page.locator("#list .nudge").filter(has_text="Angerufen")
    page.goto(link)
    page.goto(f"{zuruf.url}/sends")
    expect(page.locator("#list .nudge").filter(has_text="Im Posteingang")).to_have_count(5)
    expect(outcome).to_have_count(0)
    page.goto(link)
    page.get_by_role("button", name="Ich habe angerufen").click()
    page.goto(f"{zuruf.url}/sends")
    assert outcome.count() > 0


def test_the_demo_tells_its_story(zuruf: Zuruf, chromium: Browser) -> None:
    page = open_page(chromium, zuruf, "en-GB")
    page.get_by_role("button", name="Try the demo mailbox").click()
    page.wait_for_url("**/dry-run")
    page.goto(f"{zuruf.url}/sends")
    assert unsound(page) == []
    page.get_by_role("button", name="Send a template to five people").click()
    page.goto(f"{zuruf.url}/demo/inbox")
    for _ in range(60):
        if page.get_by_text("5 people").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_text("5 people", exact=False).first).to_be_visible()
    assert unsound(page) == []
    page.get_by_role("button", name="Remove the demo").click()
    page.goto(zuruf.url)
    expect(page.get_by_role("button", name="Try the demo mailbox")).to_be_visible()
