"""When a mail was sent, and whether that was while its folder was watched: clocks err, and old mail is filed late."""

from datetime import UTC, datetime, timedelta
from typing import Final

from app.mail.imap_values import Fetched
from app.store.schema import FolderCursor

# A client that uploads old mail may have it filed under today's date; its Date header tells.
LATE_FILING: Final = timedelta(hours=24)
# What a clock that lost its battery, or a field that was never filled, says.
NO_DATE_BEFORE: Final = datetime(1995, 1, 1, tzinfo=UTC)


def time_sent(item: Fetched, now: datetime) -> datetime:
    """The earliest of the Date header, INTERNALDATE and now: a mail was sent before it was filed, and before it is
    read."""
    told = (item.message.date, item.internal_date)
    return min([now, *(when for when in told if when is not None and when >= NO_DATE_BEFORE)])


def is_nudgeable(cursor: FolderCursor, item: Fetched) -> bool:
    """Sent while watched: neither history nor old mail that a client files or uploads late.

    A Date header far in the past stands against it even where it must be wrong.
    """
    if cursor.nudge_uid is None or item.uid < cursor.nudge_uid or item.internal_date < cursor.nudges_from:
        return False
    return item.internal_date - (item.message.date or item.internal_date) <= LATE_FILING
