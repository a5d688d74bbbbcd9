"""One answer for many rows of the list: said by one form, confirmed above the list, and undone as a whole."""

import uuid
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from app.store import feedback_acts
from app.store.feedback_acts import Act
from app.store.listing import PAGE
from app.store.states import FeedbackKind
from app.texts import Translator
from app.web.access import RepHere, SignedIn
from app.web.answers import Answer, answer
from app.web.context import web_of
from app.web.rendering import redirect, texts_of
from app.web.send_query import SendQuery

router = APIRouter(prefix="/acts")

OFFERED: Final = (FeedbackKind.CALLED, FeedbackKind.NOT_A_TEMPLATE, FeedbackKind.NOT_FOR_PERSON)
NOTHING: Final = "nothing"
UNDONE: Final = "undone"

Chosen = Annotated[list[uuid.UUID], Form(max_length=PAGE, default_factory=list)]
Back = Annotated[str, Form(max_length=2000)]


@dataclass(frozen=True, slots=True)
class DoneAct:
    """What the page says of an act; `undo` names it where it can be taken back."""

    sentence: str
    undo: str | None


@router.post("")
def say(
    request: Request, rep: SignedIn, kind: Annotated[FeedbackKind, Form()], send: Chosen, back: Back = ""
) -> Response:
    """`back` is the query of the list that the rows were chosen in."""
    if kind not in OFFERED or not send:
        return redirect(_list(back, NOTHING))
    web = web_of(request)
    act = Act(kind, web.clock())
    with web.database.writing() as session:
        feedback_acts.say_of_each(session, rep.id, send, act)
    return redirect(_list(back, str(act)))


@router.post("/undo")
def undo(request: Request, rep: SignedIn, act: Annotated[str, Form()], back: Back = "") -> Response:
    meant = _act_of(act)
    if meant is None:
        return redirect(_list(back, NOTHING))
    web = web_of(request)
    with web.database.writing() as session:
        feedback_acts.take_back(session, rep.id, meant, web.clock())
    return redirect(_list(back, UNDONE))


def _list(back: str, done: str) -> str:
    """Only a list of ours can be gone back to, whatever the form says."""
    params = QueryParams(parse_qsl(back))
    return SendQuery.of(params).link(below=params.get("below", "")[:100], done=done)


def offers(texts: Translator) -> list[Answer]:
    return [answer(texts, kind) for kind in OFFERED]


def done_act(request: Request, rep: RepHere) -> DoneAct | None:
    """What was just done, told from the rows that it left."""
    done, texts = request.query_params.get("done", ""), texts_of(request)
    if done == UNDONE:
        return DoneAct(texts.gettext("Taken back. Everything is as it was before."), None)
    if done == NOTHING:
        return DoneAct(
            texts.gettext("Nothing was changed: choose mails first, by the box at the start of a row."), None
        )
    act = _act_of(done)
    if act is None:
        return None
    web = web_of(request)
    with web.database.reading() as session:
        count = len(feedback_acts.said_by(session, rep.id, act))
    return DoneAct(_sentence(texts, act.kind, count), str(act) if count else None)


def _sentence(texts: Translator, kind: FeedbackKind, count: int) -> str:
    if not count:
        return texts.gettext("Nothing new to note: it stood there already, or does not fit these mails.")
    match kind:
        case FeedbackKind.CALLED:
            return texts.ngettext("Noted for %(n)s mail: you called.", "Noted for %(n)s mails: you called.", count)
        case FeedbackKind.NOT_FOR_PERSON:
            return texts.ngettext(
                "%(n)s mail has left the list: your mail to this person is personal.",
                "%(n)s mails have left the list: your mails to these people are personal.",
                count,
            )
        case _:
            return texts.ngettext(
                "Noted: %(n)s text is no template. Mails with it have left the list.",
                "Noted: %(n)s texts are no templates. Mails with them have left the list.",
                count,
            )


def _act_of(text: str) -> Act | None:
    try:
        act = Act.parse(text)
    except (ValueError, OverflowError):
        return None
    return act if act.kind in OFFERED else None
