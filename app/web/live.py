"""Tells an open list by server-sent events that something of the rep's own has changed; the list then asks what.

The events carry nothing but that. What is asked of the database is shared by all of a rep's pages, and asked only
after this process has written something, or once in a while for what another process wrote.
"""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.store import news
from app.store.errors import DatabaseUnavailable
from app.web.access import RepHere, SignedIn, is_still_here
from app.web.context import Web

router = APIRouter(prefix="/live")

MEDIA_TYPE: Final = "text/event-stream"
TICK: Final = 1.0  # seconds between two looks
ANYWAY: Final = 15.0  # seconds after which the database is asked although this process wrote nothing
HEARTBEAT: Final = 20.0  # seconds; proxies close what is silent, and the session is looked at
PAGES_OF_REP: Final = 8
PAGES: Final = 500
_RETRY: Final = "retry: 5000\n\n"
_CHANGED: Final = "event: changed\ndata:\n\n"
_COMMENT: Final = ":\n\n"


@dataclass(slots=True)
class _Look:
    """What the database said of a rep, after how many commits and when."""

    stamp: str
    commits: int
    at: float


@dataclass(slots=True)
class LiveFeed:
    """The open pages of this process, and what is known of their reps. Lives in one event loop."""

    web: Web
    ended: bool = False
    _open: Counter[uuid.UUID] = field(default_factory=Counter)
    _looks: dict[uuid.UUID, _Look] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def end(self) -> None:
        """The service stops: every stream ends within a tick."""
        self.ended = True

    def has_room(self, rep_id: uuid.UUID) -> bool:
        return not self.ended and self._open[rep_id] < PAGES_OF_REP and self._open.total() < PAGES

    async def events(self, request: Request, rep: RepHere) -> AsyncIterator[str]:
        """Until the service stops, the session ends or the browser goes.

        The first event comes at once: between what the page shows and the first look here, also when a browser comes
        back after its connection broke, something may have happened that no later look could tell.
        """
        self._open[rep.id] += 1
        try:
            yield _RETRY
            seen, beaten = await self._stamp(rep.id), monotonic()
            yield _CHANGED
            while not self.ended:
                await asyncio.sleep(TICK)
                if monotonic() - beaten >= HEARTBEAT:
                    if not await run_in_threadpool(is_still_here, request, rep):
                        return
                    beaten = monotonic()
                    yield _COMMENT
                now = await self._stamp(rep.id)
                if now != seen:
                    seen = now
                    yield _CHANGED
        except DatabaseUnavailable:
            return  # the browser comes back by itself
        finally:
            self._leave(rep.id)

    def _leave(self, rep_id: uuid.UUID) -> None:
        self._open[rep_id] -= 1
        if not self._open[rep_id]:
            del self._open[rep_id]
            self._looks.pop(rep_id, None)

    async def _stamp(self, rep_id: uuid.UUID) -> str:
        async with self._turn:
            look = self._looks.get(rep_id)
            commits, now = self.web.database.commits, monotonic()
            if look is None or now - look.at >= (ANYWAY if look.commits == commits else TICK / 2):
                stamp = await run_in_threadpool(self._ask, rep_id)
                look = self._looks[rep_id] = _Look(stamp, commits, now)
            return look.stamp

    def _ask(self, rep_id: uuid.UUID) -> str:
        with self.web.database.reading() as session:
            return news.stamp(session, rep_id)


@router.get("")
async def follow(request: Request, rep: SignedIn) -> Response:
    """204, after which a browser does not come back, where too many pages are open already."""
    if MEDIA_TYPE not in request.headers.get("accept", ""):
        return Response(status_code=406)  # whatever asks is not waiting for events
    feed: LiveFeed = request.app.state.live
    if not feed.has_room(rep.id):
        return Response(status_code=204)
    return StreamingResponse(feed.events(request, rep), media_type=MEDIA_TYPE)
