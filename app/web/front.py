"""The first page: for a visitor two offers and the way in, for a rep the way on to what matters now."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.store.states import MailboxState
from app.web.access import MailboxHere, rep_here
from app.web.context import web_of
from app.web.rendering import redirect, render

router = APIRouter()


@router.get("/")
def show_front(request: Request) -> Response:
    rep = rep_here(request)
    if rep is None:
        return render(request, "front.html", offers_demo=web_of(request).demo is not None)
    return redirect(_next_page(rep.mailboxes))


def _next_page(mailboxes: tuple[MailboxHere, ...]) -> str:
    """The list, unless a mailbox is still being read for the first time or waits for its Sent folder."""
    for mailbox in mailboxes:
        if mailbox.history_ended_at is None and mailbox.state is MailboxState.READING:
            return f"/mailboxes/{mailbox.id}/reading"
        if not mailbox.sent_folder:
            return f"/mailboxes/{mailbox.id}/sent-folder"
    return "/sends"
