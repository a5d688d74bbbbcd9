"""The list of flagged sends, newest first. Its rows are asked for again every few seconds and answer only with news."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.store import listing
from app.store.envelopes import unseal_envelope
from app.store.listing import Counts, Cursor
from app.store.states import MailboxState
from app.store.vault import DataVault
from app.web.access import RepHere, SignedIn
from app.web.context import web_of
from app.web.rendering import render, texts_of
from app.web.send_query import SendQuery, cursor_of
from app.web.send_views import SendRow, view_rows

router = APIRouter(prefix="/sends")

_NONE_YET: Final = "none"


@dataclass(frozen=True, slots=True)
class ListView:
    """One page of the list. `states` are those of the rep's mailboxes, `arrived` came since the reader's last look."""

    rows: Sequence[SendRow]
    counts: Counts
    template: str | None
    newest: str
    next_page: str | None
    is_first_page: bool
    states: tuple[MailboxState, ...]
    is_reading: bool
    arrived: frozenset[uuid.UUID]

    @property
    def digest(self) -> str:
        """Changes with anything that the reader would see."""
        shown = (self.rows, self.counts, self.template, self.next_page, self.states, self.is_reading)
        return sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@router.get("")
def show_sends(request: Request, rep: SignedIn) -> Response:
    query = SendQuery.of(request)
    view = _view(request, rep, query)
    sent = request.query_params.get("sent")
    return render(request, "sends.html", query=query, view=view, live=_live(query, view), demo_sent=sent)


@router.get("/rows")
def show_rows(request: Request, rep: SignedIn) -> Response:
    """The fragment with the rows; 204 where nothing has changed since the one of digest `seen`."""
    query = SendQuery.of(request)
    view = _view(request, rep, query)
    if request.query_params.get("seen") == view.digest:
        return Response(status_code=204)
    return render(request, "_send_rows.html", query=query, view=view, live=_live(query, view))


def _live(query: SendQuery, view: ListView) -> str | None:
    """Where to ask for news; older pages stand still."""
    return query.link("/sends/rows", seen=view.digest, newest=view.newest) if view.is_first_page else None


def _view(request: Request, rep: RepHere, query: SendQuery) -> ListView:
    web = web_of(request)
    below = cursor_of(request.query_params.get("below", ""))
    with web.database.reading() as session:
        vault = web.keys.of_rep(session, rep.id)
        filters = query.filters(vault, rep.zone)
        template = _template_name(request, session, vault, rep, filters.template_id)
        page = listing.page(session, rep.id, filters, below)
        rows = view_rows(request, session, vault, rep, page.sends)
        counts = listing.counts(session, rep.id)
    newest = page.sends[0] if page.sends else None
    return ListView(
        rows=rows,
        counts=counts,
        template=template,
        newest=str(Cursor(newest.sent_at, newest.id)) if newest else _NONE_YET,
        next_page=query.link(below=str(page.below)) if page.below else None,
        is_first_page=below is None,
        states=tuple(mailbox.state for mailbox in rep.mailboxes),
        is_reading=any(_is_reading(mailbox.state, mailbox.history_ended_at) for mailbox in rep.mailboxes),
        arrived=_arrived(rows, request.query_params.get("newest", "")),
    )


def _template_name(
    request: Request, session: Session, vault: DataVault, rep: RepHere, template_id: uuid.UUID | None
) -> str | None:
    """A template is called by the subject of its newest send. Raises `UnknownRow`."""
    if template_id is None:
        return None
    newest = listing.newest_of_template(session, rep.id, template_id)
    return unseal_envelope(vault, newest.id, newest.envelope).subject or texts_of(request).gettext("(no subject)")


def _is_reading(state: MailboxState, history_ended_at: object) -> bool:
    return state is MailboxState.READING and history_ended_at is None


def _arrived(rows: Sequence[SendRow], newest: str) -> frozenset[uuid.UUID]:
    known = cursor_of(newest)
    if known is None and newest != _NONE_YET:
        return frozenset()
    return frozenset(row.id for row in rows if known is None or (row.sent_at, row.id) > (known.sent_at, known.send_id))
