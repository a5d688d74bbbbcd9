"""Signing in with a mail provider: there and back on the pages, with a real provider and a real mail server."""

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app.connect import Admission
from app.mail.imap_values import Endpoint, TlsMode
from app.store import invitations, mailboxes, oauth_grants
from app.store.schema import Mailbox
from app.store.states import MailboxState
from app.web import create_app
from tests.servers.oauth_rules import MAIL_SCOPE, Request
from tests.servers.oauth_world import OAuthWorld, now
from tests.web.seed import NOW, seed
from tests.web.site import PUBLIC, Site, open_site

PATH = "/connect/oauth/microsoft"


@pytest.fixture
def company(tmp_path_factory: pytest.TempPathFactory, oauth: OAuthWorld) -> Iterator[Site]:
    """A published installation that is registered with the provider."""
    site = open_site(tmp_path_factory.mktemp("company"), now=now())
    site.policy = oauth.policy(site.database, site.keys)
    site.sign_ins = oauth.sign_ins(site.database, site.keys, PUBLIC)
    site.app = create_app(site.web())
    yield site
    site.database.close()


def go(browser: TestClient, **fields: str) -> str:
    """Press the button; returns where its page leads."""
    page = browser.post(PATH, data=fields)
    assert page.status_code == 200, page.text
    found = re.search(r'href="(https://localhost[^"]+)"', page.text)
    assert found
    return html.unescape(found[1])


def come_back(browser: TestClient, location: str) -> Response:
    """Follow the provider's redirect, and press the button of that page; returns the answer."""
    page = browser.get(location.removeprefix(PUBLIC))
    assert page.status_code == 200, page.text
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page.text)}
    return browser.post(f"{PATH}/back", data=fields)


def sign_in(oauth: OAuthWorld, browser: TestClient, user: str) -> None:
    answer = come_back(browser, oauth.server.agree(go(browser, address=user), user))
    assert answer.headers["location"] == "/"


def row_of(site: Site, user: str) -> Mailbox:
    with site.database.reading() as session:
        (row,) = mailboxes.by_address(session, site.keys, user)
        return row


def test_whoever_signs_in_with_the_provider_is_signed_in_to_the_mailbox(company: Site, oauth: OAuthWorld) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    sign_in(oauth, browser, user)
    row = row_of(company, user)
    assert (row.sent_folder, row.state, row.host) == ("Sent", MailboxState.READING, "localhost")
    assert user in browser.get(f"/mailboxes/{row.id}").text


def test_the_provider_is_asked_for_little_and_told_nothing_else(company: Site) -> None:
    url = go(company.visitor(), address="jonas@keller-maschinen.example")
    for part in ("code_challenge_method=S256", "scope=https%3A%2F%2Fmail.example%2Fimap+offline_access", "state="):
        assert part in url
    assert "client_secret" not in url


def test_coming_back_changes_nothing_until_the_button_is_pressed(company: Site, oauth: OAuthWorld) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    location = oauth.server.agree(go(browser, address=user), user)
    before = company.dump()
    assert "Almost done" in browser.get(location.removeprefix(PUBLIC)).text
    assert company.dump() == before


def test_an_answer_works_once(company: Site, oauth: OAuthWorld) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    url = go(browser, address=user)
    cookie = browser.cookies["__Host-zuruf-oauth"]
    come_back(browser, oauth.server.agree(url, user))
    browser.cookies.set("__Host-zuruf-oauth", cookie)
    # With a code of its own: the provider would have nothing against it.
    assert "begun in another browser" in come_back(browser, oauth.server.agree(url, user)).text


def test_an_answer_for_another_browser_is_refused(company: Site, oauth: OAuthWorld) -> None:
    user = oauth.dovecot.new_user()
    location = oauth.server.agree(go(company.visitor(), address=user), user)
    stranger = company.visitor()
    assert "begun in another browser" in stranger.get(location.removeprefix(PUBLIC)).text
    go(stranger, address=user)
    assert "begun in another browser" in stranger.get(location.removeprefix(PUBLIC)).text


@pytest.mark.parametrize("state", ["f%C3%BCr", "%F0%9F%A4%B7", ""])
def test_a_state_that_is_none_of_ours_is_refused_like_any_other(company: Site, state: str) -> None:
    browser = company.visitor()
    go(browser, address="jonas@keller-maschinen.example")
    assert "begun in another browser" in browser.get(f"{PATH}/back?code=x&state={state}").text


def test_an_answer_that_names_another_issuer_is_refused(company: Site, oauth: OAuthWorld) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    location = oauth.server.agree(go(browser, address=user), user)
    mixed_up = re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", location)
    assert browser.get(mixed_up.removeprefix(PUBLIC)).status_code == 422


def test_a_sign_in_that_took_too_long_is_begun_anew(company: Site, oauth: OAuthWorld) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    location = oauth.server.agree(go(browser, address=user), user)
    company.now = now().replace(year=now().year + 1)
    assert "too old" in come_back(browser, location).text


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (("access_denied", ""), "without an agreement"),
        (("access_denied", "AADSTS65001: the administrator has not consented"), "wants an administrator"),
        (("consent_required", "AADSTS90094"), "/adminconsent?"),
        (("temporarily_unavailable", ""), "does not answer"),
        (("invalid_scope", "<script>"), "has to look at its settings"),
    ],
)
def test_a_refusal_at_the_provider_is_told_in_plain_words(
    company: Site, oauth: OAuthWorld, refusal: tuple[str, str], words: str
) -> None:
    browser = company.visitor()
    oauth.server.faults.refusal = refusal
    url = go(browser, address="jonas@keller-maschinen.example")
    location = oauth.server.answer(Request("POST", url, parse_qs(urlsplit(url).query), {}), None)
    page = browser.get(location.removeprefix(PUBLIC))
    assert (page.status_code, words in html.unescape(page.text)) == (422, True), page.text
    assert "<script>" not in page.text.partition("<main")[2]


