"""Takes the README's pictures: a fresh service, its demo mailbox, Debian's Chromium.

make screenshots          (or: python docs/screenshots.py DIRECTORY)
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent
CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESKTOP: Final = (1280, 860)
PHONE: Final = (375, 760)
PATIENCE: Final = 180_000  # milliseconds; the demo is written and read while somebody waits


@contextmanager
def running_service(directory: Path) -> Iterator[str]:
    """`zuruf serve` on a free port; hands out its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {**os.environ, "ZURUF_DATA_DIR": str(directory), "ZURUF_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "app", "serve"], env=environment, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=2):  # noqa: S310 - http on loopback
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise SystemExit("the service did not become ready")


def open_page(browser: Browser, language: str, size: tuple[int, int], scheme: str) -> Page:
    context = browser.new_context(
        locale=language,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        device_scale_factor=1,
        is_mobile=size == PHONE,
        has_touch=size == PHONE,
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def take(browser: Browser, url: str, directory: Path, language: str) -> None:
    """The story of the demo in one language, from the first page to the settings; then a phone in the dark."""
    page = open_page(browser, language, DESKTOP, "light")
    page.goto(url)
    page.screenshot(path=directory / f"first-{language}.png")
    page.locator("form[action='/demo'] button").first.click()
    page.wait_for_url("**/dry-run")
    page.screenshot(path=directory / f"dry-run-{language}.png", full_page=True)
    page.goto(f"{url}/sends")
    page.locator("form[action='/demo/template'] button").click()
    _wait_for_nudge(page, url)
    page.screenshot(path=directory / f"nudge-{language}.png", full_page=True)
    page.goto(f"{url}/sends")
    page.screenshot(path=directory / f"sends-{language}.png")
    _follow(page, "#list a.whole", ".mail-text")
    page.screenshot(path=directory / f"send-{language}.png", full_page=True)
    page.goto(f"{url}/templates")
    page.screenshot(path=directory / f"templates-{language}.png")
    _follow(page, ".templates h2 a", ".mail-text")
    page.screenshot(path=directory / f"template-{language}.png", full_page=True)
    page.goto(f"{url}/insights")
    page.screenshot(path=directory / f"insights-{language}.png", full_page=True)
    _take_on_phone(browser, page, url, directory, language)
    page.locator("header a[href^='/mailboxes/']").first.click()
    page.screenshot(path=directory / f"mailbox-{language}.png", full_page=True)


def _follow(page: Page, link: str, read_live: str) -> None:
    """Open the page behind the first such link, and wait for what it reads from the mailbox."""
    page.locator(link).first.click()
    page.locator(read_live).wait_for()


def _wait_for_nudge(page: Page, url: str) -> None:
    for _ in range(60):
        page.goto(f"{url}/demo/inbox")
        if page.locator("text=Zuruf").count() > 3:
            return
        page.wait_for_timeout(500)


def _take_on_phone(browser: Browser, page: Page, url: str, directory: Path, language: str) -> None:
    small = open_page(browser, language, PHONE, "dark")
    small.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # the two types differ in name only
    for name, path in (("sends", "/sends"), ("groups", "/sends?by=template")):
        small.goto(f"{url}{path}")
        small.locator(".list-views").evaluate("views => views.scrollIntoView()")
        small.screenshot(path=directory / f"{name}-phone-dark-{language}.png")
    small.context.close()


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pictures"
    directory.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for language in ("de", "en"):
            with tempfile.TemporaryDirectory() as data, running_service(Path(data)) as url:
                take(browser, url, directory, language)
        browser.close()


if __name__ == "__main__":
    main()
