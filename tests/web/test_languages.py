"""German or English, by browser, by choice and by setting."""

import pytest

from app.web.languages import preferred_language
from tests.web.seed import Seeded
from tests.web.site import Site


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.3,en;q=0.2", "de"),
        ("de;q=0,en;q=0.1", "en"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("dei", "en"),
        ("de;q=9,en", "en"),
        ("de" * 5000, "en"),
    ],
)
def test_the_browser_asks_for_a_language(accept: str, language: str) -> None:
    assert preferred_language(accept) == language


def test_a_visitor_reads_what_the_browser_asks_for(site: Site) -> None:
    page = site.visitor(accept_language="de-CH").get("/").text
    assert '<html lang="de">' in page
    assert "Wen rufen Sie lieber an?" in page


def test_the_choice_in_the_footer_wins_over_the_browser(site: Site) -> None:
    browser = site.visitor(accept_language="en")
    answer = browser.post("/language", data={"language": "de", "back": "/privacy?x=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/privacy?x=1")
    assert "Was gespeichert wird" in browser.get("/privacy").text


def test_a_reps_choice_follows_to_other_browsers(site: Site, jonas: Seeded) -> None:
    assert '<html lang="de">' in site.signed_in(jonas.rep_id).get("/privacy").text
    site.signed_in(jonas.rep_id).post("/language", data={"language": "en"})
    assert '<html lang="en">' in site.signed_in(jonas.rep_id, accept_language="de").get("/privacy").text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_the_language_switch_leads_to_no_other_site(site: Site, back: str) -> None:
    answer = site.visitor().post("/language", data={"language": "de", "back": back})
    assert answer.headers["location"] == "/"


def test_a_language_that_is_not_offered_is_refused(site: Site) -> None:
    assert site.visitor().post("/language", data={"language": "fr"}).status_code == 400
