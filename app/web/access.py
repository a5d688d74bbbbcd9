"""Who asks: a rep by session cookie, or the only rep on the own machine. Everybody else is nobody."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.store import mailboxes, reps, web_sessions
from app.store.errors import UnknownRow
from app.store.schema import Mailbox, Rep
from app.store.states import PAUSED_BY_ITSELF, MailboxState
from app.texts import Language, language_of
from app.web.context import Web, web_of
from app.web.hosts import is_from_this_machine
from app.web.languages import requested_language


class SignInNeeded(Exception):
    """Nobody is signed in; the visitor is sent to the sign-in page."""


@dataclass(frozen=True, slots=True)
class MailboxHere:
    """What every page may show of a mailbox."""

    id: uuid.UUID
    address: str
    demo: bool
    state: MailboxState
    needs_rep: bool  # nothing goes on until the rep does something
    sent_folder: str
    history_ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RepHere:
    """The signed-in rep. `needs_no_session`: the only rep on the own machine, who has nothing to sign out of."""

    id: uuid.UUID
    language: Language
    zone: ZoneInfo
    mailboxes: tuple[MailboxHere, ...]
    needs_no_session: bool

    @property
    def demo(self) -> bool:
        return any(mailbox.demo for mailbox in self.mailboxes)

    def mailbox(self, mailbox_id: uuid.UUID) -> MailboxHere:
        """Raises `UnknownRow`, also where the mailbox is somebody else's."""
        for mailbox in self.mailboxes:
            if mailbox.id == mailbox_id:
                return mailbox
        raise UnknownRow("no such mailbox")


def rep_here(request: Request) -> RepHere | None:
    """The rep of this request, looked up once."""
    if not hasattr(request.state, "rep"):
        request.state.rep = _find_rep(request, web_of(request))
    found: RepHere | None = request.state.rep
    return found


def signed_in(request: Request) -> RepHere:
    """Raises `SignInNeeded`."""
    rep = rep_here(request)
    if rep is None:
        raise SignInNeeded
    return rep


SignedIn = Annotated[RepHere, Depends(signed_in)]


def own_mailbox(mailbox_id: uuid.UUID, rep: SignedIn) -> MailboxHere:
    """The mailbox named in the path. Raises `UnknownRow`, also where it is somebody else's."""
    return rep.mailbox(mailbox_id)


OwnMailbox = Annotated[MailboxHere, Depends(own_mailbox)]


def _find_rep(request: Request, web: Web) -> RepHere | None:
    token = request.cookies.get(cookie_name(web))
    now = web.clock()
    with web.database.reading() as session:
        row = web_sessions.find(session, token, now) if token else None
        only_rep = reps.only_one(session) if web.loopback_only and is_from_this_machine(request) else None
        rep_id = row.rep_id if row is not None else only_rep
        rep = reps.find(session, rep_id) if rep_id is not None else None
        here = _describe(session, web, request, rep, rep_id == only_rep) if rep is not None else None
    if token and row is not None and web_sessions.wants_touch(row, now):
        with web.database.writing() as session:
            web_sessions.touch(session, token, now)
    return here


def is_still_here(request: Request, rep: RepHere) -> bool:
    """Whether a page that stays open is still this rep's; it keeps no session alive."""
    web = web_of(request)
    token = request.cookies.get(cookie_name(web))
    with web.database.reading() as session:
        row = web_sessions.find(session, token, web.clock()) if token else None
        only_rep = reps.only_one(session) if rep.needs_no_session else None
    return rep.id == (row.rep_id if row is not None else only_rep)


def _describe(session: Session, web: Web, request: Request, rep: Rep, needs_no_session: bool) -> RepHere:
    rows = mailboxes.of_rep(session, rep.id)
    rules = rows[0].rules if rows else web.default_rules
    return RepHere(
        id=rep.id,
        language=language_of(rep.language) if rep.language else requested_language(request),
        zone=ZoneInfo(rules["time_zone"]),
        mailboxes=tuple(_mailbox_here(session, web, row) for row in rows),
        needs_no_session=needs_no_session,
    )


def _mailbox_here(session: Session, web: Web, row: Mailbox) -> MailboxHere:
    address = mailboxes.address_of(session, web.keys, row)
    by_itself = row.state is MailboxState.PAUSED and row.reason in PAUSED_BY_ITSELF
    needs_rep = row.state is MailboxState.ATTENTION or by_itself
    return MailboxHere(row.id, address, row.demo, row.state, needs_rep, row.sent_folder, row.history_ended_at)


def cookie_name(web: Web) -> str:
    """The `__Host-` prefix binds the cookie to this very host (RFC 6265bis section 4.1.3.2); it needs https."""
    return "__Host-zuruf" if web.is_https else "zuruf"


_COOKIE_SECONDS: Final = int(web_sessions.ABSOLUTE_LIMIT.total_seconds())


def sign_in(request: Request, response: Response, rep_id: uuid.UUID) -> None:
    """Start a session with a new token; the one that the browser had, whosever it was, ends."""
    web = web_of(request)
    with web.database.writing() as session:
        _end_session(session, request, web)
        token = web_sessions.start(session, rep_id, web.clock())
    response.set_cookie(
        cookie_name(web), token, max_age=_COOKIE_SECONDS, path="/", secure=web.is_https, httponly=True, samesite="lax"
    )


def sign_out(request: Request, response: Response) -> None:
    """End this browser's session and forget its cookie."""
    web = web_of(request)
    with web.database.writing() as session:
        _end_session(session, request, web)
    response.delete_cookie(cookie_name(web), path="/", secure=web.is_https, httponly=True, samesite="lax")


def _end_session(session: Session, request: Request, web: Web) -> None:
    token = request.cookies.get(cookie_name(web))
    if token:
        web_sessions.end(session, token)