def test_the_wrong_account_opens_nothing(company: Site, oauth: OAuthWorld) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    oauth.server.faults.other_user = oauth.dovecot.new_user()
    answer = come_back(browser, oauth.server.agree(go(browser, address=user), user))
    assert "does not open the mailbox" in answer.text
    with company.database.reading() as session:
        assert mailboxes.every(session) == []


@pytest.mark.parametrize(
    ("scope", "lasting", "words"),
    [("openid", True, "does not include reading"), (f"{MAIL_SCOPE} offline_access", False, "a single look only")],
)
def test_too_little_is_told_at_once(company: Site, oauth: OAuthWorld, scope: str, lasting: bool, words: str) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    oauth.server.ledger.scope, oauth.server.ledger.lasting = scope, lasting
    answer = come_back(browser, oauth.server.agree(go(browser, address=user), user))
    assert words in answer.text


def test_signing_in_again_keeps_everything(company: Site, oauth: OAuthWorld) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    sign_in(oauth, browser, user)
    row = row_of(company, user)
    with company.database.writing() as session:
        known = session.get_one(Mailbox, row.id)
        known.last_uid, known.uidvalidity, known.history_ended_at = 41, 7, NOW
        mailboxes.enter(known, MailboxState.ATTENTION, NOW, "oauth_revoked")
    assert "Sign in again" in browser.get(f"/mailboxes/{row.id}").text
    assert f'name="mailbox" value="{row.id}"' in browser.get(f"/mailboxes/{row.id}/password").text
    come_back(browser, oauth.server.agree(go(browser, mailbox=str(row.id)), user))
    again = row_of(company, user)
    assert (again.id, again.rep_id) == (row.id, row.rep_id)
    assert (again.state, again.last_uid, again.uidvalidity) == (MailboxState.WATCHED, 41, 7)


def test_a_mailbox_of_somebody_else_is_not_signed_in_to(company: Site, oauth: OAuthWorld) -> None:
    sign_in(oauth, company.visitor(), user := oauth.dovecot.new_user())
    other = company.signed_in(seed(company.database, company.keys).rep_id)
    assert other.post(PATH, data={"mailbox": str(row_of(company, user).id)}).status_code == 404
    assert company.visitor().post(PATH, data={"mailbox": str(row_of(company, user).id)}).status_code == 303


def test_a_password_takes_the_place_of_a_grant(company: Site, oauth: OAuthWorld) -> None:
    browser, user = company.visitor(), oauth.dovecot.new_user()
    sign_in(oauth, browser, user)
    row = row_of(company, user)
    browser.post(f"/mailboxes/{row.id}/password", data={"password": oauth.dovecot.password})
    with company.database.reading() as session:
        assert oauth_grants.of_mailbox(session, row.id) is None
        account = mailboxes.account_of(session, company.keys, session.get_one(Mailbox, row.id))
    assert (account.password, account.token_of) == (oauth.dovecot.password, None)


def test_a_provider_that_is_not_set_up_does_not_exist(company: Site, site: Site) -> None:
    assert company.visitor().post("/connect/oauth/google", data={"address": "a@b.example"}).status_code == 404
    assert site.visitor().post(PATH, data={"address": "a@b.example"}).status_code == 404
    assert "without a password" not in site.visitor().get("/connect").text


def test_an_incomplete_address_is_told(company: Site) -> None:
    assert "no complete mail address" in company.visitor().post(PATH, data={"address": "jonas"}).text


def test_an_address_of_a_provider_without_passwords_is_shown_the_button(company: Site, oauth: OAuthWorld) -> None:
    assert company.sign_ins is not None
    here = oauth.server.provider(Endpoint("outlook.office365.com", 993, TlsMode.IMPLICIT))
    company.sign_ins.providers["microsoft"] = here  # type: ignore[index]
    page = company.visitor().post("/connect", data={"address": "anna@outlook.com", "password": "x"}).text
    assert "Use the button for it below" in page
    assert 'formaction="/connect/oauth/microsoft"' in page


def test_an_administrator_who_agreed_is_thanked(company: Site) -> None:
    page = company.visitor().get(f"{PATH}/back?admin_consent=True&tenant=x&state=consent")
    assert (page.status_code, "Everybody there can now connect" in page.text) == (200, True)


def test_an_invitation_goes_along_to_the_provider_and_back(oauth: OAuthWorld, company: Site) -> None:
    company.admission = Admission(invited_only=True)
    company.app = create_app(company.web())
    user, browser = oauth.dovecot.new_user(), company.visitor()
    assert "no open invitation" in browser.post(PATH, data={"address": user}).text
    with company.database.writing() as session:
        token = invitations.invite(session, company.keys, user, company.now)
    location = oauth.server.agree(go(browser, address=user, invitation=token), user)
    assert come_back(browser, location).headers["location"] == "/"
    assert "no open invitation" in company.visitor().post(PATH, data={"address": user, "invitation": token}).text
