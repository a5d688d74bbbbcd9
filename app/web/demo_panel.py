"""Trying Zuruf with an invented rep: opens a demo mailbox like any other, and lets the visitor act as the rep."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from limits import RateLimitItemPerMinute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.store.errors import UnknownRow
from app.web import access
from app.web.access import SignedIn
from app.web.context import DemoDesk, web_of
from app.web.demo_mailbox import connect_demo
from app.web.own_links import linked
from app.web.rendering import page_language, redirect, render
from app.web.throttle import Allowance, throttle_of

router = APIRouter(prefix="/demo")

OPEN_DEMO: Final = Allowance("open-demo", RateLimitItemPerMinute(10, 15), RateLimitItemPerMinute(10, 15))


def demo_desk(request: Request) -> DemoDesk:
    desk = web_of(request).demo
    if desk is None:
        raise HTTPException(404)
    return desk


Desk = Annotated[DemoDesk, Depends(demo_desk)]


def demo_address(rep: SignedIn) -> str:
    """The address of the invented rep. Raises `UnknownRow` for everybody real."""
    for mailbox in rep.mailboxes:
        if mailbox.demo:
            return mailbox.address
    raise UnknownRow("no demo mailbox")


Address = Annotated[str, Depends(demo_address)]


@router.post("")
def open_demo(request: Request, desk: Desk) -> Response:
    """Whoever is signed in already stays so: a demo must not take the place of an own mailbox."""
    if access.rep_here(request) is not None:
        return redirect("/")
    throttle_of(request).count(request, OPEN_DEMO)
    connected = connect_demo(web_of(request), desk, page_language(request))
    response = redirect("/")
    access.sign_in(request, response, connected.rep_id)
    return response


@router.post("/personal")
def send_personal(desk: Desk, address: Address) -> Response:
    desk.send_personal(address)
    return redirect("/sends?sent=personal")


@router.post("/template")
def send_template(desk: Desk, address: Address) -> Response:
    desk.send_template(address)
    return redirect("/sends?sent=template")


@router.get("/inbox")
def show_inbox(request: Request, desk: Desk, address: Address) -> Response:
    mails = [(mail, linked(mail.text, web_of(request).public_url)) for mail in desk.inbox(address)]
    return render(request, "demo_inbox.html", mails=mails, address=address)
