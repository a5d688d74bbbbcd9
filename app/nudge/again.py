"""When a nudge comes once more because the rep put it off; pure, like the policy.

| # | rule | outcome |
| --- | --- | --- |
| 1 | the rep stopped nudges about this template | silent `stopped` |
| 2 | the rep took "later" back, or answered otherwise since | silent `answered` |
| 3 | the moment has not come, or is a quiet one | at that moment, or at the next open one, `snoozed` or `quiet` |
| 4 | by then over 14 days since the last send | silent `too_late` |
| 5 | that moment has come | now `settled` |

The caps do not count, as the rep asked for it.
"""

from datetime import datetime, timedelta
from typing import Final

from app.nudge.digest import next_morning
from app.nudge.facts import Action, Decision, Why
from app.nudge.quiet_hours import OpenHours

LONGEST_AGE: Final = timedelta(days=14)


def again_at(now: datetime, wished: datetime | None, last_send_at: datetime, hours: OpenHours) -> datetime | None:
    """The open moment at or after the `wished` one, or of the next morning; None where it is too late by then."""
    moment = hours.next_open(wished) if wished and wished > now else next_morning(now, hours)
    return moment if moment - last_send_at <= LONGEST_AGE else None


def decide_again(
    now: datetime, due_at: datetime, last_send_at: datetime, hours: OpenHours, *, stopped: bool, is_put_off: bool
) -> Decision:
    """What to do at `now` (aware) about a nudge that is due once more at `due_at`; see the table."""
    if stopped or not is_put_off:
        return Decision(Action.SILENT, Why.STOPPED if stopped else Why.ANSWERED)
    moment = max(now, due_at)
    opened = hours.next_open(moment)
    if opened - last_send_at > LONGEST_AGE:
        return Decision(Action.SILENT, Why.TOO_LATE)
    if opened <= now:
        return Decision(Action.NOW, Why.SETTLED)
    return Decision(Action.AT, Why.QUIET if opened > moment else Why.SNOOZED, opened)
