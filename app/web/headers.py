"""Headers of every answer: nothing foreign is loaded, framed, guessed or told. Also answers HEAD as RFC 9110 wants."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.context import Web
from app.web.hosts import is_loopback

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_YEAR_SECONDS: Final = 365 * 24 * 3600


def security_headers(web: Web) -> dict[str, str]:
    """Where browsers send no Sec-Fetch-Site (plain http in a local network), the write guard needs the Origin, which
    `no-referrer` would hide."""
    knows_site = web.is_https or is_loopback(web.public_host)
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Referrer-Policy": "no-referrer" if knows_site else "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    if web.is_https:
        headers["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"
    return headers


class SecurityHeaders:
    """ASGI middleware: adds what the answer has not set itself."""

    def __init__(self, app: ASGIApp, web: Web) -> None:
        self.app = app
        self.headers = security_headers(web)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HeadAsGet:
    """ASGI middleware: HEAD runs as GET; the server leaves the body out (RFC 9110 section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)
