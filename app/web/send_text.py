"""The text of one send, read live from the mailbox each time; nothing of it is kept or logged."""

import uuid
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.connect import ConnectProblem, read_text
from app.mail.providers import find_provider
from app.store import listing, mailboxes, second_folders
from app.store.mailboxes import Account
from app.store.schema import Mailbox, Send
from app.store.states import MailboxState
from app.web.access import SignedIn
from app.web.context import web_of
from app.web.problems import ShownProblem, shown_problem
from app.web.rendering import render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Reading:
    """The text, or why there is none: the mailbox is paused, cannot be read, or no longer holds the mail."""

    text: str | None = None
    paused: bool = False
    problem: ShownProblem | None = None


@router.get("/text")
def show_text(request: Request, send_id: uuid.UUID, rep: SignedIn) -> Response:
    """A fragment for htmx, a page of its own for a browser without scripts."""
    web = web_of(request)
    with web.database.reading() as session:
        send = listing.one(session, rep.id, send_id)
        mailbox = session.get_one(Mailbox, send.mailbox_id)
        account = mailboxes.account_of(session, web.keys, mailbox)
        second = second_folders.of_mailbox(session, mailbox.id) if send.second else None
    folder = second.name if second is not None else mailbox.sent_folder
    reading = Reading(paused=True) if mailbox.state is MailboxState.PAUSED else _read(request, account, folder, send)
    template = "_send_text.html" if "hx-request" in request.headers else "send_text.html"
    return render(request, template, send_id=send_id, mailbox_id=mailbox.id, reading=reading)


def _read(request: Request, account: Account, folder: str, send: Send) -> Reading:
    try:
        return Reading(read_text(account, folder, send.uidvalidity, send.uid, web_of(request).policy))
    except ConnectProblem as error:
        return Reading(problem=shown_problem(request, error.code, error.provider or find_provider(account.address)))
