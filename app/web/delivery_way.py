"""How notes get into the inbox: appended over IMAP, or sent by the rep's own SMTP server to the rep's own address.

Proved by a login before it is kept. A stored password never goes to a host that its owner has not typed it for.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from app.connect import open_submission_account
from app.mail.errors import MailError
from app.mail.imap_values import TlsMode
from app.mail.letter import is_writable_address
from app.mail.providers import find_provider
from app.store import mailboxes
from app.store.mailboxes import Account, account_of
from app.store.submissions import SubmissionSetting, choose_submission, submission_account, submission_setting
from app.web.access import MailboxHere, OwnMailbox, RepHere, SignedIn
from app.web.context import Web, web_of
from app.web.problems import ShownProblem, shown_problem
from app.web.rendering import redirect, render
from app.web.throttle import CONNECT, throttle_of

router = APIRouter(prefix="/mailboxes/{mailbox_id}/delivery")

_USUAL_PORTS: Final = {TlsMode.IMPLICIT: 465, TlsMode.STARTTLS: 587, TlsMode.NONE: 25}


class WayForm(BaseModel, extra="forbid"):
    """What was typed. Without a password, one that is known already for exactly this server is used."""

    way: Literal["append", "smtp"] = "append"
    host: str = Field("", max_length=255)
    port: str = Field("", max_length=10)
    tls: TlsMode = TlsMode.IMPLICIT
    username: str = Field("", max_length=320)
    password: str = Field("", max_length=1024, repr=False)

    def setting(self, private_host: bool) -> SubmissionSetting | None:
        """None where the port is no number, or the host is missing."""
        host, port = self.host.strip(), self.port.strip() or str(_USUAL_PORTS[self.tls])
        if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            return None
        username = self.username.strip() or None
        return SubmissionSetting(host, int(port), self.tls.value, username, self.password or None, private_host)


@dataclass(frozen=True, slots=True)
class _Stored:
    account: Account
    setting: SubmissionSetting | None


@router.get("")
def show_way(request: Request, mailbox: OwnMailbox, rep: SignedIn, saved: str = "") -> Response:
    stored = _stored(web_of(request), rep, mailbox)
    return _page(request, mailbox, _form_of(stored.setting), told="saved" if saved else "")


@router.post("")
def save_way(request: Request, mailbox: OwnMailbox, rep: SignedIn, typed: Annotated[WayForm, Form()]) -> Response:
    web = web_of(request)
    setting = None
    if typed.way == "smtp":
        throttle_of(request).count(request, CONNECT, mailbox.address)
        stored = _stored(web, rep, mailbox)
        setting = typed.setting(web.policy.any_host)
        if setting is None:
            return _page(request, mailbox, typed, "port_invalid" if typed.host.strip() else "unsafe_host")
        setting = _with_login(setting, stored)
        problem = "password_needed" if setting is None else _problem(web, stored.account, setting)
        if problem is not None:
            return _page(request, mailbox, typed, problem)
    with web.database.writing() as session:
        choose_submission(session, web.keys, mailboxes.one_of_rep(session, rep.id, mailbox.id), setting)
    return redirect(f"/mailboxes/{mailbox.id}/delivery?saved=1")


@router.post("/try")
def try_way(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    """Connects to the stored server and logs in; no mail is sent."""
    throttle_of(request).count(request, CONNECT, mailbox.address)
    web = web_of(request)
    stored = _stored(web, rep, mailbox)
    form = _form_of(stored.setting)
    if stored.setting is None:
        return _page(request, mailbox, form)
    problem = _problem(web, stored.account, stored.setting)
    return _page(request, mailbox, form, problem, told="" if problem else "works")


def _stored(web: Web, rep: RepHere, mailbox: MailboxHere) -> _Stored:
    with web.database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        return _Stored(account_of(session, web.keys, row), submission_setting(session, web.keys, row))


def _with_login(typed: SubmissionSetting, stored: _Stored) -> SubmissionSetting | None:
    """The mailbox's own login where that was typed, so that it follows a new password; None where one is missing."""
    before = stored.setting
    if typed.password is None:
        known = before and (before.host, before.port, before.tls) == (typed.host, typed.port, typed.tls)
        return before if before and known and before.username == typed.username else None
    same = typed.username in {None, stored.account.username} and typed.password == stored.account.password
    if not same:
        return typed
    return SubmissionSetting(typed.host, typed.port, typed.tls, None, None, typed.private_host)


def _problem(web: Web, account: Account, setting: SubmissionSetting) -> str | None:
    """Why the server cannot be used, as a code."""
    if not is_writable_address(account.address):
        return "unsafe_rep_address"
    try:
        with open_submission_account(submission_account(account, setting), web.policy):
            return None
    except MailError as error:
        return error.code


def _form_of(setting: SubmissionSetting | None) -> WayForm:
    if setting is None:
        return WayForm()
    return WayForm(
        way="smtp",
        host=setting.host,
        port=str(setting.port),
        tls=TlsMode(setting.tls),
        username=setting.username or "",
    )


def _page(
    request: Request, mailbox: MailboxHere, typed: WayForm, code: str | None = None, *, told: str = ""
) -> Response:
    """The password that was typed is never among what is shown."""
    problem: ShownProblem | None = shown_problem(request, code, find_provider(mailbox.address)) if code else None
    return render(
        request,
        "mailbox_delivery.html",
        status=422 if problem else 200,
        mailbox=mailbox,
        typed=typed,
        problem=problem,
        told=told,
        allows_plaintext=web_of(request).policy.allow_private,
    )
