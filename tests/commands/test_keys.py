"""`zuruf keys rotate` as an administrator uses it, also where it is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.store.engine import Database, migrate
from app.store.keys import Keys
from app.store.vault import KeyRing, decode_keys, encode_key, new_key
from tests.flow.running import Zuruf
from tests.web.seed import JONAS, connect_mailbox, open_outbox
from tests.web.seed import NOW as SEEDED_AT

SENDS = 3000


@pytest.fixture
def zuruf(tmp_path: Path) -> Zuruf:
    """Not started, with a rep who sent a lot."""
    data = tmp_path / "data"
    data.mkdir()
    key = new_key()
    (data / "secret.key").write_text(encode_key(key) + "\n")
    database, keys = Database(f"sqlite:///{data / 'zuruf.db'}"), Keys(KeyRing([key]))
    migrate(database)
    with database.writing() as session:
        keys.prepare_installation(session)
        outbox = open_outbox(session, keys, connect_mailbox(session, keys, JONAS))
        for number in range(SENDS):
            outbox.send(f"Angebot {number}", [("Anna Weber", "anna@weber.example")], SEEDED_AT)
    database.close()
    return Zuruf(tmp_path)


def _ring(zuruf: Zuruf) -> list[bytes]:
    return decode_keys((zuruf.directory / "data" / "secret.key").read_text())


def test_a_killed_rotation_loses_nothing_and_is_gone_on_with(zuruf: Zuruf) -> None:
    before = _ring(zuruf)
    running = subprocess.Popen(
        [sys.executable, "-m", "app", "keys", "rotate"], env=zuruf.environment, stdout=subprocess.DEVNULL
    )
    while len(_ring(zuruf)) == 1 and running.poll() is None:
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert len(_ring(zuruf)) == 2
    done = zuruf.command("keys", "rotate")
    assert done.returncode == 0, done.stderr
    assert _ring(zuruf)[1:] == before
    (zuruf.directory / "data" / "secret.key").write_text(encode_key(_ring(zuruf)[0]) + "\n")
    assert "keys: ok" in zuruf.command("check").stdout


def test_a_running_service_is_not_rotated_under(tmp_path: Path) -> None:
    with Zuruf(tmp_path) as running:
        done = running.command("keys", "rotate")
    assert done.returncode == 1
    assert "another Zuruf process" in done.stderr


def test_keys_from_outside_are_put_first_by_their_owner(tmp_path: Path) -> None:
    zuruf = Zuruf(tmp_path, ZURUF_SECRET_KEY=encode_key(new_key()))
    assert "put it before the others first" in zuruf.command("keys", "rotate").stdout
