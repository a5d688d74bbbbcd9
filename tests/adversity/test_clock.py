"""A clock that jumps while mailboxes are watched: an hour forth, and a day back."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.store import second_folders
from app.store.engine import Database
from app.store.schema import Mailbox, SecondFolder
from classifier import Judge
from tests.adversity.house import House, Lines, troubles
from tests.flow.running import wait_until
from tests.servers.dovecot import Dovecot

AN_HOUR_FORTH, A_DAY_BACK = timedelta(hours=1), timedelta(days=-1)


@pytest.fixture
def house(tmp_path: Path, dovecot: Dovecot, judge: Judge) -> House:
    house = House(Database(f"sqlite:///{tmp_path / 'zuruf.db'}"), dovecot, judge)
    house.connect()
    return house


def test_every_send_is_judged_once_and_every_burst_nudged_once(house: House, log: Lines) -> None:
    with house.at_work():
        for text, error in enumerate([timedelta(), AN_HOUR_FORTH, A_DAY_BACK]):
            house.clock_error = error
            house.send_text(text)
            wait_until(house.is_settled)
    house.check()
    assert troubles(log) == []
    house.database.close()


@pytest.mark.parametrize("error", [AN_HOUR_FORTH, A_DAY_BACK])
def test_no_loop_runs_hot_after_a_jump(house: House, error: timedelta) -> None:
    with house.at_work():
        house.clock_error = error
        house.send_text(0)
        wait_until(house.is_settled)
        before = house.clock_was_read
        time.sleep(1.5)
        # A courier's round comes five times a second, and a loop that never waits comes thousands of times.
        assert house.clock_was_read - before < 200
    house.database.close()


def test_a_mailbox_that_waits_for_its_next_attempt_is_not_forgotten_for_a_day(house: House) -> None:
    with house.at_work():
        house.dovecot.stop()
        try:
            wait_until(lambda: house.mailbox().failures > 1)
            house.clock_error = A_DAY_BACK
        finally:
            house.dovecot.start()
        house.send_text(0)
        wait_until(house.is_settled)
    house.check()
    house.database.close()


def test_a_second_folder_is_looked_into_after_the_clock_was_set_back(house: House) -> None:
    with house.dovecot.client(house.user) as client:
        client.create("Gesendet")
    with house.database.writing() as session:
        second_folders.choose(session, session.scalars(select(Mailbox)).one(), "Gesendet", house.now())
    with house.at_work():
        wait_until(lambda: looked_at(house) is not None)
        first = looked_at(house)
        house.clock_error = A_DAY_BACK
        wait_until(lambda: looked_at(house) != first)
    house.database.close()


def looked_at(house: House) -> datetime | None:
    with house.database.reading() as session:
        return session.scalars(select(SecondFolder.looked_at)).one()
