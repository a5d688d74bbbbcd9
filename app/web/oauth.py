"""Signing in with the mail provider instead of typing a password: there, back, and connected.

The way there is a link, since a form may lead to our own pages only; the way back is a page whose button (or script)
finishes, since opening a page changes nothing.
"""

import uuid
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import Response

from app.connect import Connected, ConnectProblem, keep
from app.connect.oauth_flow import Returned, SignIns
from app.connect.oauth_providers import OAuthProvider
from app.store import mailboxes, oauth_states
from app.store.errors import UnknownRow
from app.web import access
from app.web.admission import ticket_of
from app.web.context import Web, web_of
from app.web.problems import shown_problem
from app.web.removal import remove_demo_of
from app.web.rendering import page_language, redirect, render
from app.web.throttle import CONNECT, throttle_of

router = APIRouter(prefix="/connect/oauth/{provider_key}")

_SECONDS: Final = int(oauth_states.LIFETIME.total_seconds())
_LONGEST: Final = 8192  # of what a provider sends back; codes may be a few thousand characters long


def sign_ins_of(web: Web) -> SignIns:
    """Raises `UnknownRow` where nobody set one up."""
    if web.sign_ins is None:
        raise UnknownRow("no sign-in with a provider")
    return web.sign_ins


def provider_here(request: Request, provider_key: str) -> OAuthProvider:
    """The provider named in the path. Raises `UnknownRow` where it is not set up."""
    provider = sign_ins_of(web_of(request)).providers.get(provider_key)
    if provider is None:
        raise UnknownRow("no such provider")
    return provider


Provider = Annotated[OAuthProvider, Depends(provider_here)]


def returned_query(
    state: str = "", code: str = "", iss: str = "", error: str = "", error_description: str = ""
) -> Returned:
    """What the provider put into the address."""
    return Returned(state[:_LONGEST], code[:_LONGEST], iss[:_LONGEST], error[:_LONGEST], error_description[:_LONGEST])


@router.post("")
def begin(
    request: Request,
    provider: Provider,
    address: Annotated[str, Form(max_length=320)] = "",
    username: Annotated[str, Form(max_length=320)] = "",
    invitation: Annotated[str, Form(max_length=100)] = "",
    mailbox: Annotated[uuid.UUID | None, Form()] = None,
) -> Response:
    """With `mailbox`, a connected one of the rep's own is signed in to again, whatever the address says."""
    throttle_of(request).count(request, CONNECT, address)
    web = web_of(request)
    sign_ins = sign_ins_of(web)
    if mailbox is not None:
        address, username = _names_of(request, web, mailbox)
    try:
        ticket_of(request, address, invitation)
        url, kept = sign_ins.begin(provider, address, username.strip(), web.clock(), invitation)
    except ConnectProblem as problem:
        return _failed(request, provider, problem)
    shown = username.strip() or address.strip()
    response = render(request, "oauth_go.html", provider=provider, url=url, address=shown)
    response.set_cookie(
        cookie_name(web), kept, max_age=_SECONDS, path="/", secure=web.is_https, httponly=True, samesite="lax"
    )
    return response


@router.get("/back")
def show_return(
    request: Request,
    provider: Provider,
    returned: Annotated[Returned, Depends(returned_query)],
    admin_consent: str = "",
) -> Response:
    if admin_consent and not returned.error:
        return render(request, "oauth_agreed.html", provider=provider)
    web = web_of(request)
    try:
        flow = sign_ins_of(web).read(provider, returned, request.cookies.get(cookie_name(web), ""))
    except ConnectProblem as problem:
        return _failed(request, provider, problem)
    return render(request, "oauth_back.html", provider=provider, address=flow.address, returned=returned)


@router.post("/back")
def finish(
    request: Request,
    provider: Provider,
    state: Annotated[str, Form(max_length=_LONGEST)] = "",
    code: Annotated[str, Form(max_length=_LONGEST)] = "",
    iss: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    throttle_of(request).count(request, CONNECT)
    web = web_of(request)
    kept = request.cookies.get(cookie_name(web), "")
    returned = Returned(state, code, iss)
    try:
        connected = _connect(request, provider, returned, kept)
    except ConnectProblem as problem:
        return _forgetting(web, _failed(request, provider, problem))
    before = access.rep_here(request)
    if before is not None and before.id != connected.rep_id:
        remove_demo_of(web, before)
    response = redirect("/")
    access.sign_in(request, response, connected.rep_id)
    return _forgetting(web, response)


def _connect(request: Request, provider: OAuthProvider, returned: Returned, kept: str) -> Connected:
    """Raises `ConnectProblem`; whether the address may be connected is asked anew."""
    web, sign_ins, language = web_of(request), sign_ins_of(web_of(request)), page_language(request)
    flow = sign_ins.read(provider, returned, kept)
    ticket = ticket_of(request, flow.address, flow.invitation)
    proof, grant = sign_ins.finish(provider, returned, kept, web.policy, web.clock())
    return keep(web.database, web.keys, proof, language, web.default_rules, web.clock(), grant=grant, ticket=ticket)


def cookie_name(web: Web) -> str:
    """As `access.cookie_name`."""
    return "__Host-zuruf-oauth" if web.is_https else "zuruf-oauth"


def _forgetting(web: Web, response: Response) -> Response:
    response.delete_cookie(cookie_name(web), path="/", secure=web.is_https, httponly=True, samesite="lax")
    return response


def _names_of(request: Request, web: Web, mailbox_id: uuid.UUID) -> tuple[str, str]:
    """Address and login name of a mailbox of the rep's own; raises `SignInNeeded` and `UnknownRow`."""
    rep = access.signed_in(request)
    with web.database.reading() as session:
        account = mailboxes.account_of(session, web.keys, mailboxes.one_of_rep(session, rep.id, mailbox_id))
    return account.address, account.username


def _failed(request: Request, provider: OAuthProvider, problem: ConnectProblem) -> Response:
    back = sign_ins_of(web_of(request)).redirect_uri(provider)
    consent = provider.admin_consent_link(back) if problem.code == "oauth_admin_needed" else None
    shown = shown_problem(request, problem.code, None)
    return render(request, "oauth_failed.html", status=422, provider=provider, problem=shown, consent=consent)
