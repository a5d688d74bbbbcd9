"""The switch in the footer. A rep's choice is kept with the rep, a visitor's in a cookie."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from app.store import reps
from app.texts import Language
from app.web.access import rep_here
from app.web.context import web_of
from app.web.languages import COOKIE
from app.web.rendering import redirect

router = APIRouter()
_YEAR_SECONDS = 365 * 24 * 3600


@router.post("/language")
def choose_language(
    request: Request, language: Annotated[Language, Form()], back: Annotated[str, Form(max_length=2000)] = "/"
) -> Response:
    web = web_of(request)
    rep = rep_here(request)
    if rep is not None:
        with web.database.writing() as session:
            reps.choose_language(session, rep.id, language)
    response = redirect(_own_path(back))
    response.set_cookie(
        COOKIE, language, max_age=_YEAR_SECONDS, path="/", secure=web.is_https, httponly=True, samesite="lax"
    )
    return response


def _own_path(back: str) -> str:
    """Browsers read `//host` and `/\\host` as another site."""
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
