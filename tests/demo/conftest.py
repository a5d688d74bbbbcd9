"""A demo server for each test and plain IMAP clients for it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from imapclient import IMAPClient, SocketTimeout

from app.demo.server import DemoServer

REP = "jonas@keller-maschinen.example"
Connect = Callable[[DemoServer, str, str], IMAPClient]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "demo"


@pytest.fixture
def server(directory: Path) -> Iterator[DemoServer]:
    server = DemoServer(directory)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Log clients in as `connect(server, user, password)`; they are all closed at the end."""
    with ExitStack() as clients:

        def open_client(server: DemoServer, user: str, password: str) -> IMAPClient:
            client = IMAPClient(server.host, port=server.port, ssl=False, timeout=SocketTimeout(10, 10))
            clients.callback(client.shutdown)
            client.login(user, password)
            return client

        yield open_client
