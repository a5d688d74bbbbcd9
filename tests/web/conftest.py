"""Installations to visit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.seed import PRIYA, Seeded, seed
from tests.web.site import LOOPBACK, Site, open_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A published installation, served over https, without any mailbox."""
    site = open_site(tmp_path)
    yield site
    site.database.close()


@pytest.fixture
def own_machine(tmp_path: Path) -> Iterator[Site]:
    """An installation on somebody's own machine."""
    site = open_site(tmp_path, LOOPBACK)
    yield site
    site.database.close()


@pytest.fixture
def jonas(site: Site) -> Seeded:
    """Jonas Keller with three weeks of mails, on the published installation."""
    return seed(site.database, site.keys)


@pytest.fixture
def priya(site: Site) -> Seeded:
    """Priya Shah, on the same installation."""
    return seed(site.database, site.keys, PRIYA)
