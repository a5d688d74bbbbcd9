"""Which writes are taken for our own: by Sec-Fetch-Site and Origin."""

import pytest

from tests.web.seed import Seeded
from tests.web.site import LOOPBACK, PUBLIC, THIS_MACHINE, Site

OURS = {"origin": PUBLIC}
MATRIX = [
    ({"sec-fetch-site": "same-origin", **OURS}, 303),
    ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
    ({"sec-fetch-site": "same-origin", "origin": ""}, 403),
    ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, 403),
    ({"sec-fetch-site": "same-site", **OURS}, 403),
    ({"sec-fetch-site": "cross-site", **OURS}, 403),
    ({"sec-fetch-site": "cross-site", "origin": "null"}, 403),
    ({"sec-fetch-site": "none", **OURS}, 403),
    ({"sec-fetch-site": "", **OURS}, 403),
    (OURS, 303),
    ({"origin": "null"}, 403),
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "https://zuruf.example.evil.example"}, 403),
    ({"origin": "http://zuruf.example"}, 403),
    ({"origin": "https://zuruf.example:8443"}, 403),
    ({"origin": LOOPBACK}, 403),
]


@pytest.mark.parametrize(("headers", "status"), MATRIX)
def test_a_write_is_taken_only_from_our_own_pages(
    site: Site, jonas: Seeded, headers: dict[str, str], status: int
) -> None:
    browser = site.signed_in(jonas.rep_id)
    del browser.headers["origin"]
    assert browser.post(f"/mailboxes/{jonas.mailbox_id}/pause", headers=headers).status_code == status


def test_a_write_that_names_no_origin_at_all_is_refused(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    del browser.headers["origin"]
    before = site.dump()
    assert browser.post(f"/mailboxes/{jonas.mailbox_id}/pause").status_code == 403
    assert site.dump() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post", "BREW"])
def test_every_method_but_the_safe_ones_is_guarded(site: Site, method: str) -> None:
    assert site.visitor(origin="https://evil.example").request(method, "/connect").status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_may_be_opened_from_anywhere(site: Site, method: str) -> None:
    browser = site.visitor(origin="https://evil.example", sec_fetch_site="cross-site")
    assert browser.request(method, "/privacy").status_code == 200


@pytest.mark.parametrize("name", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "localhost:9000"])
def test_on_the_own_machine_every_name_of_it_is_its_own_origin(own_machine: Site, name: str) -> None:
    browser = own_machine.visitor(THIS_MACHINE, host=name, origin=f"http://{name}")
    assert browser.post("/sign-out").status_code == 303


def test_another_program_on_this_machine_is_another_origin(own_machine: Site) -> None:
    browser = own_machine.visitor(THIS_MACHINE, host="localhost:8000", origin="http://localhost:3000")
    assert browser.post("/sign-out").status_code == 403
