"""Who is signed in, for how long, and by what."""

from datetime import timedelta

import pytest

from tests.web.seed import PRIYA, Seeded, seed
from tests.web.site import FAR_AWAY, THIS_MACHINE, Site

MAILBOX_PAGES = ("/mailboxes/{}", "/mailboxes/{}/reading", "/mailboxes/{}/dry-run", "/mailboxes/{}/remove")


@pytest.mark.parametrize("page", MAILBOX_PAGES)
def test_nobody_is_sent_to_the_sign_in_page(site: Site, jonas: Seeded, page: str) -> None:
    answer = site.visitor().get(page.format(jonas.mailbox_id))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_htmx_is_told_to_leave_the_page_when_the_session_is_over(site: Site, jonas: Seeded) -> None:
    answer = site.visitor(hx_request="true").get(f"/mailboxes/{jonas.mailbox_id}/health")
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/sign-in")


def test_a_session_ends_after_thirty_idle_days(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    site.now += timedelta(days=29)
    assert browser.get(f"/mailboxes/{jonas.mailbox_id}").status_code == 200
    site.now += timedelta(days=29)
    assert browser.get(f"/mailboxes/{jonas.mailbox_id}").status_code == 200
    site.now += timedelta(days=30)
    assert browser.get(f"/mailboxes/{jonas.mailbox_id}").status_code == 303


def test_a_session_ends_after_180_days_however_often_it_is_used(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    for _ in range(17):
        site.now += timedelta(days=10)
        assert browser.get(f"/mailboxes/{jonas.mailbox_id}").status_code == 200
    site.now += timedelta(days=10)
    assert browser.get(f"/mailboxes/{jonas.mailbox_id}").status_code == 303


def test_an_unknown_token_is_nobody(site: Site, jonas: Seeded) -> None:
    browser = site.visitor()
    browser.cookies.set("__Host-zuruf", "0" * 43)
    assert browser.get(f"/mailboxes/{jonas.mailbox_id}").status_code == 303


def test_signing_out_ends_the_session_on_the_server(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    token = browser.cookies["__Host-zuruf"]
    answer = browser.post("/sign-out")
    assert 'zuruf=""' in answer.headers["set-cookie"]
    browser.cookies.set("__Host-zuruf", token)
    assert browser.get(f"/mailboxes/{jonas.mailbox_id}").status_code == 303


def test_the_database_does_not_hold_the_token(site: Site, jonas: Seeded) -> None:
    token = site.signed_in(jonas.rep_id).cookies["__Host-zuruf"]
    assert all(token not in line for line in site.dump())


def test_on_the_own_machine_the_only_rep_needs_no_session(own_machine: Site) -> None:
    seeded = seed(own_machine.database, own_machine.keys)
    page = own_machine.visitor(THIS_MACHINE).get(f"/mailboxes/{seeded.mailbox_id}")
    assert page.status_code == 200
    assert "/sign-out" not in page.text


def test_with_a_second_rep_the_own_machine_asks_who_it_is(own_machine: Site) -> None:
    seeded = seed(own_machine.database, own_machine.keys)
    seed(own_machine.database, own_machine.keys, PRIYA)
    assert own_machine.visitor(THIS_MACHINE).get(f"/mailboxes/{seeded.mailbox_id}").status_code == 303


def test_without_a_rep_the_own_machine_shows_the_first_page(own_machine: Site) -> None:
    assert own_machine.visitor(THIS_MACHINE).get("/").status_code == 200


@pytest.mark.parametrize("client", [FAR_AWAY, ("192.168.1.5", 1), ("testclient", 1), ("::ffff:203.0.113.7", 1)])
def test_another_machine_is_nobody_on_a_loopback_installation(own_machine: Site, client: tuple[str, int]) -> None:
    seeded = seed(own_machine.database, own_machine.keys)
    assert own_machine.visitor(client).get(f"/mailboxes/{seeded.mailbox_id}").status_code == 303


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_behind_a_proxy_the_own_machine_asks_who_it_is(own_machine: Site, header: str) -> None:
    seeded = seed(own_machine.database, own_machine.keys)
    browser = own_machine.visitor(THIS_MACHINE, **{header: "203.0.113.7"})
    assert browser.get(f"/mailboxes/{seeded.mailbox_id}").status_code == 303


def test_a_published_installation_never_signs_in_by_itself(site: Site, jonas: Seeded) -> None:
    assert site.visitor(THIS_MACHINE).get(f"/mailboxes/{jonas.mailbox_id}").status_code == 303
