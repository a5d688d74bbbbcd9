"""Progress of the first read, and the dry run after it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.store.schema import Mailbox
from app.store.states import MailboxState
from tests.web.seed import ANNA, BORIS, CARLA, HOSTILE_SUBJECT, NOW, Outbox, Seeded, connect_mailbox, open_outbox
from tests.web.site import Site


@pytest.fixture
def new(site: Site) -> Seeded:
    """A mailbox that is still empty and being read."""
    with site.database.writing() as session:
        row = connect_mailbox(session, site.keys)
        row.state, row.history_ended_at, row.history_total = MailboxState.READING, None, None
        return Seeded(row.rep_id, row.id)


@pytest.fixture
def browser(site: Site, new: Seeded) -> TestClient:
    browser = site.signed_in(new.rep_id)
    browser.post("/language", data={"language": "en"})
    return browser


def change(site: Site, new: Seeded, **values: Any) -> None:
    with site.database.writing() as session:
        row = session.get_one(Mailbox, new.mailbox_id)
        for name, value in values.items():
            setattr(row, name, value)


def finish(site: Site, new: Seeded) -> None:
    change(site, new, history_ended_at=NOW, state=MailboxState.WATCHED)


def test_the_first_page_leads_to_the_progress(new: Seeded, browser: TestClient) -> None:
    assert browser.get("/").headers["location"] == f"/mailboxes/{new.mailbox_id}/reading"


def test_progress_has_counts_and_the_time_that_is_left(site: Site, new: Seeded, browser: TestClient) -> None:
    change(site, new, history_total=4000, history_done=1000, history_started_at=NOW - timedelta(minutes=1))
    page = browser.get(f"/mailboxes/{new.mailbox_id}/reading").text
    assert '<progress aria-label="Progress" max="4000" value="1000">' in page
    assert "1,000 of 4,000 mails" in page
    assert "3 minutes left" in page


def test_the_page_renews_itself_without_javascript(new: Seeded, browser: TestClient) -> None:
    page = browser.get(f"/mailboxes/{new.mailbox_id}/reading").text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "Counting your mails" in page


def test_no_time_is_promised_before_there_is_a_speed(site: Site, new: Seeded, browser: TestClient) -> None:
    change(site, new, history_total=4000, history_done=3, history_started_at=NOW - timedelta(minutes=1))
    assert " left" not in browser.get(f"/mailboxes/{new.mailbox_id}/reading").text


def test_a_folder_without_mails_is_done(site: Site, new: Seeded, browser: TestClient) -> None:
    change(site, new, history_total=0, history_done=0)
    assert 'max="1" value="1"' in browser.get(f"/mailboxes/{new.mailbox_id}/reading/progress").text


def test_a_problem_during_the_read_is_told(site: Site, new: Seeded, browser: TestClient) -> None:
    change(site, new, state=MailboxState.WAITING, reason="timeout", next_attempt_at=NOW + timedelta(minutes=5))
    fragment = browser.get(f"/mailboxes/{new.mailbox_id}/reading/progress").text
    assert "does not answer" in fragment
    assert "tries again by itself at 14:10" in fragment


def test_the_end_leads_to_the_dry_run(site: Site, new: Seeded, browser: TestClient) -> None:
    path = f"/mailboxes/{new.mailbox_id}"
    assert browser.get(f"{path}/dry-run").headers["location"] == f"{path}/reading"
    finish(site, new)
    assert browser.get(f"{path}/reading").headers["location"] == f"{path}/dry-run"
    answer = browser.get(f"{path}/reading/progress")
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, f"{path}/dry-run")


def send_history(outbox: Outbox) -> None:
    """A template to three people on one morning, one lone flagged send, one personal mail."""
    template, morning = outbox.template(1), NOW - timedelta(days=9)
    for minute, person in enumerate([ANNA, BORIS, CARLA]):
        send = outbox.send("Frästeile in 5 Tagen", [person], morning + timedelta(minutes=minute), template=template)
        send.recipient_keys = uuid.uuid5(uuid.NAMESPACE_URL, person[1]).bytes[:8]
    outbox.send(HOSTILE_SUBJECT, [ANNA], NOW - timedelta(days=8), score=0.9)
    outbox.send("Danke für das Gespräch", [ANNA], NOW - timedelta(days=7), flagged=False)


def test_the_dry_run_tells_what_would_have_been(site: Site, new: Seeded, browser: TestClient) -> None:
    with site.database.writing() as session:
        send_history(open_outbox(session, site.keys, session.get_one(Mailbox, new.mailbox_id)))
    finish(site, new)
    page = browser.get(f"/mailboxes/{new.mailbox_id}/dry-run").text
    figures = "<dt>mails read</dt><dd>5</dd>", '<span class="marked">4</span>', "would have brought</dt><dd>1</dd>"
    assert [figure for figure in figures if figure not in page] == []
    assert "3 mails · 3 people" in page
    assert "1 further mail stands alone" in page
    assert "to 3 people · Frästeile in 5 Tagen" in page
    assert "Zuruf is watching from now on." in page


def test_what_was_sent_after_connecting_is_no_part_of_the_dry_run(site: Site, new: Seeded, browser: TestClient) -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, new.mailbox_id))
        outbox.send("Nach dem Verbinden", [ANNA], NOW + timedelta(hours=1), template=outbox.template(1))
    finish(site, new)
    page = browser.get(f"/mailboxes/{new.mailbox_id}/dry-run").text
    assert "<dt>mails read</dt><dd>0</dd>" in page
    assert "Nothing looked templated" in page
