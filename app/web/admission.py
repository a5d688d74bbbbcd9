"""Whether a visitor may connect an address here."""

from starlette.requests import Request

from app.web import access
from app.web.context import web_of


def ticket_of(request: Request, address: str, invitation: str) -> str | None:
    """The invitation to use up, None where none is needed; raises `ConnectProblem`.

    A rep who is signed in may connect the own mailbox again, whatever the rules are by now.
    """
    web, rep = web_of(request), access.rep_here(request)
    wanted = address.strip().casefold()
    if rep is not None and any(mailbox.address.casefold() == wanted for mailbox in rep.mailboxes):
        return None
    return web.admission.ticket(web.database, web.keys, address, invitation, web.clock())
