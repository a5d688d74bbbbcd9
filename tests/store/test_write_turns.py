"""Who writes next, when several threads want to."""

import threading

import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.store.engine import Database
from app.store.errors import DatabaseUnavailable
from app.store.write_turns import WriteTurns
from tests.flow.running import wait_until


class Queue:
    """Threads that want to write, which come one after the other; `order` is how they got their turn."""

    def __init__(self) -> None:
        self.turns = WriteTurns(patience=60)
        self.order: list[str] = []
        self._threads: list[threading.Thread] = []

    def come(self, name: str) -> None:
        def write() -> None:
            with self.turns.turn(large=name.startswith("large")):
                self.order.append(name)

        self._threads.append(threading.Thread(target=write))
        self._threads[-1].start()
        wait_until(lambda: self.waiting == len(self._threads))

    @property
    def waiting(self) -> int:
        return len(self.turns._small) + len(self.turns._large)

    def run(self, *names: str) -> list[str]:
        """They come while another one writes."""
        with self.turns.turn(large=False):
            for name in names:
                self.come(name)
        for thread in self._threads:
            thread.join()
        return self.order


def test_writers_go_in_the_order_of_their_coming() -> None:
    assert Queue().run("a", "b", "c") == ["a", "b", "c"]


def test_small_writes_go_before_large_ones() -> None:
    assert Queue().run("large 1", "a", "large 2", "b") == ["a", "b", "large 1", "large 2"]


def test_a_large_write_is_not_put_off_for_ever() -> None:
    order = Queue().run("large", *(str(number) for number in range(12)))
    assert order.index("large") == 8


def test_a_turn_that_does_not_come_is_given_up_and_leaves_no_trace() -> None:
    turns = WriteTurns(patience=0.05)
    with turns.turn(large=False), pytest.raises(NoConnectionFree), turns.turn(large=True):
        pass
    with turns.turn(large=True):
        pass


def test_a_failing_write_hands_its_turn_over(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing():
        raise RuntimeError
    with database.writing():
        pass


def test_a_writer_that_waits_too_long_is_told_like_any_other_outage(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/zuruf.db", busy_seconds=0.05)
    with database.writing(), pytest.raises(DatabaseUnavailable), database.writing():
        pass
    database.close()
