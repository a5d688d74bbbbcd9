"""Nobody sees or changes what is somebody else's: every route that names an object, tried by everybody else."""

from datetime import timedelta

import pytest

from app.store import mailboxes
from app.store.schema import Mailbox
from tests.web.routes import own_paths, paths_of
from tests.web.seed import PRIYA, Seeded
from tests.web.site import Site

SECRETS = ("jonas@", "Weber", "Frästeile", "kein-geheimnis")


def test_another_reps_objects_do_not_exist(site: Site, jonas: Seeded, priya: Seeded) -> None:
    browser, before = site.signed_in(priya.rep_id), None
    for method, path in own_paths(site, jonas):
        before = before or site.dump()
        answer = browser.request(method, path, data={"kind": "called"} if method == "POST" else None)
        assert (method, path, answer.status_code) == (method, path, 404)
        assert not any(secret in answer.text for secret in SECRETS), path
    assert site.dump() == before


def test_nobody_is_asked_to_sign_in(site: Site, jonas: Seeded) -> None:
    before = site.dump()
    for method, path in own_paths(site, jonas):
        answer = site.visitor().request(method, path)
        assert (method, path, answer.status_code, answer.headers["location"]) == (method, path, 303, "/sign-in")
    assert site.dump() == before


def test_an_expired_session_is_nobody(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    site.now += timedelta(days=31)
    for method, path in own_paths(site, jonas):
        assert (path, browser.request(method, path).headers.get("location")) == (path, "/sign-in")


def test_the_routes_with_objects_were_all_tried(site: Site, jonas: Seeded) -> None:
    """The parameters that routes may have are known here, so that a new kind is not left untried."""
    named = {part for _, path in paths_of(site) for part in path.split("/") if part.startswith("{")}
    assert named == {"{mailbox_id}", "{provider_key}", "{send_id}", "{template_id}", "{token}"}
    assert len(list(own_paths(site, jonas))) > 15


@pytest.mark.parametrize("page", ["/", "/sends", "/insights", "/privacy"])
def test_pages_without_ids_show_only_the_own_data(site: Site, jonas: Seeded, priya: Seeded, page: str) -> None:
    answer = site.signed_in(priya.rep_id).get(page, follow_redirects=True)
    assert str(priya.mailbox_id) in answer.text
    assert str(jonas.mailbox_id) not in answer.text
    assert PRIYA.address not in site.visitor().get(page, follow_redirects=True).text


def test_what_waits_for_its_removal_is_gone_for_its_own_rep_too(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    assert all(word in browser.get(path).text for path, word in (("/sends/export", "Frästeile"), ("/insights", "<dl")))
    with site.database.writing() as session:
        mailboxes.begin_removal(session.get_one(Mailbox, jonas.mailbox_id), site.now)
    before = site.dump()
    for method, path in own_paths(site, jonas):
        answer = browser.request(method, path, data={"kind": "called"} if method == "POST" else None)
        assert (method, path, answer.status_code) == (method, path, 404)
    for path in ("/sends", "/sends?show=every&by=template", "/templates", "/insights", "/sends/export?show=every"):
        answer = browser.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert not any(secret in answer.text for secret in SECRETS), path
        assert not any(str(one) in answer.text for one in (*jonas.sends.values(), *jonas.templates.values())), path
    assert "<dl" not in browser.get("/insights").text
    assert site.dump() == before


@pytest.mark.parametrize("id_", ["1", "x" * 500, "00000000-0000-0000-0000-000000000000", "%00"])
def test_an_id_that_is_none_is_a_missing_page(site: Site, jonas: Seeded, id_: str) -> None:
    assert site.signed_in(jonas.rep_id).get(f"/mailboxes/{id_}").status_code == 404


def test_reading_any_page_changes_nothing(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    before = site.dump()
    for method, path in own_paths(site, jonas):
        if method == "GET" and not path.endswith(("/sent-folder", "/text", "/skeleton")):  # these ask the mail server
            assert browser.get(path).status_code in {200, 204, 303}
            assert browser.head(path).content == b""
    assert site.dump() == before
