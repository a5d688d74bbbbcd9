"""A running service for the flows, and a browser."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.flow.running import Zuruf

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
def zuruf(tmp_path: Path) -> Iterator[Zuruf]:
    with Zuruf(tmp_path) as service:
        yield service


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for the flows, and ended with them: while Playwright lives, its event loop counts as running here."""
    program = which("chromium")
    if program is None:
        pytest.skip("needs the Chromium browser (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        browser.close()
