"""Connecting a mailbox on the page. Whoever has proved it is signed in to it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from app.connect import Connected, ConnectProblem, ConnectRequest, keep, prove
from app.connect.oauth_providers import OAuthProvider
from app.mail.imap import TlsMode
from app.mail.providers import OAUTH_ONLY
from app.web import access
from app.web.admission import ticket_of
from app.web.context import Web, web_of
from app.web.problems import ShownProblem, shown_problem
from app.web.proposed import ShownProposal, propose
from app.web.removal import remove_demo_of
from app.web.rendering import page_language, redirect, render
from app.web.throttle import CONNECT, throttle_of

router = APIRouter()

_FIELDS: Final = {
    "address_invalid": "address",
    "oauth_only": "address",
    "oauth_offered": "address",
    "bridge_only": "host",
    "no_imap": "address",
    "domain_not_allowed": "address",
    "invitation_needed": "address",
    "login_refused": "password",
    "app_password_needed": "password",
    "web_login_needed": "password",
    "password_expired": "password",
    "no_password_login": "password",
    "unsafe_password": "password",
    "imap_switched_off": "password",
    "port_invalid": "port",
    "port_forbidden": "port",
    "plaintext_forbidden": "tls",
    "starttls_missing": "tls",
    "tls_failed": "tls",
}
_BY_HAND: Final = frozenset({"host", "port", "tls"})


class ConnectForm(BaseModel, extra="forbid"):
    """What was typed; everything but address and password may stay empty."""

    address: str = Field("", max_length=320)
    password: str = Field("", max_length=1024, repr=False)
    host: str = Field("", max_length=255)
    port: str = Field("", max_length=10)
    tls: TlsMode = TlsMode.IMPLICIT
    username: str = Field("", max_length=320)
    invitation: str = Field("", max_length=100, repr=False)

    def request(self) -> ConnectRequest:
        """Raises `ConnectProblem` where the port is no number."""
        host, port = self.host.strip(), self.port.strip()
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ConnectProblem("port_invalid")
        return ConnectRequest(
            address=self.address,
            password=self.password,
            host=host or None,
            port=int(port) if host and port else None,
            tls=self.tls if host else None,
            username=self.username.strip() or None,
        )


@dataclass(frozen=True, slots=True)
class TypedValues:
    """What the form shows again; the password is never among it."""

    address: str = ""
    host: str = ""
    port: str = ""
    tls: str = TlsMode.IMPLICIT
    username: str = ""
    invitation: str = ""


@router.get("/connect")
def show_form(request: Request, invitation: Annotated[str, Query(max_length=100)] = "") -> Response:
    return _form(request, TypedValues(invitation=invitation), None)


@router.post("/connect")
def connect_mailbox(request: Request, form: Annotated[ConnectForm, Form()]) -> Response:
    throttle_of(request).count(request, CONNECT, form.address)
    web = web_of(request)
    try:
        connected = _connect(request, web, form)
    except ConnectProblem as problem:
        return _once_more(request, form, problem)
    before = access.rep_here(request)
    if before is not None and before.id != connected.rep_id:
        remove_demo_of(web, before)
    response = redirect("/")
    access.sign_in(request, response, connected.rep_id)
    return response


def _connect(request: Request, web: Web, form: ConnectForm) -> Connected:
    wanted = form.request()
    ticket = ticket_of(request, wanted.address, form.invitation)
    proof, language = prove(wanted, web.policy), page_language(request)
    return keep(web.database, web.keys, proof, language, web.default_rules, web.clock(), ticket=ticket)


def _once_more(request: Request, form: ConnectForm, problem: ConnectProblem) -> Response:
    """The form again: with a proposal where only the server is missing, else with what went wrong."""
    try:
        proposal = propose(request, form.address) if problem.code == "unknown_provider" else None
    except ConnectProblem as found:
        problem, proposal = found, None
    if proposal is not None:
        typed = TypedValues(
            form.address, proposal.host, str(proposal.port), proposal.tls, proposal.username, form.invitation
        )
        return _form(request, typed, None, proposal)
    typed = TypedValues(form.address, form.host, form.port, form.tls, form.username, form.invitation)
    code = "oauth_offered" if _is_offered(web_of(request), problem) else problem.code
    return _form(request, typed, shown_problem(request, code, problem.provider))


def _is_offered(web: Web, problem: ConnectProblem) -> bool:
    """Whether the page has a button for a provider that takes no passwords."""
    known = problem.provider
    if problem.code not in {OAUTH_ONLY, "no_password_login"} or known is None:
        return False
    return any(provider.endpoint.host == known.host for provider in _sign_ins(web))


def _sign_ins(web: Web) -> Collection[OAuthProvider]:
    return web.sign_ins.providers.values() if web.sign_ins else ()


def _form(
    request: Request, typed: TypedValues, problem: ShownProblem | None, proposal: ShownProposal | None = None
) -> Response:
    wrong_field = _FIELDS.get(problem.code, "host") if problem else None
    return render(
        request,
        "connect.html",
        status=200 if problem is None else 422,
        typed=typed,
        problem=problem,
        proposal=proposal,
        wrong_field=wrong_field,
        by_hand=bool(typed.host) or wrong_field in _BY_HAND,
        allows_plaintext=web_of(request).loopback_only,
        sign_ins=_sign_ins(web_of(request)),
        needs_invitation=web_of(request).admission.invited_only and not typed.invitation,
    )
