"""A rep wants no notes for a while: the rest of today, of this week, or until a day; and again whenever they like."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from app.store import mailboxes, nudges
from app.store.schema import Mailbox
from app.web.access import OwnMailbox, RepHere, SignedIn
from app.web.context import web_of
from app.web.rendering import redirect

router = APIRouter(prefix="/mailboxes/{mailbox_id}/snooze")

DAY: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=180)
Span = Literal["today", "week", "day"]


def snoozed_until(mailbox: Mailbox, now: datetime) -> date | None:
    """The rep's first day with notes again; None where it has come, or was never put off."""
    until = mailbox.snoozed_until
    if until is None or until <= now:
        return None
    return until.astimezone(ZoneInfo(mailbox.rules["time_zone"])).date()


@router.post("")
def snooze(
    request: Request,
    mailbox: OwnMailbox,
    rep: SignedIn,
    span: Annotated[Span, Form()],
    day: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """A day that is none, past or too far away changes nothing."""
    web = web_of(request)
    now = web.clock()
    with web.database.reading() as session:
        zone = ZoneInfo(mailboxes.one_of_rep(session, rep.id, mailbox.id).rules["time_zone"])
    today = now.astimezone(zone).date()
    first = _first_day(span, day, today)
    if first is None or not today < first <= today + LONGEST:
        return redirect(f"/mailboxes/{mailbox.id}#snooze")
    return _until(request, rep, mailbox.id, datetime.combine(first, time(), zone))


@router.post("/end")
def end_snooze(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    return _until(request, rep, mailbox.id, None)


def _until(request: Request, rep: RepHere, mailbox_id: uuid.UUID, until: datetime | None) -> Response:
    """What waits is decided about anew."""
    web = web_of(request)
    with web.database.writing() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox_id)
        row.snoozed_until = until
        nudges.ask_again(session, row.id, web.clock())
    return redirect(f"/mailboxes/{mailbox_id}#snooze")


def _first_day(span: Span, day: str, today: date) -> date | None:
    """The first day on which notes may come."""
    match span:
        case "today":
            return today + DAY
        case "week":
            return today + DAY * (7 - today.weekday())
        case "day":
            return _read(day)


def _read(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None
