"""Renders the templates of `templates/page/` for the reader of a request.

Every template knows `rep` (or None), `language`, `zone`, `now`, `path`, `here`, `version`, `_`, `ngettext`,
`static(name)` and the filters of `formats`. Texts are said as `app.texts.mail_templates` describes.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.texts import Language, Translator, translator
from app.web import formats
from app.web.access import rep_here
from app.web.context import web_of
from app.web.languages import requested_language
from app.web.static_files import static_url

FOLDER: Final = Path(__file__).parents[2] / "templates" / "page"


def render(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
) -> HTMLResponse:
    """A page, or a fragment of one."""
    web = web_of(request)
    rep = rep_here(request)
    page = page_environment(page_language(request)).get_template(template)
    content = page.render(
        {
            "rep": rep,
            "zone": rep.zone if rep is not None else ZoneInfo(web.default_rules["time_zone"]),
            "now": web.clock(),
            "path": request.url.path,
            "here": _here(request),
            "version": web.version,
            **values,
        }
    )
    return HTMLResponse(content, status, headers)


def _here(request: Request) -> str:
    """The page with its query, to come back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def redirect(path: str) -> RedirectResponse:
    """To a page of ours, by GET (RFC 9110 section 15.4.4)."""
    return RedirectResponse(path, status_code=303)


def page_language(request: Request) -> Language:
    rep = rep_here(request)
    return rep.language if rep is not None else requested_language(request)


def texts_of(request: Request) -> Translator:
    """For the few sentences that Python puts together itself."""
    return translator(page_language(request))


@cache
def page_environment(language: Language) -> Environment:
    """The template environment of one language."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = translator(language)
    environment.globals.update(
        _=texts.gettext, gettext=texts.gettext, ngettext=texts.ngettext, language=language, static=static_url
    )
    formats.register(environment)
    return environment
