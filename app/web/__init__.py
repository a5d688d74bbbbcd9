"""The pages: FastAPI routes over the store, rendered on the server. Knows no watcher, no courier and no demo."""

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware

from app.web import (
    actions,
    connect,
    delivery_way,
    demo_panel,
    figures,
    first_read,
    front,
    health,
    insights,
    language_choice,
    mailbox,
    new_password,
    oauth,
    own_data,
    privacy,
    rules_preview,
    sample_note,
    send,
    sends,
    sent_folder,
    sign_in,
    snooze,
    template,
    template_list,
)
from app.web.context import Web
from app.web.csrf import CrossSiteGuard
from app.web.error_pages import ErrorBoundary, install_error_pages
from app.web.headers import HeadAsGet, SecurityHeaders
from app.web.hosts import HostGuard
from app.web.live import LiveFeed
from app.web.static_files import LastingFiles, static_root
from app.web.throttle import Throttle

__all__ = ["Web", "create_app"]

LARGEST_BODY = 64 * 1024
LEAST_COMPRESSED = 1024
PAGES = (
    front,
    connect,
    first_read,
    mailbox,
    rules_preview,
    sample_note,
    snooze,
    new_password,
    oauth,
    delivery_way,
    sent_folder,
    sends,
    insights,
    send,
    template_list,
    template,
    actions,
    demo_panel,
    sign_in,
    language_choice,
    privacy,
    own_data,
    health,
    figures,
)


def create_app(web: Web) -> FastAPI:
    """The web application; the first middleware is the outermost."""
    app = FastAPI(
        title="Zuruf",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[
            Middleware(SecurityHeaders, web),
            Middleware(HeadAsGet),
            Middleware(HostGuard, web),
            Middleware(GZipMiddleware, minimum_size=LEAST_COMPRESSED),
            Middleware(ErrorBoundary),
            Middleware(CrossSiteGuard, web),
            Middleware(RequestBodyLimitMiddleware, LARGEST_BODY),
        ],
    )
    app.state.web = web
    app.state.throttle = Throttle()
    app.state.live = LiveFeed(web)
    for page in PAGES:
        app.include_router(page.router)
    app.mount(static_root(), LastingFiles())
    install_error_pages(app)
    return app
