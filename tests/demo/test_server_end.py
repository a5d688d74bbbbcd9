"""Removing users, stopping the server, and what is on disk."""

import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from imapclient.exceptions import IMAPClientError, LoginError

from app.demo import DemoUnavailable, DemoUserUnknown
from app.demo.mailstore import FILE_NAME
from app.demo.server import DemoServer
from tests.demo.conftest import REP, Connect
from tests.demo.test_server import fill

OTHER = "priya@northwind-tools.example"
WITHOUT_PYMAP = """
import sys
sys.modules["pymap"] = None
from pathlib import Path
from app.demo.server import DemoServer
DemoServer(Path(sys.argv[1]))
"""


def test_a_removed_user_leaves_no_row_and_others_stay(server: DemoServer, directory: Path) -> None:
    for user in (REP, OTHER):
        server.add_user(user)
    fill(server, "Sent", 3)
    server.remove_user(REP)
    assert server.users() == [OTHER]
    rows = sqlite3.connect(directory / FILE_NAME)
    assert rows.execute("SELECT (SELECT count(*) FROM mail), (SELECT count(*) FROM folder)").fetchone() == (0, 3)
    rows.close()


def test_removing_a_user_ends_its_connections_only(server: DemoServer, connect: Connect) -> None:
    password = server.add_user(REP)
    gone, stays = connect(server, REP, password), connect(server, OTHER, server.add_user(OTHER))
    server.remove_user(REP)
    with pytest.raises((IMAPClientError, OSError)):
        gone.noop()
    with pytest.raises(LoginError):
        connect(server, REP, password)
    assert stays.noop()[0] == b"NOOP completed."


def test_an_unknown_user_cannot_be_removed(server: DemoServer) -> None:
    with pytest.raises(DemoUserUnknown):
        server.remove_user(REP)


def test_stopping_with_a_client_in_idle_leaves_nothing_behind(directory: Path, connect: Connect) -> None:
    before = set(threading.enumerate())
    server = DemoServer(directory)
    server.start()
    client = connect(server, REP, server.add_user(REP))
    client.select_folder("Sent", readonly=True)
    client.idle()
    port = server.port
    server.stop()
    assert set(threading.enumerate()) == before
    with pytest.raises((IMAPClientError, OSError)):
        client.idle_done()
    server.start()
    assert server.port == port
    server.stop()


def test_a_stopped_server_says_so(directory: Path) -> None:
    server = DemoServer(directory)
    server.stop()
    with pytest.raises(DemoUnavailable, match="does not run"):
        server.users()


def test_a_taken_port_is_replaced(server: DemoServer, tmp_path: Path) -> None:
    second = DemoServer(tmp_path / "second")
    second.start()
    second.stop()
    rows = sqlite3.connect(tmp_path / "second" / FILE_NAME)
    rows.execute("UPDATE listener SET port = ?", (server.port,))
    rows.commit()
    rows.close()
    second.start()
    assert second.port != server.port
    second.stop()


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DemoUnavailable, match="could not start"):
        DemoServer(tmp_path / "file" / "demo").start()


def test_a_damaged_file_is_told(directory: Path) -> None:
    directory.mkdir()
    (directory / FILE_NAME).write_bytes(b"not a database" * 100)
    with pytest.raises(DemoUnavailable, match="could not start"):
        DemoServer(directory).start()


def test_the_file_is_for_its_owner_only_and_holds_no_password(server: DemoServer, directory: Path) -> None:
    password = server.add_user(REP)
    assert stat.S_IMODE((directory / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert password.encode() not in (directory / FILE_NAME).read_bytes()


def test_without_pymap_the_error_names_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYMAP, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "DemoUnavailable: " in done.stderr
    assert "pip install 'zuruf[demo]'" in done.stderr
