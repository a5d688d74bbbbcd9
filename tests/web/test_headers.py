"""Headers of every answer."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from app.store.engine import Database
from app.web.headers import CONTENT_SECURITY_POLICY
from app.web.static_files import static_url
from tests.web.routes import paths_of
from tests.web.seed import Seeded, seed
from tests.web.site import THIS_MACHINE, Site, open_site

PLAIN = "http://zuruf.fritz.box:8000"


def assert_safe(answer: Any) -> None:
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY, answer.url
    assert answer.headers["x-content-type-options"] == "nosniff", answer.url
    assert answer.headers["referrer-policy"] == "no-referrer", answer.url
    assert answer.headers["cross-origin-opener-policy"] == "same-origin", answer.url


def test_every_route_answers_with_the_safe_headers(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    ids: dict[str, object] = {"mailbox_id": jonas.mailbox_id, "send_id": jonas.sends["lone"]}
    ids |= {"template_id": jonas.templates["parts"], "token": "x", "provider_key": "google"}
    for method, path in sorted(paths_of(site)):
        if path.startswith("/static") or path.endswith(("/sent-folder", "/text", "/skeleton")):
            continue
        filled = path.format(**ids)
        answer = site.visitor().request(method, filled) if method == "POST" else browser.get(filled)
        assert_safe(answer)
        assert answer.headers["cache-control"] == "no-store", path


def test_the_policy_lets_nothing_run_but_own_files(site: Site) -> None:
    policy = site.visitor().get("/").headers["content-security-policy"]
    rules = {name: sources for name, *sources in (rule.split() for rule in policy.split(";"))}
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == ["'none'"]
    assert {source for sources in rules.values() for source in sources} == {"'none'", "'self'"}


@pytest.mark.parametrize("path", ["/nowhere", "/mailboxes/1", "/health", "/static/zuruf.css"])
def test_answers_outside_of_pages_have_them_too(site: Site, path: str) -> None:
    assert_safe(site.visitor().get(path))


def test_refusals_have_them_too(site: Site) -> None:
    assert_safe(site.visitor(host="evil.example").get("/"))
    assert_safe(site.visitor(origin="https://evil.example").post("/sign-out"))
    assert_safe(site.visitor().post("/sign-in", content=b"address=" + b"x" * 70_000))


def test_a_broken_page_has_them_too(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    break_database(site.database)
    answer = browser.get("/sends")
    assert answer.status_code == 500
    assert_safe(answer)


def break_database(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE web_sessions")


def test_https_is_asked_for_again_only_where_it_is_served(site: Site, own_machine: Site) -> None:
    assert "max-age=31536000" in site.visitor().get("/").headers["strict-transport-security"]
    assert "strict-transport-security" not in own_machine.visitor(THIS_MACHINE).get("/").headers


def test_plain_http_in_a_local_network_keeps_the_origin_for_the_write_guard(tmp_path: Any) -> None:
    local = open_site(tmp_path, PLAIN)
    assert local.visitor().get("/").headers["referrer-policy"] == "same-origin"
    local.database.close()


def test_static_files_last_for_ever_under_the_name_of_their_content(site: Site) -> None:
    answer = site.visitor().get(static_url("zuruf.css"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert site.visitor().get("/static/000000000000/zuruf.css").status_code == 404


def test_pages_load_nothing_but_own_files(site: Site, jonas: Seeded) -> None:
    page = site.signed_in(jonas.rep_id).get(f"/mailboxes/{jonas.mailbox_id}").text
    assert 'style="' not in page
    assert "<style" not in page
    assert "onclick" not in page
    assert page.count("<script") == 1
    assert f'<script src="{static_url("htmx.min.js")}" defer></script>' in page


def cookie_of(browser: TestClient, site: Site) -> str:
    seeded = seed(site.database, site.keys)
    with site.database.writing() as session:
        from app.store import sign_in_links

        token = sign_in_links.mint(session, seeded.rep_id, site.now)
    return browser.post(f"/sign-in/{token}").headers["set-cookie"]


def test_over_https_the_cookie_is_bound_to_the_host(site: Site) -> None:
    cookie = cookie_of(site.visitor(), site)
    assert cookie.startswith("__Host-zuruf=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_on_the_own_machine_the_cookie_goes_without_https(own_machine: Site) -> None:
    cookie = cookie_of(own_machine.visitor(THIS_MACHINE), own_machine)
    assert cookie.startswith("zuruf=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
