"""`/metrics`: the figures, who may read them, and that they name nobody."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.web.seed import ANNA, JONAS, Seeded, seed
from tests.web.site import LOOPBACK, Site, open_site

TOKEN = "a-long-random-token"


def figures(text: str) -> dict[tuple[str, str], float]:
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(sample.name, sample.labels.get("state", "")): sample.value for sample in samples}


def test_mailboxes_and_nudges_are_counted_by_state(own_machine: Site) -> None:
    seed(own_machine.database, own_machine.keys)
    found = figures(own_machine.visitor(("127.0.0.1", 50000)).get("/metrics").text)
    assert found["zuruf_mailboxes", "watched"] == 1
    assert found["zuruf_mailboxes", "paused"] == 0
    assert found["zuruf_nudges", "failed"] >= 1
    assert ("zuruf_nudges", "delivered") not in found


def test_the_page_names_nobody(own_machine: Site) -> None:
    seeded = seed(own_machine.database, own_machine.keys)
    text = own_machine.visitor(("127.0.0.1", 50000)).get("/metrics").text
    for mark in (JONAS.address, JONAS.host, JONAS.username, *ANNA, str(seeded.mailbox_id), str(seeded.rep_id)):
        assert mark not in text


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}"])
def test_a_published_page_shows_them_to_the_bearer_of_the_token_only(tmp_path: Path, header: str) -> None:
    site = open_site(tmp_path, metrics_token=TOKEN)
    assert site.visitor(authorization=header).get("/metrics").status_code == 404
    assert site.visitor(authorization=f"Bearer {TOKEN}").get("/metrics").status_code == 200
    site.database.close()


def test_a_published_page_without_a_token_has_none(site: Site, jonas: Seeded) -> None:
    assert site.visitor().get("/metrics").status_code == 404
    assert site.signed_in(jonas.rep_id).get("/metrics").status_code == 404


def test_a_token_is_asked_for_on_ones_own_machine_too_once_it_is_set(tmp_path: Path) -> None:
    site = open_site(tmp_path, LOOPBACK, metrics_token=TOKEN)
    assert site.visitor(("127.0.0.1", 50000)).get("/metrics").status_code == 404
    site.database.close()
