"""Installations to visit."""

from collections.abc import Iterator

import pytest

from app.mail.imap_values import ConnectPolicy
from tests.servers.dovecot import Dovecot
from tests.web.seed import PRIYA, Seeded, seed
from tests.web.site import LOOPBACK, Site, open_site


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A published installation, served over https, without any mailbox."""
    site = open_site(tmp_path_factory.mktemp("published"))
    yield site
    site.database.close()


@pytest.fixture
def own_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation on somebody's own machine."""
    site = open_site(tmp_path_factory.mktemp("own"), LOOPBACK)
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


@pytest.fixture
def post_office(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Site]:
    """A published installation that trusts the real mail server."""
    policy = ConnectPolicy(allow_private=True, ports=None, ca_file=dovecot.ca_file)
    site = open_site(tmp_path_factory.mktemp("post-office"), policy=policy)
    yield site
    site.database.close()
