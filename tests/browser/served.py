"""The real application behind a real socket on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from typing import Final

import uvicorn
from playwright.sync_api import Browser, Page

from tests.flow.running import wait_until
from tests.web.seed import Seeded
from tests.web.site import Site, open_site

DESKTOP: Final = (1280, 900)
PHONE: Final = (375, 760)


@dataclass(slots=True)
class Served:
    """A site, and what was seeded into it."""

    site: Site
    seeded: Seeded | None = None

    @property
    def url(self) -> str:
        return self.site.url


@dataclass(frozen=True, slots=True)
class Look:
    """How a visitor looks at a page."""

    language: str = "de-DE"
    scheme: str = "light"
    size: tuple[int, int] = DESKTOP
    scripts: bool = True

    def open(self, browser: Browser) -> Page:
        return browser.new_context(
            locale=self.language,
            color_scheme="dark" if self.scheme == "dark" else "light",
            viewport={"width": self.size[0], "height": self.size[1]},
            java_script_enabled=self.scripts,
            reduced_motion="reduce",
        ).new_page()

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.size[0]}-{'scripts' if self.scripts else 'plain'}"


# Each theme and size in both languages; and any two of language, theme, size and scripts together at least once.
LOOKS: Final = (
    Look("de-DE", "light", DESKTOP),
    Look("de-DE", "dark", PHONE),
    Look("en-GB", "light", PHONE),
    Look("en-GB", "dark", DESKTOP),
)
PAIRWISE: Final = (
    Look("de-DE", "light", DESKTOP),
    Look("de-DE", "dark", PHONE, scripts=False),
    Look("en-GB", "light", PHONE, scripts=False),
    Look("en-GB", "dark", DESKTOP, scripts=False),
    Look("en-GB", "dark", PHONE),
)


@contextmanager
def serve(directory: Path) -> Iterator[Served]:
    """Loopback only, so nobody has to sign in."""
    with create_server(("127.0.0.1", 0)) as listening:
        site = open_site(directory, f"http://127.0.0.1:{listening.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(site.app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield Served(site)
        finally:
            server.should_exit = True
            thread.join()
            site.database.close()
