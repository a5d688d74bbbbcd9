"""What a template looks like: the words that its last sends share, read live each time; nothing of it is kept."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.connect import ConnectProblem, read_mails
from app.mail.providers import find_provider
from app.store import mailboxes, templates
from app.store.schema import Mailbox, Send
from app.store.states import MailboxState
from app.web.access import SignedIn
from app.web.context import web_of
from app.web.problems import ShownProblem, shown_problem
from app.web.rendering import render
from app.web.send_text import COMPARED, places_of
from classifier import Segment, skeleton

router = APIRouter()

_READ_CLOSELY = 20_000  # characters of each mail
_LOOKED_THROUGH = 12


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The parts and how many mails they were made of, or why there are none, as with the text of one send."""

    segments: Sequence[Segment] = ()
    compared: int = 0
    paused: bool = False
    problem: ShownProblem | None = None


@router.get("/skeleton")
def show_skeleton(request: Request, template_id: uuid.UUID, rep: SignedIn) -> Response:
    """A fragment for htmx, a page of its own for a browser without scripts."""
    web = web_of(request)
    with web.database.reading() as session:
        template = templates.one(session, rep.id, template_id)
        mailbox = session.get_one(Mailbox, template.mailbox_id)
        account = mailboxes.account_of(session, web.keys, mailbox)
        sends = _to_different_people(templates.newest(session, template_id, _LOOKED_THROUGH))
        places = places_of(session, mailbox, sends)
    if mailbox.state is MailboxState.PAUSED:
        shown = Skeleton(paused=True)
    else:
        try:
            shown = _made_of([mail.text for mail in read_mails(account, places, web.policy) if mail is not None])
        except ConnectProblem as error:
            provider = error.provider or find_provider(account.address)
            shown = Skeleton(problem=shown_problem(request, error.code, provider))
    page = "_template_skeleton.html" if "hx-request" in request.headers else "template_skeleton.html"
    return render(request, page, template_id=template_id, mailbox_id=mailbox.id, skeleton=shown)


def _made_of(bodies: Sequence[str]) -> Skeleton:
    return Skeleton(skeleton([text[:_READ_CLOSELY] for text in bodies]), len(bodies))


def _to_different_people(sends: Sequence[Send]) -> list[Send]:
    """Copies to one person differ less than the template does."""
    chosen: dict[bytes, Send] = {}
    for send in sends:
        chosen.setdefault(send.recipient_keys or send.id.bytes, send)
    return list(chosen.values())[:COMPARED]
