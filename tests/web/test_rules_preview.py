"""What other settings would have brought, told beside the form."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from app.store.schema import Send
from tests.web.seed import Seeded
from tests.web.site import Site

FORM = {
    "settle_minutes": "10",
    "quiet_from": ["18:00", ""],
    "quiet_to": ["08:00", ""],
    "quiet_days": ["sat", "sun"],
    "cap_per_day": "1",
    "cap_per_week": "3",
    "time_zone": "Europe/Berlin",
}


@pytest.fixture
def browser(site: Site, jonas: Seeded) -> TestClient:
    """Each send went to a person of its own: nine mails of a text yesterday, three on Sunday, four just now."""
    with site.database.writing() as session:
        for send in session.query(Send):
            send.recipient_keys = send.id.bytes[:8]
    browser = site.signed_in(jonas.rep_id)
    browser.post("/language", data={"language": "en"})
    return browser


def told(browser: TestClient, seeded: Seeded, **changed: Any) -> str:
    answer = browser.get(f"/mailboxes/{seeded.mailbox_id}/rules/preview", params={**FORM, **changed})
    assert answer.status_code == 200
    return answer.text.strip()


@pytest.mark.parametrize(
    ("changed", "notes"),
    [
        ({}, "2 notes"),
        ({"remind_above": "8"}, "1 note"),
        ({"cap_per_day": "0"}, "no note"),
        ({"way": "weekly"}, "1 note"),  # the one of yesterday waits for the next Monday
        ({"cap_per_week": "1", "way": "rest"}, "1 note"),
        ({"hold_out": "true"}, "2 notes"),
        ({"remind_above": "8", "remind_tone": "frank"}, "1 note"),
    ],
)
def test_the_settings_in_the_form_are_played_over_the_last_30_days(
    browser: TestClient, jonas: Seeded, changed: dict[str, Any], notes: str
) -> None:
    assert told(browser, jonas, **changed) == f"With these settings you would have had {notes} in the last 30 days."


def test_a_wrong_field_is_no_error_yet(browser: TestClient, jonas: Seeded) -> None:
    assert told(browser, jonas, cap_per_day="many").startswith("Once every field is right")


def test_looking_changes_nothing(site: Site, browser: TestClient, jonas: Seeded) -> None:
    before = site.dump()
    told(browser, jonas, way="daily")
    assert site.dump() == before


def test_the_page_tells_it_of_the_saved_settings(browser: TestClient, jonas: Seeded) -> None:
    page = browser.get(f"/mailboxes/{jonas.mailbox_id}").text
    assert "you would have had 2 notes in the last 30 days" in page
    browser.post("/language", data={"language": "de"})
    german = browser.get(f"/mailboxes/{jonas.mailbox_id}").text
    assert "hätten Sie in den letzten 30 Tagen 2 Hinweise bekommen" in german
