"""The rep's templates: what was sent again and again, how often, to how many people, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from app.store import template_query, templates
from app.store.template_query import TemplateState, Wanted
from app.store.templates import Cursor, Order
from app.texts import Translator
from app.web.access import SignedIn
from app.web.context import web_of
from app.web.rendering import render, texts_of
from app.web.template_views import TemplateRow, view_rows

router = APIRouter(prefix="/templates")

_PATH: Final = "/templates"
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class TemplateQuery:
    """What the list is asked for in its address; what cannot be meant is left out, and the usual order as well."""

    q: str = ""
    state: str = ""
    order: str = ""

    @classmethod
    def of(cls, params: QueryParams) -> Self:
        state, order = params.get("state", ""), params.get("order", "")
        return cls(
            q=params.get("q", "").strip()[:_LONGEST],
            state=state if state in set(TemplateState) else "",
            order=order if order == Order.MOST else "",
        )

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.q, TemplateState(self.state) if self.state else None)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.state)

    def link(self, **others: str) -> str:
        """The address of this list, or of the same one with other values; empty ones are left out."""
        values = {name: getattr(self, name) for name in self.__slots__} | others
        given = {name: value for name, value in values.items() if value}
        return f"{_PATH}?{urlencode(given)}" if given else _PATH


@dataclass(frozen=True, slots=True)
class ListView:
    """One page of the list."""

    rows: Sequence[TemplateRow]
    next_page: str | None
    is_first_page: bool


@router.get("")
def show_templates(request: Request, rep: SignedIn) -> Response:
    web, query = web_of(request), TemplateQuery.of(request.query_params)
    below = _cursor_of(request.query_params.get("below", ""))
    with web.database.reading() as session:
        vault = web.keys.of_rep(session, rep.id)
        wanted = template_query.conditions(session, vault, rep.id, query.wanted)
        page = templates.page(session, rep.id, Order(query.order or Order.LATEST), below, wanted=wanted)
        rows = view_rows(request, session, vault, rep, page.templates)
    view = ListView(rows, query.link(below=str(page.below)) if page.below else None, below is None)
    return render(request, "templates.html", query=query, view=view, states=_state_words(texts_of(request)))


def _state_words(texts: Translator) -> dict[str, str]:
    """As the badges say it."""
    return {
        TemplateState.ACTIVE: texts.gettext("notes may come"),
        TemplateState.ALLOWED: texts.gettext("fine"),
        TemplateState.STOPPED: texts.gettext("no more notes"),
    }


def _cursor_of(text: str) -> Cursor | None:
    """None for a cursor that cannot be read: then the list starts at its top."""
    try:
        return Cursor.parse(text)
    except (ValueError, OverflowError):
        return None
