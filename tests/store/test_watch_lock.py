"""One process watches; the lock falls with its holder."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.store.engine import Database
from app.store.errors import AlreadyWatching
from app.store.watch_lock import watch_lock

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
