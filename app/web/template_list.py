"""The rep's templates: what was sent again and again, how often, to how many people, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.store import templates
from app.store.templates import Cursor, Order
from app.web.access import SignedIn
from app.web.context import web_of
from app.web.rendering import render
from app.web.template_views import TemplateRow, view_rows

router = APIRouter(prefix="/templates")

_PATH: Final = "/templates"


@dataclass(frozen=True, slots=True)
class ListView:
    """One page of the list."""

    rows: Sequence[TemplateRow]
    order: Order
    next_page: str | None
    is_first_page: bool

    @property
    def has_answers(self) -> bool:
        return any(row.figures.answered for row in self.rows)


@router.get("")
def show_templates(request: Request, rep: SignedIn) -> Response:
    web, asked = web_of(request), request.query_params
    order = Order.MOST if asked.get("order") == Order.MOST else Order.LATEST
    below = _cursor_of(asked.get("below", ""))
    with web.database.reading() as session:
        vault = web.keys.of_rep(session, rep.id)
        page = templates.page(session, rep.id, order, below)
        rows = view_rows(request, session, vault, rep, page.templates)
    view = ListView(rows, order, f"{_PATH}?order={order}&below={page.below}" if page.below else None, below is None)
    return render(request, "templates.html", view=view)


def _cursor_of(text: str) -> Cursor | None:
    """None for a cursor that cannot be read: then the list starts at its top."""
    try:
        return Cursor.parse(text)
    except (ValueError, OverflowError):
        return None
