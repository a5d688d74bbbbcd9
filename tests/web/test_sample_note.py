"""A sample note into the own inbox, from the page that ends the first read."""

from email import message_from_bytes, policy

import pytest
from starlette.testclient import TestClient

from app.store import mailboxes
from tests.servers.dovecot import Dovecot
from tests.web.seed import NOW, Seeded
from tests.web.site import Site
from tests.web.test_connect import typed


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()


@pytest.fixture
def browser(post_office: Site, dovecot: Dovecot, user: str) -> TestClient:
    """Somebody whose mailbox was connected and read."""
    browser = post_office.visitor(accept_language="de")
    browser.post("/connect", data=typed(dovecot, user))
    with post_office.database.writing() as session:
        (row,) = mailboxes.by_address(session, post_office.keys, user)
        row.history_ended_at = NOW
    return browser


def own_page(post_office: Site, user: str) -> str:
    with post_office.database.reading() as session:
        (row,) = mailboxes.by_address(session, post_office.keys, user)
    return f"/mailboxes/{row.id}"


def test_it_lies_in_the_own_inbox_and_goes_to_nobody_else(
    post_office: Site, dovecot: Dovecot, browser: TestClient, user: str
) -> None:
    page = own_page(post_office, user)
    answer = browser.post(f"{page}/sample")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}/dry-run?sample=put")
    assert "Ein Probehinweis liegt in Ihrem Posteingang" in browser.get(answer.headers["location"]).text
    (stored,) = dovecot.messages(user)
    mail = message_from_bytes(stored.raw, policy=policy.default)
    assert (mail["From"].addresses[0].addr_spec, mail["To"], mail["Cc"], mail["X-Zuruf"]) == (
        user,
        user,
        None,
        "sample",
    )
    body = mail.get_body(("plain",))
    assert body is not None
    assert "alles darin ist erfunden" in body.get_content()
    assert dovecot.messages(user, "Sent") == []


def test_looking_at_the_page_puts_nothing_there(
    post_office: Site, dovecot: Dovecot, browser: TestClient, user: str
) -> None:
    page = own_page(post_office, user)
    browser.get(f"{page}/dry-run")
    assert browser.get(f"{page}/sample").status_code == 405
    assert dovecot.messages(user) == []


def test_after_three_it_is_enough_for_a_while(
    post_office: Site, dovecot: Dovecot, browser: TestClient, user: str
) -> None:
    page = own_page(post_office, user)
    assert [browser.post(f"{page}/sample").status_code for _ in range(4)] == [303, 303, 303, 429]
    assert len(dovecot.messages(user)) == 3


def test_a_mailbox_that_cannot_be_reached_is_said_with_a_way_out(site: Site, jonas: Seeded) -> None:
    answer = site.signed_in(jonas.rep_id).post(f"/mailboxes/{jonas.mailbox_id}/sample")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
