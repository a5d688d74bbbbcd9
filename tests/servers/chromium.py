"""Debian's Chromium, driven by Playwright. Close it before other tests: while it is open, an event loop runs here."""

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Skips the test where there is none."""
    program = which("chromium")
    if program is None:
        pytest.skip("needs the Chromium browser (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
