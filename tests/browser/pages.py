"""Which pages there are to look at, and what a browser says about one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page

from tests.browser.served import Served
from tests.web.routes import own_paths, paths_of

# No page of their own: fragments of one, figures, downloads, and what never ends.
NO_PAGES: Final = (
    *("/health", "/ready", "/metrics", "/sends/rows", "/sends/live", "/sends/export"),
    *("/reading/progress", "/rules/preview", "/own-data/download"),
)
# Pages that need more than a database behind them: the flows show those.
ASKS_OTHERS: Final = ("/sent-folder", "/text", "/skeleton", "/demo/inbox")

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")

# How far a page may be scrolled sideways: not at all.
OVERFLOW: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def addresses(served: Served) -> list[str]:
    """Every page that there is, filled with the ids of the rep."""
    fixed = {path for method, path in paths_of(served.site) if method == "GET" and "{" not in path}
    own = own_paths(served.site, served.seeded) if served.seeded else ()
    every = fixed | {path for method, path in own if method == "GET"}
    return sorted(path for path in every if not path.endswith(NO_PAGES + ASKS_OTHERS))


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line each: the rule, and where."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def unsound(page: Page) -> list[str]:
    """What axe-core finds in either theme, and whether the page is too wide; the dark one is left on."""
    found: list[str] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += violations(page)
    if sideways := page.evaluate(OVERFLOW):
        found.append(f"{sideways} px too wide")
    return found


@contextmanager
def watched(page: Page, url: str) -> Iterator[list[str]]:
    """Collects, while a page is visited, requests to other hosts, what the console complains of (CSP among it), and
    dialogs."""
    heard: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    own = urlsplit(url).netloc
    page.on("console", lambda said: heard.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda sent: heard.append(sent.url) if urlsplit(sent.url).netloc != own else None)
    yield heard
