"""`/metrics`: figures for an administrator's monitoring, for those who may read them."""

import hmac

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.store import totals
from app.store.states import NudgeState
from app.web.context import Web, web_of

router = APIRouter()

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
# How many were delivered or kept back tells of the reps' habits, in a small group of each rep's own.
TROUBLE = frozenset({NudgeState.PLANNED, NudgeState.INTENT, NudgeState.FAILED})


@router.get("/metrics")
def show_metrics(request: Request) -> Response:
    """For the bearer of the installation's token; without one, on one's own machine only. Else there is no page."""
    web = web_of(request)
    if not _may_read(web, request):
        raise HTTPException(404)
    with web.database.reading() as session:
        now = web.clock()
        mailboxes = totals.mailboxes_by_state(session)
        nudges = {state: n for state, n in totals.nudges_by_state(session).items() if state in TROUBLE}
        silence = totals.longest_silence(session, now)
    return Response(web.metrics.render(mailboxes, nudges, silence), media_type=FORMAT)


def _may_read(web: Web, request: Request) -> bool:
    if not web.metrics_token:
        return web.loopback_only
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return scheme.casefold() == "bearer" and hmac.compare_digest(token.encode(), web.metrics_token.encode())
