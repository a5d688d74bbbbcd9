"""Reconnecting a mailbox with a new password: proved against the same server and login before it is kept.

The server cannot be changed here: a stored password must never go to another host.
"""

import uuid
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from app.connect import open_account
from app.mail.errors import MailError
from app.mail.providers import find_provider
from app.store import mailboxes, oauth_grants, web_sessions
from app.store.states import MailboxState
from app.web import access
from app.web.access import MailboxHere, OwnMailbox, SignedIn
from app.web.context import Web, web_of
from app.web.problems import ShownProblem, shown_problem
from app.web.rendering import redirect, render
from app.web.throttle import CONNECT, throttle_of

router = APIRouter(prefix="/mailboxes/{mailbox_id}/password")


@router.get("")
def show_form(request: Request, mailbox: OwnMailbox) -> Response:
    web = web_of(request)
    with web.database.reading() as session:
        grant = oauth_grants.of_mailbox(session, mailbox.id)
    if grant is None:
        return _form(request, mailbox, None)
    provider = web.sign_ins.providers.get(grant.provider) if web.sign_ins else None
    return render(request, "mailbox_oauth.html", mailbox=mailbox, provider=provider)


@router.post("")
def save_password(
    request: Request, mailbox: OwnMailbox, rep: SignedIn, password: Annotated[str, Form(max_length=1024)] = ""
) -> Response:
    """A changed password ends the sessions of all other browsers (ASVS 5.0 v5.0.0-7.4.3)."""
    throttle_of(request).count(request, CONNECT, mailbox.address)
    web = web_of(request)
    try:
        _prove(web, rep.id, mailbox.id, password)
    except MailError as error:
        return _form(request, mailbox, shown_problem(request, error.code, find_provider(mailbox.address)))
    with web.database.writing() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        vault = web.keys.of_rep(session, rep.id)
        oauth_grants.forget(session, row.id)
        row.password = vault.seal_text(f"mailbox/{row.id}/password", password)
        if row.state is not MailboxState.PAUSED and row.sent_folder:
            mailboxes.wake(row, web.clock())
        web_sessions.end_all(session, rep.id)
    response = redirect(f"/mailboxes/{mailbox.id}?saved=password")
    access.sign_in(request, response, rep.id)
    return response


def _prove(web: Web, rep_id: uuid.UUID, mailbox_id: uuid.UUID, password: str) -> None:
    """Log in with it; raises `MailError`."""
    with web.database.reading() as session:
        row = mailboxes.one_of_rep(session, rep_id, mailbox_id)
        account = mailboxes.account_of(session, web.keys, row)
    with open_account(replace(account, password=password), web.policy):
        pass


def _form(request: Request, mailbox: MailboxHere, problem: ShownProblem | None) -> Response:
    return render(request, "mailbox_password.html", status=422 if problem else 200, mailbox=mailbox, problem=problem)
