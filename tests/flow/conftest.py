"""A running service for the flows, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import watched
from tests.browser.served import Look
from tests.flow.running import Zuruf
from tests.flow.walking import Walk
from tests.servers.chromium import open_chromium


@pytest.fixture
def zuruf(tmp_path: Path) -> Iterator[Zuruf]:
    with Zuruf(tmp_path) as service:
        yield service


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def walk(zuruf: Zuruf, chromium: Browser, look: Look) -> Iterator[Walk]:
    """A visitor on the first page; in the end all that was stored is erased, and nothing was amiss in the console."""
    page = look.open(chromium)
    with watched(page, zuruf.url) as heard:
        page.goto(zuruf.url)
        yield Walk(page, zuruf.url, look)
    page.request.post(f"{zuruf.url}/own-data/erase", headers={"Origin": zuruf.url})
    page.context.close()
    assert heard == []
