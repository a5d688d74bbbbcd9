"""One row that cannot be opened any more takes no page along."""

import pytest
from starlette.testclient import TestClient

from app.store.schema import Send
from tests.web.routes import own_paths
from tests.web.seed import Seeded
from tests.web.site import Site


@pytest.fixture
def browser(site: Site, jonas: Seeded) -> TestClient:
    """One mail of a template, whose envelope was damaged."""
    with site.database.writing() as session:
        send = session.get(Send, jonas.sends["parts-0"])
        assert send is not None
        send.envelope = send.envelope[:-1] + bytes([send.envelope[-1] ^ 1])
    return site.signed_in(jonas.rep_id)


@pytest.mark.parametrize("address", ["/sends", "/sends?group=template", "/templates", "/insights", "/privacy"])
def test_a_page_of_many_shows_the_others(browser: TestClient, address: str) -> None:
    assert browser.get(address).status_code == 200


def test_the_list_names_the_others_and_leaves_it_blank(browser: TestClient) -> None:
    page = browser.get("/sends").text
    assert "Boris Lang" in page
    assert "(no subject)" in page or "(ohne Betreff)" in page


def test_the_file_has_all_of_them(browser: TestClient, jonas: Seeded) -> None:
    assert len(browser.get("/sends/export?format=json&show=every").json()) == len(jonas.sends)


def test_its_own_pages_stand(site: Site, browser: TestClient, jonas: Seeded) -> None:
    for method, path in own_paths(site, jonas):
        if method == "GET" and not path.endswith(("/sent-folder", "/text", "/skeleton")):
            assert (path, browser.get(path).status_code < 400) == (path, True)
