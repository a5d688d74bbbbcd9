"""A quiet time: begun and ended by the rep, told on the page, heeded by what waits."""

from datetime import UTC, datetime, timedelta

import pytest

from app.store.schema import Mailbox, Nudge
from tests.web.seed import NOW, Seeded
from tests.web.site import Site


def snooze(site: Site, seeded: Seeded, **fields: str) -> datetime | None:
    answer = site.signed_in(seeded.rep_id).post(f"/mailboxes/{seeded.mailbox_id}/snooze", data=fields)
    assert answer.status_code == 303
    return until(site, seeded)


def until(site: Site, seeded: Seeded) -> datetime | None:
    with site.database.reading() as session:
        return session.get_one(Mailbox, seeded.mailbox_id).snoozed_until


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({"span": "today"}, datetime(2026, 3, 4, 23, 0, tzinfo=UTC)),
        ({"span": "week"}, datetime(2026, 3, 8, 23, 0, tzinfo=UTC)),
        ({"span": "day", "day": "2026-04-01"}, datetime(2026, 3, 31, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_quiet_time_ends_with_a_day_of_the_rep(
    site: Site, jonas: Seeded, fields: dict[str, str], end: datetime
) -> None:
    assert snooze(site, jonas, **fields) == end


@pytest.mark.parametrize("day", ["", "soon", "2026-03-04", "2026-03-01", "2027-03-01", "9999-12-31"])
def test_a_day_that_cannot_be_meant_changes_nothing(site: Site, jonas: Seeded, day: str) -> None:
    assert snooze(site, jonas, span="day", day=day) is None


def test_it_is_told_and_can_be_ended(site: Site, jonas: Seeded) -> None:
    browser, page = site.signed_in(jonas.rep_id), f"/mailboxes/{jonas.mailbox_id}"
    browser.post("/language", data={"language": "en"})
    snooze(site, jonas, span="week")
    assert "No notes before 9 Mar." in browser.get(page).text
    browser.post(f"{page}/snooze/end")
    assert until(site, jonas) is None
    assert "Not this week" in browser.get(page).text


def test_a_quiet_time_that_is_over_is_not_told(site: Site, jonas: Seeded) -> None:
    snooze(site, jonas, span="today")
    site.now += timedelta(days=1)
    page = site.signed_in(jonas.rep_id).get(f"/mailboxes/{jonas.mailbox_id}").text
    assert "/snooze/end" not in page


def test_what_waits_is_decided_about_anew(site: Site, jonas: Seeded) -> None:
    snooze(site, jonas, span="week")
    with site.database.reading() as session:
        assert session.get_one(Nudge, jonas.nudges["planned"]).due_at == NOW
