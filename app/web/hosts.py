"""Under which names the page answers: a foreign name in the Host header is a rebound DNS name, or a mistake."""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.context import Web

# What a proxy in front of us leaves behind; its loopback address says nothing of who asks.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine itself; other names are never looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def host_name(connection: HTTPConnection) -> str | None:
    """The name in the Host header, lower-case and without port; None where there is none that can be read."""
    try:
        return urlsplit("//" + connection.headers.get("host", "")).hostname
    except ValueError:
        return None


def is_own_host(connection: HTTPConnection, web: Web) -> bool:
    host = host_name(connection)
    return (web.loopback_only and is_loopback(host)) or (host is not None and host == web.public_host)


def is_from_this_machine(connection: HTTPConnection) -> bool:
    """Whether the browser itself runs on this machine and asks for it by a loopback name."""
    client = connection.client
    forwarded = any(name in connection.headers for name in _FORWARDED)
    return client is not None and is_loopback(client.host) and is_loopback(host_name(connection)) and not forwarded


class HostGuard:
    """ASGI middleware: refuses requests for any other name with 400."""

    def __init__(self, app: ASGIApp, web: Web) -> None:
        self.app = app
        self.web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_own_host(HTTPConnection(scope), self.web):
            await self.app(scope, receive, send)
            return
        text = f"This service answers at {self.web.public_url} only.\n"
        await PlainTextResponse(text, status_code=400)(scope, receive, send)
