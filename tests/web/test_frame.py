"""The first page, the privacy page, errors, and the answers for machines."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.web.static_files import static_url
from tests.web.seed import JONAS, Seeded
from tests.web.site import Site, open_site


def test_the_first_page_offers_to_connect_and_to_sign_in(site: Site) -> None:
    page = site.visitor().get("/").text
    assert 'href="/connect"' in page
    assert 'href="/sign-in"' in page
    assert 'action="/demo"' not in page


def test_a_rep_is_led_on_to_the_list(site: Site, jonas: Seeded) -> None:
    assert site.signed_in(jonas.rep_id).get("/").headers["location"] == "/sends"


@pytest.mark.parametrize(("language", "words"), [("en", "90 days"), ("de", "90 Tage")])
def test_the_privacy_page_names_the_retention_time(site: Site, language: str, words: str) -> None:
    assert f"<td>{words}</td>" in site.visitor(accept_language=language).get("/privacy").text


def test_health_tells_that_the_process_answers(site: Site) -> None:
    site.ready = False
    assert site.visitor().get("/health").json() == {"status": "ok", "version": "1.2.3"}


def test_ready_needs_database_and_watcher(site: Site) -> None:
    assert site.visitor().get("/ready").json() == {"status": "ready", "database": True, "watcher": True}
    site.ready = False
    answer = site.visitor().get("/ready")
    assert (answer.status_code, answer.json()["watcher"]) == (503, False)


def test_a_database_of_another_version_is_not_ready(site: Site) -> None:
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
    assert site.visitor().get("/ready").json() == {"status": "not ready", "database": False, "watcher": True}


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/sign-out", 405)])
def test_an_error_is_a_page_in_the_readers_language(site: Site, method: str, path: str, status: int) -> None:
    answer = site.visitor(accept_language="de").request(method, path)
    assert answer.status_code == status
    assert '<html lang="de">' in answer.text
    assert "Zur Startseite" in answer.text


def test_a_broken_page_says_sorry_and_logs_no_value(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mailboxes SET address = x'00'")
    with capture_logs() as logs:
        answer = browser.get("/sends?q=geheim")
    assert (answer.status_code, "Something broke on our side" in answer.text) == (500, True)
    (entry,) = [line for line in logs if line["event"] == "page_failed"]
    assert entry["error"] == "Tampered"
    assert "geheim" not in str(logs)


def test_a_form_that_is_too_large_is_refused(site: Site) -> None:
    assert site.visitor().post("/sign-in", data={"address": "x" * 70_000}).status_code == 413


@pytest.mark.parametrize("path", ["/", "/privacy", "/health", "/connect"])
def test_head_is_get_without_a_body(site: Site, path: str) -> None:
    answer = site.visitor().head(path)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 0


def test_the_frame_is_small(site: Site) -> None:
    browser = site.visitor(accept_encoding="gzip")
    urls = ["/", static_url("zuruf.css"), static_url("htmx.min.js"), static_url("favicon.svg")]
    assert sum(int(browser.get(url).headers["content-length"]) for url in urls) < 40_000


@pytest.mark.usefixtures("jonas")
def test_an_error_after_the_answer_is_only_logged(site: Site) -> None:
    """Links are put into the inbox after the answer; here the table that they are written into is gone."""
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sign_in_links")
    with capture_logs() as logs:
        answer = site.visitor().post("/sign-in", data={"address": JONAS.address})
    assert answer.status_code == 200
    assert [line["error"] for line in logs] == ["OperationalError"]
    assert "jonas" not in str(logs)


@pytest.mark.parametrize("is_on", [True, False])
def test_the_privacy_page_says_whether_the_installation_s_figure_is_on(tmp_path: Path, is_on: bool) -> None:
    site = open_site(tmp_path, instance_figure=is_on)
    assert ("One figure is switched on here" in site.visitor().get("/privacy").text) is is_on
    site.database.close()
