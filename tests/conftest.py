"""Servers for tests; a test that needs a program which is not installed is skipped with a sentence that names it."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.dovecot import Dovecot, find_dovecot
from tests.servers.oauth import SignInServer
from tests.servers.oauth_world import OAuthWorld
from tests.servers.postgresql import PostgreSQL, find_postgresql
from tests.servers.scripted_imap import ScriptedImap

# The machine may be busy: how long an example takes proves nothing.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

NONE_LEFT_OUT = "ZURUF_TESTS_NONE_LEFT_OUT"
SERVERS = {
    "dovecot": pytest.mark.dovecot,
    "oauth_world": pytest.mark.dovecot,
    "postgresql": pytest.mark.postgresql,
    "chromium": pytest.mark.chromium,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses a server's fixture carries its marker, so that `-m "not dovecot"` leaves it out."""
    for item in items:
        for name in SERVERS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(SERVERS[name])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where every server is to be had, a test that was left out counts as a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    left_out = reporter.stats.get("skipped", [])
    if os.environ.get(NONE_LEFT_OUT) and left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(left_out)} tests were left out, and {NONE_LEFT_OUT} is set", red=True)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One real IMAP server for all tests; each test takes users of its own by `dovecot.new_user()`."""
    if find_dovecot() is None:
        pytest.skip("needs the Dovecot IMAP server (Debian: dovecot-imapd)")
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def oauth_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OAuthWorld]:
    """A provider to sign in with, and a mail server of its own that takes its tokens."""
    if find_dovecot() is None:
        pytest.skip("needs the Dovecot IMAP server (Debian: dovecot-imapd)")
    with SignInServer() as server, Dovecot(introspection_url=server.introspection_url) as mail_server:
        ca_file = server.trusted(tmp_path_factory.mktemp("oauth") / "ca.pem", mail_server.ca_file)
        yield OAuthWorld(server, mail_server, ca_file)


@pytest.fixture
def oauth(oauth_world: OAuthWorld) -> OAuthWorld:
    """The same, as new for each test."""
    oauth_world.server.reset()
    return oauth_world


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """One private PostgreSQL cluster for all tests."""
    if find_postgresql() is None:
        pytest.skip("needs the PostgreSQL server (Debian: postgresql)")
    with PostgreSQL() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> str:
    """The SQLAlchemy URL of an empty database that is this test's own."""
    return postgresql.new_database()


@pytest.fixture
def scripted_imap() -> Iterator[Callable[..., ScriptedImap]]:
    """Start servers as `scripted_imap(script, tls=None)`; a script that was not followed fails the test."""
    with ExitStack() as servers:
        yield lambda script, tls=None: servers.enter_context(ScriptedImap(script, tls=tls))
