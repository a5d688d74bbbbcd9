"""One process watches; the lock falls with its holder."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from app.store.engine import Database
from app.store.errors import AlreadyWatching
from app.store.watch_lock import ADVISORY_LOCK, watch_lock
from tests.flow.running import wait_until
from tests.servers.postgresql import PostgreSQL

HOLDER = """
import sys, time
from pathlib import Path
from app.store.engine import Database
from app.store.watch_lock import watch_lock
with watch_lock(Database(sys.argv[1]), Path(sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_told_and_the_next_one_gets_it(database: Database, tmp_path: Path) -> None:
    first = watch_lock(database, tmp_path)
    with first, pytest.raises(AlreadyWatching, match="another Zuruf"), watch_lock(database, tmp_path):
        pytest.fail("two processes would watch")
    with watch_lock(database, tmp_path):
        pass


def test_the_lock_of_a_killed_process_is_free(database: Database, tmp_path: Path) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", HOLDER, url, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(AlreadyWatching), watch_lock(database, tmp_path):
            pytest.fail("two processes would watch")
        os.kill(process.pid, signal.SIGKILL)
    _wait_until_free(database, tmp_path)


def _wait_until_free(database: Database, directory: Path) -> None:
    """PostgreSQL notices a dead client within moments, not at once."""
    for attempt in range(100):
        try:
            with watch_lock(database, directory):
                return
        except AlreadyWatching:
            if attempt == 99:
                raise
            time.sleep(0.05)


def holders(database: Database) -> int:
    with database.reading() as session:
        locks = session.scalars(text("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"))
        return len(locks.all())


@pytest.mark.postgresql
def test_a_lock_that_went_with_the_server_is_taken_again(postgresql: PostgreSQL, tmp_path: Path) -> None:
    database = Database(postgresql.new_database())
    lost = threading.Event()
    with watch_lock(database, tmp_path, lost.set, look_every=0.02):
        postgresql.stop()
        postgresql.start()
        wait_until(lambda: holders(database) == 1)
    assert not lost.is_set()
    assert holders(database) == 0
    database.close()


@pytest.mark.postgresql
def test_a_lock_that_another_process_took_meanwhile_ends_the_block(postgresql: PostgreSQL, tmp_path: Path) -> None:
    database = Database(postgresql.new_database())
    lost = threading.Event()
    held = watch_lock(database, tmp_path, lost.set, look_every=0.02, patience=0.0)
    with pytest.raises(AlreadyWatching), held:
        lose_it(database, lost)
    database.close()


def lose_it(database: Database, lost: threading.Event) -> None:
    with database.engine.connect() as other, ThreadPoolExecutor(1) as waiting:
        got = waiting.submit(other.execute, text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
        wait_until(lambda: end_holder(database))
        got.result(30)
        assert lost.wait(30)


def end_holder(database: Database) -> bool:
    """Cut the holder's connection once somebody else waits for its lock, who then has it at once."""
    waiting = "EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND {waiting}"
    with database.reading() as session:
        return session.scalar(text(ending)) is True
