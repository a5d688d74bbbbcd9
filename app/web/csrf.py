"""Refuses writes that another site caused, by Sec-Fetch-Site and Origin; there are no tokens in forms."""

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.context import Web
from app.web.error_pages import error_page

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_same_origin(connection: HTTPConnection, web: Web) -> bool:
    """Whether our own page sent this request.

    Browsers send Sec-Fetch-Site to https and loopback addresses, and then it decides. Beside it our Referrer-Policy
    may turn the Origin into `null`. Without it (plain http in a local network, a script) the Origin has to be ours.
    """
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site is not None:
        return site == "same-origin" and origin in {None, "null", *_own_origins(connection, web)}
    return origin in _own_origins(connection, web)


def _own_origins(connection: HTTPConnection, web: Web) -> set[str]:
    """The public address; on loopback also the name in use, whose Host header has been checked before."""
    if web.loopback_only:
        return {web.public_url, f"http://{connection.headers.get('host', '')}"}
    return {web.public_url}


class CrossSiteGuard:
    """ASGI middleware: unsafe methods need a request of our own origin, else 403."""

    def __init__(self, app: ASGIApp, web: Web) -> None:
        self.app = app
        self.web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or is_same_origin(Request(scope), self.web):
            await self.app(scope, receive, send)
            return
        response = error_page(Request(scope), 403, knows_rep=False)
        await response(scope, receive, send)
