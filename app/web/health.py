"""For machines: does the process run, and can it do its work."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.store.engine import schema_is_current
from app.store.errors import DatabaseUnavailable
from app.web.context import Web, web_of

router = APIRouter()


@router.get("/health")
def show_health(request: Request) -> Response:
    """200 as long as the process answers."""
    return JSONResponse({"status": "ok", "version": web_of(request).version})


@router.get("/ready")
def show_readiness(request: Request) -> Response:
    """200 once the database is usable and the watcher runs, else 503."""
    web = web_of(request)
    checks = {"database": _database_works(web), "watcher": web.is_ready()}
    ready = all(checks.values())
    return JSONResponse({"status": "ready" if ready else "not ready", **checks}, 200 if ready else 503)


def _database_works(web: Web) -> bool:
    try:
        return schema_is_current(web.database)
    except DatabaseUnavailable:
        return False
