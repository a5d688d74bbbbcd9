"""The list of flagged sends. Its rows are asked for again when something changed, and answer only with news."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.web import live, send_acts, send_export
from app.web.access import SignedIn
from app.web.list_view import ListView, view_list
from app.web.rendering import render, texts_of
from app.web.send_acts import done_act, offers
from app.web.send_chips import language_words, nudge_words, order_words, reason_words, said_words
from app.web.send_query import BY_TEMPLATE, SendQuery

router = APIRouter(prefix="/sends")
for part in (live, send_acts, send_export):
    router.include_router(part.router)


@router.get("")
def show_sends(request: Request, rep: SignedIn) -> Response:
    query, texts = SendQuery.of(request.query_params), texts_of(request)
    view = view_list(request, rep, query)
    choices = {
        "nudge": nudge_words(texts),
        "said": said_words(texts),
        "language": language_words(texts),
        "reason": reason_words(texts),
        "order": order_words(texts),
    }
    return render(
        request,
        "sends.html",
        query=query,
        view=view,
        live=_live(query, view),
        choices=choices,
        done=done_act(request, rep),
        offers=offers(texts),
        demo_sent=request.query_params.get("sent"),
    )


@router.get("/rows")
def show_rows(request: Request, rep: SignedIn) -> Response:
    """The fragment with the rows; 204 where nothing has changed since the one of digest `seen`."""
    query = SendQuery.of(request.query_params)
    view = view_list(request, rep, query)
    if request.query_params.get("seen") == view.digest:
        return Response(status_code=204)
    texts = texts_of(request)
    return render(
        request, "_send_rows.html", query=query, view=view, live=_live(query, view), offers=offers(texts), announce=True
    )


def _live(query: SendQuery, view: ListView) -> str | None:
    """Where to ask for news; older pages, groups and other orders stand still."""
    if not view.is_first_page or query.by == BY_TEMPLATE or query.order:
        return None
    return query.link("/sends/rows", seen=view.digest, newest=view.newest)
