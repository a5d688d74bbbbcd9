"""The rep's own list as a file, CSV or JSON, with the filters of the page; written while it is sent."""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.store import feedback, listing
from app.store.envelopes import legible_envelope
from app.store.list_query import Cursor
from app.store.schema import Send
from app.store.vault import DataVault
from app.texts import Translator
from app.web.access import RepHere, SignedIn
from app.web.context import web_of
from app.web.rendering import texts_of
from app.web.send_query import SendQuery
from app.web.send_views import spoken_reasons, teller_for
from app.web.spreadsheet import BYTE_ORDER_MARK, csv_line
from app.web.strength import strength_of

router = APIRouter(prefix="/export")

AT_ONCE: Final = 500  # sends in memory and in one transaction
COLUMNS: Final = (
    "sent_at",
    "recipients",
    "subject",
    "language",
    "flagged",
    "strength",
    "reasons",
    "template",
    "note",
    "said",
)


class Format(StrEnum):
    """The kinds of file."""

    CSV = "csv"
    JSON = "json"


@router.get("")
def export(request: Request, rep: SignedIn, format_: Annotated[Format, Query(alias="format")] = Format.CSV) -> Response:
    query = SendQuery.of(request.query_params)
    records = _records(request, rep, query)
    day = web_of(request).clock().astimezone(rep.zone).date().isoformat()
    headers = {"Content-Disposition": f'attachment; filename="zuruf-{day}.{format_}"'}
    if format_ is Format.JSON:
        return StreamingResponse(as_json(records), media_type="application/json", headers=headers)
    return StreamingResponse(as_csv(records), media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(records: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """With a header line."""
    yield BYTE_ORDER_MARK + csv_line(COLUMNS)
    for record in records:
        yield csv_line(_cell(record[column]) for column in COLUMNS)


def as_json(records: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """One array, one record a line."""
    between = "[\n"
    for record in records:
        yield between + json.dumps(record, ensure_ascii=True)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _cell(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _records(request: Request, rep: RepHere, query: SendQuery) -> Iterator[dict[str, Any]]:
    """Every send that the filters let through, in the order of the list."""
    web, texts, teller = web_of(request), texts_of(request), teller_for(request, rep)
    with web.database.reading() as session:
        vault = web.keys.of_rep(session, rep.id)
    filters = query.filters(vault, rep.zone)
    below: Cursor | None = None
    while True:
        with web.database.reading() as session:
            page = listing.page(session, rep.id, filters, below, AT_ONCE)
            nudges, said = listing.nudges_of(session, page.sends), feedback.said_of_each(session, page.sends)
            notes = {one.id: teller.state(one, nudges.get(one.nudge_id or one.id)).label for one in page.sends}
        for send in page.sends:
            yield _record(texts, vault, send, rep.zone, notes[send.id], sorted(word.value for word in said[send.id]))
        if page.below is None:
            return
        below = page.below


def _record(
    texts: Translator, vault: DataVault, send: Send, zone: ZoneInfo, note: str, said: list[str]
) -> dict[str, Any]:
    envelope = legible_envelope(vault, send.id, send.envelope)
    return {
        "sent_at": send.sent_at.astimezone(zone).isoformat(timespec="seconds"),
        "recipients": [f"{name} <{address}>" if name else address for name, address in envelope.recipients],
        "subject": envelope.subject,
        "language": send.language,
        "flagged": send.flagged,
        "strength": strength_of(texts, send).word,
        "reasons": [reason.text for reason in spoken_reasons(texts, send)],
        "template": str(send.template_id) if send.template_id else None,
        "note": note,
        "said": said,
    }
