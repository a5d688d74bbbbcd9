"""Signing in by a link that lies in the mailbox's own INBOX."""

import email
import email.policy
import re
from datetime import timedelta

import pytest

from app.store import sign_in_links
from tests.servers.dovecot import Dovecot
from tests.web.seed import JONAS, Seeded
from tests.web.site import PUBLIC, Site
from tests.web.test_connect import typed


def mint(site: Site, seeded: Seeded) -> str:
    with site.database.writing() as session:
        return f"/sign-in/{sign_in_links.mint(session, seeded.rep_id, site.now)}"


def test_the_link_opens_a_page_and_its_button_signs_in(site: Site, jonas: Seeded) -> None:
    link, browser = mint(site, jonas), site.visitor()
    assert "Welcome back" in browser.get(link).text
    answer = browser.post(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get(f"/mailboxes/{jonas.mailbox_id}").status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_follows_the_link_does_not_use_it_up(site: Site, jonas: Seeded, method: str) -> None:
    link = mint(site, jonas)
    before = site.dump()
    for _ in range(3):
        assert "set-cookie" not in site.visitor().request(method, link).headers
    assert site.dump() == before
    assert site.visitor().post(link).status_code == 303


def test_a_link_works_once(site: Site, jonas: Seeded) -> None:
    link = mint(site, jonas)
    assert site.visitor().post(link).status_code == 303
    again = site.visitor().post(link)
    assert (again.status_code, "set-cookie" in again.headers) == (410, False)
    assert "no longer works" in site.visitor().get(link).text


def test_a_link_ends_after_fifteen_minutes(site: Site, jonas: Seeded) -> None:
    link = mint(site, jonas)
    site.now += timedelta(minutes=15)
    assert site.visitor().get(link).status_code == 410
    assert site.visitor().post(link).status_code == 410


@pytest.mark.usefixtures("jonas")
@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "ü"])
def test_a_token_that_never_was_does_not_sign_in(site: Site, token: str) -> None:
    assert site.visitor().post(f"/sign-in/{token}").status_code == 410


def test_the_database_does_not_hold_the_token_of_a_link(site: Site, jonas: Seeded) -> None:
    token = mint(site, jonas).rsplit("/", 1)[1]
    assert all(token not in line for line in site.dump())


def test_signing_in_gives_a_new_token_and_ends_the_old_session(site: Site, jonas: Seeded, priya: Seeded) -> None:
    browser = site.signed_in(priya.rep_id)
    old = browser.cookies["__Host-zuruf"]
    browser.post(mint(site, jonas))
    assert browser.get(f"/mailboxes/{priya.mailbox_id}").status_code == 404
    other = site.visitor()
    other.cookies.set("__Host-zuruf", old)
    assert other.get(f"/mailboxes/{priya.mailbox_id}").status_code == 303


@pytest.mark.usefixtures("jonas")
def test_the_answer_is_the_same_for_addresses_that_are_not_connected(site: Site) -> None:
    known = site.visitor().post("/sign-in", data={"address": JONAS.address})
    unknown = site.visitor().post("/sign-in", data={"address": "anna@keller-maschinen.example"})
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.text.replace("jonas@", "anna@") == unknown.text


def test_the_link_lies_in_the_inbox_of_the_mailbox(post_office: Site, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    post_office.visitor().post("/connect", data=typed(dovecot, user))
    post_office.visitor().post("/sign-in", data={"address": f" {user.upper()} "})
    (mail,) = dovecot.messages(user)
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    body = message.get_body(("plain",))
    assert message["To"] == user
    assert body is not None
    found = re.search(rf"{re.escape(PUBLIC)}(/sign-in/\S+)", body.get_content())
    assert found is not None
    assert post_office.visitor().post(found[1]).status_code == 303
