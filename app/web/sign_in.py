"""Signing in by a link that lies in the mailbox's own INBOX, and signing out.

The link opens a page and only its button signs in: scanners of mail follow links before people do.
"""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from starlette.requests import Request
from starlette.responses import Response

from app.connect import put_sign_in_link
from app.store import sign_in_links
from app.web import access
from app.web.context import web_of
from app.web.rendering import redirect, render
from app.web.throttle import ASK_FOR_LINK, USE_LINK, throttle_of

router = APIRouter()


@router.get("/sign-in")
def show_sign_in(request: Request) -> Response:
    return render(request, "sign_in.html", address="")


@router.post("/sign-in")
def ask_for_link(
    request: Request, background: BackgroundTasks, address: Annotated[str, Form(max_length=320)]
) -> Response:
    """The answer and its time are the same whether or not the address is connected here."""
    throttle_of(request).count(request, ASK_FOR_LINK, address)
    web = web_of(request)
    background.add_task(
        put_sign_in_link,
        web.database,
        web.keys,
        address,
        lambda token: f"{web.public_url}/sign-in/{token}",
        web.policy,
        web.clock(),
    )
    minutes = int(sign_in_links.LIFETIME.total_seconds() // 60)
    return render(request, "sign_in_sent.html", address=address.strip(), minutes=minutes)


@router.get("/sign-in/{token}")
def show_link(request: Request, token: str) -> Response:
    web = web_of(request)
    with web.database.reading() as session:
        is_open = sign_in_links.is_open(session, token, web.clock())
    return render(request, "sign_in_link.html", is_open=is_open, status=200 if is_open else 410)


@router.post("/sign-in/{token}")
def use_link(request: Request, token: str) -> Response:
    throttle_of(request).count(request, USE_LINK)
    web = web_of(request)
    with web.database.writing() as session:
        rep_id = sign_in_links.use(session, token, web.clock())
    if rep_id is None:
        return render(request, "sign_in_link.html", is_open=False, status=410)
    response = redirect("/")
    access.sign_in(request, response, rep_id)
    return response


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    response = redirect("/")
    access.sign_out(request, response)
    return response
