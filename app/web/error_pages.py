"""What a visitor reads when a page cannot be shown. Says what happened and what to do, never why inside."""

import traceback
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.store.errors import CannotBeSaid, UnknownRow
from app.web.access import SignInNeeded
from app.web.rendering import redirect, render
from app.web.throttle import TooManyAttempts

_KNOWN: Final = frozenset({400, 403, 404, 405, 413, 429, 500})
_log = structlog.get_logger()


def error_page(request: Request, status: int, *, knows_rep: bool = True, retry_at: datetime | None = None) -> Response:
    """The page for a status; without `knows_rep` nobody is looked up, as for requests that are not trusted."""
    if not knows_rep:
        request.state.rep = None
    kind = status if status in _KNOWN else 500 if status >= 500 else 400
    return render(request, "error.html", status=status, code=status, kind=kind, retry_at=retry_at)


def install_error_pages(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(UnknownRow, _on_unknown_row)
    app.add_exception_handler(CannotBeSaid, _on_senseless_answer)
    app.add_exception_handler(SignInNeeded, _on_sign_in_needed)
    app.add_exception_handler(TooManyAttempts, _on_too_many_attempts)


def _on_http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return error_page(request, status)


def _on_invalid_request(request: Request, error: Exception) -> Response:
    """An id in the path that is none is a page that does not exist; else the form was incomplete."""
    places = [problem["loc"][0] for problem in error.errors()] if isinstance(error, RequestValidationError) else []
    return error_page(request, 404 if "path" in places else 400)


def _on_unknown_row(request: Request, _error: Exception) -> Response:
    return error_page(request, 404)


def _on_senseless_answer(request: Request, _error: Exception) -> Response:
    return error_page(request, 400)


def _on_sign_in_needed(request: Request, _error: Exception) -> Response:
    """htmx would put the sign-in page into the fragment, so it is told to leave the page."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": "/sign-in"})
    return redirect("/sign-in")


def _on_too_many_attempts(request: Request, error: Exception) -> Response:
    if not isinstance(error, TooManyAttempts):
        raise error
    page = error_page(request, 429, retry_at=error.retry_at)
    page.headers["Retry-After"] = str(error.seconds)
    return page


class AnswerBroken(Exception):
    """An answer broke off half-way, so that the server has to close the connection. Why was logged."""


class ErrorBoundary:
    """ASGI middleware: an unforeseen error becomes the 500 page and a log line without any value from the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        last_sent: Message | None = None

        async def watched_send(message: Message) -> None:
            nonlocal last_sent
            last_sent = message
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except Exception as error:  # noqa: BLE001 - the top of a request: one bad page never stops the others
            _log.error("page_failed", error=type(error).__name__, at=_place(error))
            if last_sent is None:
                await error_page(Request(scope), 500, knows_rep=False)(scope, receive, send)
            elif last_sent["type"] == "http.response.start" or last_sent.get("more_body"):
                raise AnswerBroken from None


def _place(error: Exception) -> str:
    """Where it was raised, innermost first; frames hold no values."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
