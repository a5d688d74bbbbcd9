"""The links of a nudge: each opens a page that says what its button will do, and only the button does it.

They work without signing in, and so show nothing of the mails but when they were sent.
"""

from collections.abc import Callable
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.nudge import wishes
from app.nudge.action_links import ActionLinks, BadLink
from app.store import feedback
from app.store.schema import Mailbox, Nudge
from app.store.states import FeedbackKind
from app.web.answers import answer
from app.web.context import Web, web_of
from app.web.formats import LOCALES, long_moment
from app.web.rendering import redirect, render, texts_of
from app.web.told import told_of

router = APIRouter(prefix="/a/{token}")

# A nudge may be about many people.
BY_LINK: Final = frozenset(FeedbackKind) - {FeedbackKind.NOT_FOR_PERSON}
Change = Callable[[Session, Web, Nudge, FeedbackKind], None]


@router.get("")
def show_action(request: Request, token: str) -> Response:
    web = web_of(request)
    with web.database.reading() as session:
        try:
            nudge, kind = _meant(session, web, token)
        except BadLink:
            return _bad_link(request)
        texts, zone = texts_of(request), ZoneInfo(session.get_one(Mailbox, nudge.mailbox_id).rules["time_zone"])
        moment = partial(long_moment, zone=zone, locale=LOCALES[texts.language])
        told = next((one for one in told_of(session, texts, nudge, moment) if one.answer.kind is kind), None)
    since = moment(nudge.opened_at)
    return render(request, "action.html", answer=answer(texts, kind), told=told, since=since)


@router.post("")
def act(request: Request, token: str) -> Response:
    return _change(request, token, _say)


@router.post("/undo")
def undo(request: Request, token: str) -> Response:
    return _change(request, token, _take_back)


def _say(session: Session, web: Web, nudge: Nudge, kind: FeedbackKind) -> None:
    vault = web.keys.of_rep(session, session.get_one(Mailbox, nudge.mailbox_id).rep_id)
    wishes.say(session, vault, nudge, kind, web.clock())


def _take_back(session: Session, web: Web, nudge: Nudge, kind: FeedbackKind) -> None:
    feedback.take_back(session, nudge, kind, web.clock())


def _change(request: Request, token: str, change: Change) -> Response:
    web = web_of(request)
    with web.database.writing() as session:
        try:
            nudge, kind = _meant(session, web, token)
        except BadLink:
            return _bad_link(request)
        change(session, web, nudge, kind)
    return redirect(f"/a/{token}")


def _meant(session: Session, web: Web, token: str) -> tuple[Nudge, FeedbackKind]:
    """Raises `BadLink`, also where the nudge has been erased since."""
    links = ActionLinks(web.keys.of_installation(session).derive("action-links"))
    link = links.read(token, web.clock())
    nudge = session.get(Nudge, link.nudge_id)
    if nudge is None or link.action not in BY_LINK:
        raise BadLink
    return nudge, FeedbackKind(link.action)


def _bad_link(request: Request) -> Response:
    return render(request, "bad_link.html", status=410)
