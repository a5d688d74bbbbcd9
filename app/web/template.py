"""One template: what it looks like, when it was sent and to whom, and what the rep says of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from app.store import templates
from app.store.errors import CannotBeSaid
from app.store.feedback import TEMPLATE_WIDE
from app.store.states import FeedbackKind
from app.web import template_skeleton
from app.web.access import SignedIn
from app.web.context import web_of
from app.web.rendering import redirect, render
from app.web.send_views import SendRow
from app.web.send_views import view_rows as send_rows
from app.web.template_history import HEIGHT, MOST_WEEKS, WIDTH, Week, weeks
from app.web.template_views import TemplateRow, view_rows

router = APIRouter(prefix="/templates/{template_id}")
router.include_router(template_skeleton.router)

SHOWN: Final = 20
_DRAWN: Final = 10_000  # sends that the chart counts at most


@dataclass(frozen=True, slots=True)
class TemplateView:
    """All that the page of one template shows, but for its text."""

    row: TemplateRow
    sends: Sequence[SendRow]
    weeks: Sequence[Week]

    @property
    def chart_box(self) -> str:
        return f"0 0 {len(self.weeks) * WIDTH} {HEIGHT}"

    @property
    def most(self) -> int:
        return max((week.count for week in self.weeks), default=0)


@router.get("")
def show_template(request: Request, template_id: uuid.UUID, rep: SignedIn) -> Response:
    web = web_of(request)
    now = web.clock()
    with web.database.reading() as session:
        vault = web.keys.of_rep(session, rep.id)
        template = templates.one(session, rep.id, template_id)
        [row] = view_rows(request, session, vault, rep, [template])
        sends = send_rows(request, session, vault, rep, templates.newest(session, template_id, SHOWN))
        moments = templates.sent_since(session, template_id, now - timedelta(weeks=MOST_WEEKS), _DRAWN)
    view = TemplateView(row, sends, weeks(moments, now, rep.zone))
    return render(request, "template.html", view=view, name_limit=templates.NAME_LIMIT)


@router.post("/name")
def name_template(
    request: Request, template_id: uuid.UUID, rep: SignedIn, name: Annotated[str, Form()] = ""
) -> Response:
    """An empty name takes the name away."""
    web = web_of(request)
    with web.database.writing() as session:
        vault = web.keys.of_rep(session, rep.id)
        templates.give_name(vault, templates.one(session, rep.id, template_id), name)
    return redirect(f"/templates/{template_id}")


@router.post("/feedback")
def give_feedback(
    request: Request, template_id: uuid.UUID, rep: SignedIn, kind: Annotated[FeedbackKind, Form()]
) -> Response:
    web = web_of(request)
    with web.database.writing() as session:
        template = templates.one(session, rep.id, template_id)
        templates.say(session, template, _about_all(kind), web.clock())
    return redirect(f"/templates/{template_id}#answer")


@router.post("/feedback/undo")
def undo_feedback(
    request: Request, template_id: uuid.UUID, rep: SignedIn, kind: Annotated[FeedbackKind, Form()]
) -> Response:
    web = web_of(request)
    with web.database.writing() as session:
        template = templates.one(session, rep.id, template_id)
        templates.take_back(session, template, _about_all(kind), web.clock())
    return redirect(f"/templates/{template_id}#answer")


def _about_all(kind: FeedbackKind) -> FeedbackKind:
    """Raises `CannotBeSaid` for what is said of single mails only."""
    if kind not in TEMPLATE_WIDE:
        raise CannotBeSaid("only of a send")
    return kind
