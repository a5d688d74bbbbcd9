"""The first read of a mailbox: its progress while it runs, and what the last 90 days would have brought after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.mail.providers import find_provider
from app.store import mailboxes
from app.store.schema import Mailbox
from app.store.states import MailboxState
from app.web.access import MailboxHere, OwnMailbox, RepHere, SignedIn
from app.web.context import web_of
from app.web.past import view_past
from app.web.problems import ShownProblem, shown_problem
from app.web.rendering import redirect, render

router = APIRouter(prefix="/mailboxes/{mailbox_id}")

_ENOUGH_TO_ESTIMATE: Final = 20
_SHORTEST_ESTIMATE: Final = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first read is; `total` is None until the folder has been counted."""

    done: int
    total: int | None
    remaining: timedelta | None
    state: MailboxState
    next_attempt_at: datetime | None
    problem: ShownProblem | None

    @property
    def share(self) -> float:
        return min(1.0, self.done / self.total) if self.total else 0.0


@router.get("/reading")
def show_reading(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    if mailbox.history_ended_at is not None:
        return redirect(dry_run_path(mailbox))
    return render(request, "reading.html", mailbox=mailbox, progress=_progress(request, rep, mailbox))


@router.get("/reading/progress")
def show_progress(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    """The fragment that the page asks for every two seconds; at the end it leads on to the dry run."""
    if mailbox.history_ended_at is not None:
        return Response(status_code=204, headers={"HX-Redirect": dry_run_path(mailbox)})
    return render(request, "_progress.html", mailbox=mailbox, progress=_progress(request, rep, mailbox))


@router.get("/dry-run")
def show_dry_run(request: Request, mailbox: OwnMailbox, rep: SignedIn, sample: str = "") -> Response:
    return dry_run_page(request, mailbox, rep, has_sample=sample == "put")


def dry_run_page(
    request: Request,
    mailbox: MailboxHere,
    rep: RepHere,
    *,
    has_sample: bool = False,
    problem: ShownProblem | None = None,
) -> Response:
    """`problem`: why a sample note, which the page offers, did not get into the inbox."""
    if mailbox.history_ended_at is None:
        return redirect(f"/mailboxes/{mailbox.id}/reading")
    past = view_past(web_of(request), rep.id, mailbox.id)
    return render(request, "dry_run.html", mailbox=mailbox, past=past, has_sample=has_sample, problem=problem)


def dry_run_path(mailbox: MailboxHere) -> str:
    return f"/mailboxes/{mailbox.id}/dry-run"


def _progress(request: Request, rep: RepHere, mailbox: MailboxHere) -> Progress:
    web = web_of(request)
    with web.database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
    problem = shown_problem(request, row.reason, find_provider(mailbox.address)) if row.reason else None
    remaining = _remaining(row, web.clock())
    return Progress(row.history_done, row.history_total, remaining, row.state, row.next_attempt_at, problem)


def _remaining(row: Mailbox, now: datetime) -> timedelta | None:
    """At the speed so far; None until enough was read to tell."""
    if row.history_total is None or row.history_started_at is None or row.history_done < _ENOUGH_TO_ESTIMATE:
        return None
    elapsed = now - row.history_started_at
    if elapsed < _SHORTEST_ESTIMATE:
        return None
    return elapsed * max(0, row.history_total - row.history_done) / row.history_done
