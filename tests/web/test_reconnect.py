"""A new password and another Sent folder, on a real mail server."""

import uuid

import pytest
from starlette.testclient import TestClient

from app.store import mailboxes
from app.store.mailboxes import Account
from app.store.schema import Mailbox
from app.store.states import MailboxState
from tests.servers.dovecot import Dovecot
from tests.web.seed import NOW, Seeded, connect_mailbox
from tests.web.site import Site

WRONG = "s3cret-Passw0rd"


@pytest.fixture
def stale(post_office: Site, dovecot: Dovecot) -> Seeded:
    """A mailbox whose stored password no longer works."""
    user = dovecot.new_user()
    account = Account(user, "localhost", dovecot.imaps_port, "implicit", user, "old", True)
    with post_office.database.writing() as session:
        row = connect_mailbox(session, post_office.keys, account, language="en")
        mailboxes.enter(row, MailboxState.ATTENTION, NOW, "login_refused")
        return Seeded(row.rep_id, row.id)


@pytest.fixture
def browser(post_office: Site, stale: Seeded) -> TestClient:
    return post_office.signed_in(stale.rep_id)


def row_and_account(site: Site, mailbox_id: uuid.UUID) -> tuple[Mailbox, Account]:
    with site.database.reading() as session:
        row = session.get_one(Mailbox, mailbox_id)
        return row, mailboxes.account_of(session, site.keys, row)


def test_the_right_password_is_kept_and_watching_goes_on(
    post_office: Site, stale: Seeded, browser: TestClient, dovecot: Dovecot
) -> None:
    path = f"/mailboxes/{stale.mailbox_id}"
    answer = browser.post(f"{path}/password", data={"password": dovecot.password})
    assert answer.headers["location"] == f"{path}?saved=password"
    row, account = row_and_account(post_office, stale.mailbox_id)
    assert (row.state, row.reason, account.password) == (MailboxState.WATCHED, None, dovecot.password)
    assert "new password works" in browser.get(f"{path}?saved=password").text


def test_a_wrong_password_changes_nothing_and_is_not_shown(
    post_office: Site, stale: Seeded, browser: TestClient
) -> None:
    before = post_office.dump()
    answer = browser.post(f"/mailboxes/{stale.mailbox_id}/password", data={"password": WRONG})
    assert (answer.status_code, "refused the login" in answer.text, WRONG in answer.text) == (422, True, False)
    assert post_office.dump() == before


def test_a_new_password_signs_other_browsers_out(
    post_office: Site, stale: Seeded, browser: TestClient, dovecot: Dovecot
) -> None:
    other, path = post_office.signed_in(stale.rep_id), f"/mailboxes/{stale.mailbox_id}"
    browser.post(f"{path}/password", data={"password": dovecot.password})
    assert (browser.get(path).status_code, other.get(path).status_code) == (200, 303)


def test_a_paused_mailbox_stays_paused_with_a_new_password(
    post_office: Site, stale: Seeded, browser: TestClient, dovecot: Dovecot
) -> None:
    browser.post(f"/mailboxes/{stale.mailbox_id}/pause")
    browser.post(f"/mailboxes/{stale.mailbox_id}/password", data={"password": dovecot.password})
    row, account = row_and_account(post_office, stale.mailbox_id)
    assert (row.state, account.password) == (MailboxState.PAUSED, dovecot.password)


def test_folders_are_listed_with_their_facts(
    stale: Seeded, browser: TestClient, dovecot: Dovecot, post_office: Site
) -> None:
    _, account = row_and_account(post_office, stale.mailbox_id)
    dovecot.append(
        account.address,
        b"Subject: =?utf-8?q?F=C3=BCr?= <b>Sie</b>\r\nDate: Tue, 3 Mar 2026 09:00:00 +0000\r\n\r\nx\r\n",
    )
    browser.post(f"/mailboxes/{stale.mailbox_id}/password", data={"password": dovecot.password})
    page = browser.get(f"/mailboxes/{stale.mailbox_id}/sent-folder").text
    assert 'value="Sent" required checked' in page
    assert 'value="INBOX" required>' in page
    assert "1 mail · newest" in page
    assert "Für &lt;b&gt;Sie&lt;/b&gt;" in page


def test_folders_of_a_mailbox_out_of_reach_are_a_problem_in_words(stale: Seeded, browser: TestClient) -> None:
    answer = browser.get(f"/mailboxes/{stale.mailbox_id}/sent-folder")
    assert (answer.status_code, "refused the login" in answer.text) == (502, True)


def test_another_folder_is_read_anew(post_office: Site, stale: Seeded, browser: TestClient) -> None:
    answer = browser.post(f"/mailboxes/{stale.mailbox_id}/sent-folder", data={"folder": "INBOX"})
    assert answer.headers["location"].endswith("/reading")
    row, _ = row_and_account(post_office, stale.mailbox_id)
    assert (row.sent_folder, row.state, row.history_ended_at) == ("INBOX", MailboxState.READING, None)


def test_the_same_folder_again_changes_nothing(post_office: Site, stale: Seeded, browser: TestClient) -> None:
    before = post_office.dump()
    browser.post(f"/mailboxes/{stale.mailbox_id}/sent-folder", data={"folder": "Sent"})
    assert post_office.dump() == before


def test_a_mailbox_without_a_sent_folder_is_asked_for_it_first(
    post_office: Site, stale: Seeded, browser: TestClient
) -> None:
    with post_office.database.writing() as session:
        row = session.get_one(Mailbox, stale.mailbox_id)
        row.sent_folder, row.reason, row.history_ended_at = "", "choose_sent_folder", None
    assert browser.get("/").headers["location"] == f"/mailboxes/{stale.mailbox_id}/sent-folder"
