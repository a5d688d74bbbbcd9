"""One figure for a whole installation: how much of a week's mail was templated. Nobody can be told from it.

Only whole weeks, no filter of any kind, in steps of five percent, of ten people at least, none of whom sent half of it.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.schema import Mailbox, Send

LEAST_PEOPLE: Final = 10
STEP: Final = 5  # percent
_WEEK: Final = timedelta(days=7)


def last_whole_week(now: datetime) -> date:
    """The Monday (UTC) on which the week before this one began."""
    return now.date() - timedelta(days=now.weekday()) - _WEEK


def templated_share(session: Session, week: date) -> int | None:
    """Percent of the mails judged in the week from this Monday on; None where too few people sent, or one sent most."""
    begin = datetime.combine(week, time(), UTC)
    rows = session.execute(
        select(func.count(), func.count().filter(Send.flagged))
        .join(Mailbox, Mailbox.id == Send.mailbox_id)
        .where(Mailbox.demo.is_(False), Send.score.is_not(None), Send.sent_at >= begin, Send.sent_at < begin + _WEEK)
        .group_by(Mailbox.rep_id)
    ).all()
    sent = sum(count for count, _ in rows)
    if len(rows) < LEAST_PEOPLE or 2 * max(count for count, _ in rows) >= sent:
        return None
    return STEP * round(100 * sum(flagged for _, flagged in rows) / sent / STEP)
