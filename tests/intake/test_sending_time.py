"""When a mail was sent, whatever the clocks of client and server say, and whether a nudge may come of it."""

from datetime import UTC, datetime, timedelta

import pytest

from app.intake.sending_time import is_nudgeable, time_sent
from app.mail.imap_values import Fetched
from app.mail.message import read_message
from app.store.schema import SecondFolder

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WATCHING_SINCE = SecondFolder(nudge_uid=5, nudges_from=NOW - 7 * DAY)


def fetched(date: datetime | None, filed: datetime = NOW - MINUTE, uid: int = 9) -> Fetched:
    header = f"Date: {date:%d %b %Y %H:%M:%S} +0000\n" if date else ""
    return Fetched(uid, filed, 0, read_message(f"{header}To: anna@weber.example\n\nGuten Tag\n".encode()))


@pytest.mark.parametrize(
    ("date", "filed", "sent"),
    [
        (NOW - 2 * MINUTE, NOW - MINUTE, NOW - 2 * MINUTE),
        (NOW + 400 * DAY, NOW - MINUTE, NOW - MINUTE),
        (NOW + 400 * DAY, NOW + DAY, NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW - MINUTE, NOW - MINUTE),
        (NOW - 2 * MINUTE, datetime(1970, 1, 1, tzinfo=UTC), NOW - 2 * MINUTE),
        (NOW - 40 * DAY, NOW - MINUTE, NOW - 40 * DAY),
        (NOW - 2 * MINUTE, NOW - 40 * DAY, NOW - 40 * DAY),
        (None, NOW - MINUTE, NOW - MINUTE),
    ],
    ids=["usual", "client ahead", "both ahead", "client at 1970", "server at 1970", "uploaded", "filed old", "no date"],
)
def test_the_earliest_sensible_time_counts(date: datetime | None, filed: datetime, sent: datetime) -> None:
    assert time_sent(fetched(date, filed), NOW) == sent


@pytest.mark.parametrize("date", [NOW - 2 * MINUTE, NOW - DAY, NOW + 400 * DAY, None])
def test_what_is_sent_while_watched_is_worth_a_nudge(date: datetime | None) -> None:
    assert is_nudgeable(WATCHING_SINCE, fetched(date))


@pytest.mark.parametrize(
    "item",
    [
        fetched(NOW, uid=4),
        fetched(NOW - 40 * DAY),
        fetched(NOW, NOW - 40 * DAY),
        fetched(NOW - 40 * DAY, NOW - 40 * DAY),
        fetched(datetime(1990, 1, 2, tzinfo=UTC)),
    ],
    ids=["history", "uploaded today", "filed old", "old", "client at 1990"],
)
def test_what_may_be_old_is_not(item: Fetched) -> None:
    assert not is_nudgeable(WATCHING_SINCE, item)


def test_nothing_is_before_the_folder_was_opened() -> None:
    assert not is_nudgeable(SecondFolder(nudge_uid=None, nudges_from=NOW - DAY), fetched(NOW))
