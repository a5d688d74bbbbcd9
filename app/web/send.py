"""One send: why it was flagged, what became of the nudge, its siblings, and what the rep says of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from app.nudge import wishes
from app.store import feedback, listing
from app.store.envelopes import Envelope, legible_envelope
from app.store.schema import Nudge, Send
from app.store.states import FeedbackKind, NudgeState
from app.web import send_text
from app.web.access import RepHere, SignedIn
from app.web.answers import Answer, answer
from app.web.context import web_of
from app.web.nudge_words import NudgeWords
from app.web.rendering import redirect, render, texts_of
from app.web.send_views import SendRow, SpokenReason, spoken_reasons, teller_for, view_rows
from app.web.strength import Strength, strength_of
from app.web.told import ToldAnswer, told_of

router = APIRouter(prefix="/sends/{send_id}")
router.include_router(send_text.router)


@dataclass(frozen=True, slots=True)
class SendView:
    """All that the page of one send shows, but for the mail's text."""

    send: Send
    envelope: Envelope
    strength: Strength
    reasons: Sequence[SpokenReason]
    nudge: NudgeWords
    told: Sequence[ToldAnswer]
    offers: Sequence[Answer]
    siblings: Sequence[SendRow]
    copies: int


@router.get("")
def show_send(request: Request, send_id: uuid.UUID, rep: SignedIn) -> Response:
    return render(request, "send.html", view=_view(request, rep, send_id))


def _view(request: Request, rep: RepHere, send_id: uuid.UUID) -> SendView:
    web, texts, teller = web_of(request), texts_of(request), teller_for(request, rep)
    with web.database.reading() as session:
        vault = web.keys.of_rep(session, rep.id)
        send = listing.one(session, rep.id, send_id)
        nudge = session.get(Nudge, send.nudge_id) if send.nudge_id else None
        told = told_of(session, texts, send, teller.moment)
        siblings = view_rows(request, session, vault, rep, listing.siblings(session, send))
        copies = listing.count_of_template(session, send.template_id) if send.template_id else 1
    said = {one.answer.kind for one in told}
    return SendView(
        send=send,
        envelope=legible_envelope(vault, send.id, send.envelope),
        strength=strength_of(texts, send),
        reasons=spoken_reasons(texts, send, copies - 1),
        nudge=teller.state(send, nudge),
        told=told,
        offers=[answer(texts, kind) for kind in _offers(send, nudge) if kind not in said],
        siblings=siblings,
        copies=copies,
    )


def _offers(send: Send, nudge: Nudge | None) -> list[FeedbackKind]:
    """The answers that make sense here."""
    offers = [FeedbackKind.CALLED]
    if send.flagged and nudge is not None and nudge.state is NudgeState.DELIVERED:
        offers += [FeedbackKind.WILL_CALL, FeedbackKind.LATER]
    if send.flagged:
        offers.append(FeedbackKind.NOT_A_TEMPLATE)
    if send.flagged and feedback.is_to_one_person(send):
        offers.append(FeedbackKind.NOT_FOR_PERSON)
    if send.flagged and send.template_id is not None:
        offers.append(FeedbackKind.STOP)
    return offers


@router.post("/feedback")
def give_feedback(
    request: Request, send_id: uuid.UUID, rep: SignedIn, kind: Annotated[FeedbackKind, Form()]
) -> Response:
    web = web_of(request)
    with web.database.writing() as session:
        vault = web.keys.of_rep(session, rep.id)
        wishes.say(session, vault, listing.one(session, rep.id, send_id), kind, web.clock())
    return redirect(f"/sends/{send_id}#answer")


@router.post("/feedback/undo")
def undo_feedback(
    request: Request, send_id: uuid.UUID, rep: SignedIn, kind: Annotated[FeedbackKind, Form()]
) -> Response:
    web = web_of(request)
    with web.database.writing() as session:
        feedback.take_back(session, listing.one(session, rep.id, send_id), kind, web.clock())
    return redirect(f"/sends/{send_id}#answer")
