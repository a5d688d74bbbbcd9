"""An installation on this machine, served over a real connection, and a browser that visits it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.served import PAIRWISE, Look, Served, serve
from tests.browser.visit import Visit
from tests.servers.chromium import open_chromium
from tests.web.seed import PRIYA, seed


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def jonas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Jonas Keller's own installation, with three weeks of mails."""
    with serve(tmp_path_factory.mktemp("jonas")) as served:
        served.seeded = seed(served.site.database, served.site.keys)
        yield served


@pytest.fixture
def priya(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Priya Shah's."""
    with serve(tmp_path_factory.mktemp("priya")) as served:
        served.seeded = seed(served.site.database, served.site.keys, PRIYA)
        yield served


@pytest.fixture
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An installation that nobody has connected a mailbox to."""
    with serve(tmp_path_factory.mktemp("newcomer")) as served:
        yield served


@pytest.fixture
def rep(request: pytest.FixtureRequest, look: Look) -> Served:
    """The installation of a rep who reads the language of the look: pages of a rep heed no browser."""
    served: Served = request.getfixturevalue("jonas" if look.language == "de-DE" else "priya")
    return served


@pytest.fixture(params=PAIRWISE, ids=str)
def look(request: pytest.FixtureRequest) -> Look:
    chosen: Look = request.param
    return chosen


@pytest.fixture
def visit(chromium: Browser, rep: Served, look: Look) -> Iterator[Visit]:
    page = look.open(chromium)
    yield Visit(page, rep, look)
    page.context.close()
