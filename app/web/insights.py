"""The rep's own habit in numbers: templated mails by week, notes and calls, and answers received. For the rep alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.nudge.proportions import Difference, Share, difference
from app.store import insights, mailboxes, reply_looks
from app.store.insights import CalledSend, WeekSums
from app.store.states import FeedbackKind, NudgeState
from app.web.access import RepHere, SignedIn
from app.web.context import web_of
from app.web.insight_plots import BarPlot, RatePlot, bar_plot, rate_plot
from app.web.nudge_effect import told_effect
from app.web.rendering import render

router = APIRouter()

WEEK: Final = timedelta(days=7)
# An answer counts that comes within this time; a mail counts once it has had this time.
PATIENCE: Final = timedelta(days=7)
MOST_WEEKS: Final = 105
PeriodKey = Literal["4", "12", "all"]
PERIODS: Final[Mapping[PeriodKey, int]] = {"4": 4, "12": 12, "all": MOST_WEEKS}


@dataclass(frozen=True, slots=True)
class Week:
    start: datetime
    sums: WeekSums

    @property
    def share(self) -> float | None:
        """None in a week without mail."""
        return self.sums.flagged / self.sums.sends if self.sums.sends else None


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something was answered; `name` is a key of the template's."""

    name: Literal["personal", "templated", "calls"]
    share: Share


@dataclass(frozen=True, slots=True)
class Proof:
    """`plotted` are the rates that are told from enough mails; `between` is personal less templated."""

    rates: tuple[Rate, ...]
    plotted: tuple[Rate, ...]
    plot: RatePlot
    between: Difference | None
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notes:
    """What came of the bursts of the period; `effects` are sentences on whether notes change anything."""

    states: Mapping[NudgeState, int]
    said: Mapping[FeedbackKind, int]
    unsaid: int
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InsightsView:
    weeks: tuple[Week, ...]
    plot: BarPlot
    total: WeekSums
    notes: Notes
    proof: Proof


@router.get("/insights")
def show_insights(request: Request, rep: SignedIn) -> Response:
    web = web_of(request)
    wanted = request.query_params.get("period")
    period: PeriodKey = next((key for key in PERIODS if key == wanted), "12")
    with web.database.reading() as session:
        oldest = insights.oldest_send(session, rep.id)
        effects = tuple(filter(None, (told_effect(request, session, one) for one in mailboxes.of_rep(session, rep.id))))
        view = None if oldest is None else _view(session, rep, web.clock(), oldest, PERIODS[period], effects)
    is_reading = any(mailbox.history_ended_at is None for mailbox in rep.mailboxes)
    return render(request, "insights.html", view=view, period=period, is_reading=is_reading, patience=PATIENCE.days)


def _view(
    session: Session, rep: RepHere, now: datetime, oldest: datetime, most_weeks: int, effects: tuple[str, ...]
) -> InsightsView:
    bounds = week_bounds(now, oldest, rep.zone, most_weeks)
    sums = insights.by_week(session, rep.id, bounds)
    total = WeekSums(
        sum(week.sends for week in sums), sum(week.flagged for week in sums), sum(week.calls for week in sums)
    )
    return InsightsView(
        weeks=tuple(Week(start, week) for start, week in zip(bounds, sums, strict=False)),
        plot=bar_plot([(week.sends, week.flagged) for week in sums]),
        total=total,
        notes=_notes(session, rep, bounds[0], effects),
        proof=_proof(session, rep, bounds[0], now),
    )


def week_bounds(now: datetime, oldest: datetime, zone: ZoneInfo, most: int) -> list[datetime]:
    """Mondays, 0:00 in the rep's zone: the starts of the last weeks that hold anything, and the end of this one."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    bounds = [monday + WEEK, monday]
    while len(bounds) <= most and bounds[-1] > oldest:
        bounds.append(bounds[-1] - WEEK)
    return bounds[::-1]


def _notes(session: Session, rep: RepHere, since: datetime, effects: tuple[str, ...]) -> Notes:
    states = insights.notes_by_state(session, rep.id, since)
    answered = insights.with_any_word(session, rep.id, since)
    return Notes(
        states={state: states.get(state, 0) for state in NudgeState},
        said=insights.reactions(session, rep.id, since),
        unsaid=max(0, states.get(NudgeState.DELIVERED, 0) - answered),
        effects=effects,
    )


def _proof(session: Session, rep: RepHere, since: datetime, now: datetime) -> Proof:
    until = now - PATIENCE
    first = insights.first_mails(session, rep.id, since, until, int(PATIENCE.total_seconds()))
    personal = Share(first.personal.count, first.personal.of)
    templated = Share(first.templated.count, first.templated.of)
    calls = after_calls(insights.called_sends(session, rep.id, since, until))
    rates = (Rate("personal", personal), Rate("templated", templated), Rate("calls", calls))
    plotted = tuple(rate for rate in rates if rate.share.tells)
    intervals = [(rate.share.interval.low, rate.share.value, rate.share.interval.high) for rate in plotted]
    looked_at = reply_looks.last_look(session, rep.id)
    return Proof(rates, plotted, rate_plot(intervals), difference(personal, templated), looked_at)


def after_calls(rows: Sequence[CalledSend]) -> Share:
    """Of the calls about mails that nobody had answered yet, how many were followed by an answer in time."""
    answered: dict[object, bool] = {}
    for row in rows:
        waited = row.called_at - row.sent_at
        answer = timedelta(seconds=row.answer_seconds) if row.answer_seconds is not None else None
        if answer is not None and answer <= waited:
            continue
        in_time = answer is not None and answer - waited <= PATIENCE
        answered[row.call_id] = answered.get(row.call_id, False) or in_time
    return Share(sum(answered.values()), len(answered))
