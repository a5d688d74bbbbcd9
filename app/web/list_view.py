"""One page of the list of sends as its templates show it, flat or grouped by text."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session
from starlette.requests import Request

from app.store import list_groups, listing, templates
from app.store.envelopes import legible_envelope
from app.store.list_query import Cursor, Filters
from app.store.listing import Counts
from app.store.schema import Send, Template
from app.store.states import MailboxState
from app.store.vault import DataVault
from app.web.access import RepHere
from app.web.context import web_of
from app.web.rendering import texts_of
from app.web.send_chips import Chip, chips
from app.web.send_query import BY_TEMPLATE, SendQuery, cursor_of
from app.web.send_views import LONGEST, SendRow, view_rows

NONE_YET: Final = "none"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A template with its newest send, how many of its sends the filters let through, and where these are listed."""

    name: str
    newest: SendRow
    count: int
    link: str


@dataclass(frozen=True, slots=True)
class ListView:
    """One page. `arrived` sends came since the reader's last look and are not shown yet; `fresh` ones are, now."""

    rows: Sequence[SendRow]
    groups: Sequence[GroupRow]
    lone: int
    counts: Counts
    chips: Sequence[Chip]
    newest: str
    next_page: str | None
    is_first_page: bool
    states: tuple[MailboxState, ...]
    is_reading: bool
    arrived: int
    fresh: frozenset[uuid.UUID]

    @property
    def digest(self) -> str:
        """Changes with anything that the reader would see."""
        shown = (self.rows, self.counts, self.chips, self.next_page, self.states, self.is_reading, self.arrived)
        return sha256(repr(shown).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def view_list(request: Request, rep: RepHere, query: SendQuery) -> ListView:
    """Raises `UnknownRow` where a template is asked for that is not this rep's.

    `newest` in the address holds the list at what the reader has seen; `known` marks what is newer than that.
    """
    web, texts = web_of(request), texts_of(request)
    below, top = (cursor_of(request.query_params.get(name, "")) for name in ("below", "newest"))
    known = request.query_params.get("known", "")
    with web.database.reading() as session:
        vault = web.keys.of_rep(session, rep.id)
        filters = query.filters(vault, rep.zone)
        name = _template_name(request, session, vault, rep, filters.template_id)
        groups, sends, behind = _page(request, session, vault, rep, query, filters, below, top)
        rows = view_rows(request, session, vault, rep, sends)
        lone = list_groups.count_lone(session, rep.id, filters, listing.COUNTED) if query.by else 0
        counts = listing.counts(session, rep.id)
        arrived = listing.count_above(session, rep.id, filters, top) if top else 0
    newest = str(Cursor.of(sends[0])) if sends else NONE_YET
    return ListView(
        rows=rows,
        groups=groups,
        lone=lone,
        counts=counts,
        chips=chips(texts, query, name),
        newest=str(top) if top else newest,
        next_page=query.link(below=str(behind)) if behind else None,
        is_first_page=below is None,
        states=tuple(mailbox.state for mailbox in rep.mailboxes),
        is_reading=any(_is_reading(mailbox.state, mailbox.history_ended_at) for mailbox in rep.mailboxes),
        arrived=arrived,
        fresh=_fresh(rows, known),
    )


def _page(
    request: Request,
    session: Session,
    vault: DataVault,
    rep: RepHere,
    query: SendQuery,
    filters: Filters,
    below: Cursor | None,
    top: Cursor | None,
) -> tuple[Sequence[GroupRow], Sequence[Send], Cursor | None]:
    if query.by != BY_TEMPLATE:
        page = listing.page(session, rep.id, filters, below, top=top)
        return (), page.sends, page.below
    found = list_groups.groups(session, rep.id, filters, below)
    newest = view_rows(request, session, vault, rep, [group.newest for group in found.groups])
    rows = [
        GroupRow(
            name=templates.name_of(vault, group.template) or row.subject,
            newest=row,
            count=group.count,
            link=query.link(template=str(group.template.id), by=""),
        )
        for group, row in zip(found.groups, newest, strict=True)
    ]
    return rows, (), found.below


def _template_name(
    request: Request, session: Session, vault: DataVault, rep: RepHere, template_id: uuid.UUID | None
) -> str | None:
    """As the rep called it, else by the subject of its newest send. Raises `UnknownRow`."""
    if template_id is None:
        return None
    newest = listing.newest_of_template(session, rep.id, template_id)
    own_name = templates.name_of(vault, session.get_one(Template, template_id))
    subject = legible_envelope(vault, newest.id, newest.envelope).subject
    return own_name or subject[:LONGEST] or texts_of(request).gettext("(no subject)")


def _is_reading(state: MailboxState, history_ended_at: object) -> bool:
    return state is MailboxState.READING and history_ended_at is None


def _fresh(rows: Sequence[SendRow], known: str) -> frozenset[uuid.UUID]:
    seen = cursor_of(known)
    if seen is None and known != NONE_YET:
        return frozenset()
    return frozenset(row.id for row in rows if seen is None or (row.sent_at, row.id) > (seen.sent_at, seen.send_id))
