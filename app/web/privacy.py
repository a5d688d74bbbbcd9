"""The privacy page: what is stored, for how long, and who sees it. Open to everybody, also before connecting."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.web.context import web_of
from app.web.rendering import render

router = APIRouter()


@router.get("/privacy")
def show_privacy(request: Request) -> Response:
    return render(request, "privacy.html", retention_days=web_of(request).retention_days)
