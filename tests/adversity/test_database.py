"""A database that cannot be used for a while: it is said once, work goes on afterwards, nothing is lost or doubled."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.store.engine import Database
from app.store.watch_lock import watch_lock
from classifier import Judge
from tests.adversity.disk import BoundedDatabase, SmallDisk, small_disk
from tests.adversity.house import House, Lines, told, troubles
from tests.flow.running import wait_until
from tests.servers.dovecot import Dovecot
from tests.servers.postgresql import PostgreSQL

# Longer than many rounds of every loop, and than SQLite waits for a lock here.
A_WHILE = 3.0
IMPATIENT = 0.2
LOCK = """\
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process holds the write lock for the block."""
    command = [sys.executable, "-c", LOCK, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        yield


def overcome(house: House, log: Lines) -> None:
    """Send while the database is away, and wait until the loops have met that often."""
    house.send_text(1)
    wait_until(lambda: told(log, "database unavailable") > 0)
    time.sleep(A_WHILE)


def check(house: House, log: Lines) -> None:
    house.check()
    assert house.mailbox().failures == 0
    assert set(troubles(log)) == {"database unavailable"}
    # Reading and writing may fail apart from each other.
    assert told(log, "database unavailable") <= 2
    assert told(log, "database available again") == told(log, "database unavailable")


def test_a_locked_database_is_waited_for(tmp_path: Path, dovecot: Dovecot, judge: Judge, log: Lines) -> None:
    house = House(Database(f"sqlite:///{tmp_path / 'zuruf.db'}", IMPATIENT), dovecot, judge)
    house.connect()
    with house.at_work():
        house.send_text(0)
        wait_until(house.is_settled)
        with locked(tmp_path / "zuruf.db"):
            overcome(house, log)
        wait_until(house.is_settled)
    check(house, log)
    house.database.close()


def test_a_short_lock_is_not_even_noticed(tmp_path: Path, dovecot: Dovecot, judge: Judge, log: Lines) -> None:
    house = House(Database(f"sqlite:///{tmp_path / 'zuruf.db'}"), dovecot, judge)
    house.connect()
    with house.at_work():
        with locked(tmp_path / "zuruf.db"):
            house.send_text(0)
            time.sleep(1)
        wait_until(house.is_settled)
    house.check()
    assert troubles(log) == []
    house.database.close()


def test_a_database_server_that_is_gone_for_a_while_is_waited_for(
    postgresql: PostgreSQL, dovecot: Dovecot, judge: Judge, log: Lines
) -> None:
    house = House(Database(postgresql.new_database()), dovecot, judge)
    house.connect()
    with house.at_work():
        house.send_text(0)
        wait_until(house.is_settled)
        postgresql.stop()
        try:
            overcome(house, log)
        finally:
            postgresql.start()
        wait_until(house.is_settled)
    check(house, log)
    house.database.close()


def test_a_full_disk_is_waited_for(tmp_path: Path, dovecot: Dovecot, judge: Judge, log: Lines) -> None:
    with small_disk(tmp_path) as mounted:
        house = House(Database(f"sqlite:///{tmp_path / 'zuruf.db'}", IMPATIENT), dovecot, judge)
        disk = SmallDisk(tmp_path) if mounted else BoundedDatabase(house.database)
        house.connect()
        with house.at_work():
            house.send_text(0)
            wait_until(house.is_settled)
            disk.fill()
            overcome(house, log)
            disk.free()
            wait_until(house.is_settled)
        check(house, log)
        house.database.close()


@pytest.mark.parametrize("ends", ["before", "after"])
def test_a_watch_ends_in_order_though_its_lock_went_with_the_server(
    postgresql: PostgreSQL, tmp_path: Path, ends: str
) -> None:
    database = Database(postgresql.new_database())
    with watch_lock(database, tmp_path):
        postgresql.stop()
        if ends == "after":
            postgresql.start()
    if ends == "before":
        postgresql.start()
    with watch_lock(database, tmp_path):
        pass
    database.close()
