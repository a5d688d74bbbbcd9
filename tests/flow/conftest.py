"""A running service for the flows, and a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flow.running import Zuruf
from tests.servers.chromium import open_chromium


@pytest.fixture
def zuruf(tmp_path: Path) -> Iterator[Zuruf]:
    with Zuruf(tmp_path) as service:
        yield service


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser
