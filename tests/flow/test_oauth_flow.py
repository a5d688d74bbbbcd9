"""From "Connect with Microsoft" to the first nudge, in a browser; and on after the sign-in was withdrawn."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import unsound
from tests.flow.mailboxes import nudges, send_template
from tests.flow.mails import PEOPLE, personal_mail
from tests.flow.running import Zuruf, wait_until
from tests.servers.oauth_rules import CLIENT_ID, CLIENT_SECRET, MAIL_SCOPE
from tests.servers.oauth_world import OAuthWorld


@pytest.fixture
def company(tmp_path: Path, oauth: OAuthWorld) -> Iterator[Zuruf]:
    """A service that an administrator has registered with the provider."""
    (tmp_path / "secret").write_text(CLIENT_SECRET + "\n")
    settings = {
        "NAME": "Microsoft",
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "AUTHORIZE_URL": oauth.provider.authorize_url,
        "TOKEN_URL": oauth.provider.token_url,
        "SCOPES": f"{MAIL_SCOPE} offline_access",
        "IMAP_HOST": "localhost",
        "IMAP_PORT": str(oauth.dovecot.imaps_port),
    }
    by_name = {f"ZURUF_OAUTH_OTHER_{name}": value for name, value in settings.items()}
    with Zuruf(tmp_path, ZURUF_CA_FILE=str(oauth.ca_file), **by_name) as service:
        oauth.server.client.origins.add(service.url)
        yield service


def open_page(browser: Browser, url: str) -> Page:
    # The provider of the tests has a certificate of its own making.
    page = browser.new_context(locale="de", ignore_https_errors=True).new_page()
    page.goto(url)
    return page


def sign_in(page: Page) -> None:
    """From the page before the provider's on."""
    assert unsound(page) == []
    page.get_by_role("link", name="Weiter zu Microsoft").click()
    page.get_by_role("button", name="Agree").click()


def connect(page: Page, user: str) -> None:
    page.get_by_role("link", name="Postfach verbinden").click()
    page.locator("[name=address]").fill(user)
    page.get_by_role("button", name="Mit Microsoft verbinden").click()
    sign_in(page)
    page.wait_for_url("**/dry-run")


def test_a_rep_signs_in_with_the_provider_and_gets_the_first_nudge(
    company: Zuruf, oauth: OAuthWorld, chromium: Browser
) -> None:
    user = oauth.dovecot.new_user()
    page = open_page(chromium, company.url)
    connect(page, user)
    send_template(oauth.dovecot, user)
    wait_until(lambda: nudges(oauth.dovecot, user))
    page.goto(f"{company.url}/sends")
    expect(page.get_by_text("Im Posteingang")).to_have_count(5)
    secrets = [token.access for token in oauth.server.ledger.tokens]
    secrets += [token.refresh for token in oauth.server.ledger.tokens if token.refresh]
    written = company.log.read_bytes() + b"".join(
        file.read_bytes() for file in (company.directory / "data").glob("*.db*")
    )
    assert [secret for secret in [*secrets, CLIENT_SECRET, user] if secret.encode() in written] == []


def test_a_withdrawn_sign_in_is_told_and_signing_in_again_goes_on_where_it_stopped(
    company: Zuruf, oauth: OAuthWorld, chromium: Browser
) -> None:
    user = oauth.dovecot.new_user()
    page = open_page(chromium, company.url)
    connect(page, user)
    send_template(oauth.dovecot, user)
    wait_until(lambda: nudges(oauth.dovecot, user))
    mailbox = page.url.removesuffix("/dry-run")
    oauth.server.ledger.revoke(user)
    oauth.dovecot.restart()
    wait_until(lambda: page.goto(mailbox) and page.get_by_text("Braucht Sie").count())
    oauth.dovecot.append(user, personal_mail(PEOPLE[1], 1, datetime.now(UTC)))
    page.get_by_role("link", name="Neu anmelden").click()
    assert unsound(page) == []
    page.get_by_role("button", name="Bei Microsoft anmelden").click()
    sign_in(page)
    page.wait_for_url(lambda url: url.startswith(company.url) and "/connect/" not in url)
    wait_until(lambda: page.goto(f"{company.url}/sends") and page.get_by_text("5 von 6 Mails aufgefallen").count())
    assert len(nudges(oauth.dovecot, user)) == 1
