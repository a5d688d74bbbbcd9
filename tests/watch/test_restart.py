"""A mailbox that was read to its end before costs little to watch again, and what came meanwhile is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.store import quarantine
from app.store.engine import Database
from app.store.quarantine import Place
from app.store.states import MailboxState
from app.watch.connection import Turn, Worker
from app.watch.watched import Watched
from tests.flow.running import wait_until
from tests.servers.sessions import LOOPBACK
from tests.watch.conftest import Rep, real_now


@contextmanager
def transactions(database: Database) -> Iterator[list[None]]:
    counted: list[None] = []

    def count(_: Any) -> None:
        counted.append(None)

    event.listen(database.engine, "begin", count)
    yield counted
    event.remove(database.engine, "begin", count)


def watch_again(rep: Rep) -> tuple[Watched, Turn]:
    """One connection from its login to its first rest, as after a restart."""
    worker = Worker(rep.database, rep.keys, rep.intake, LOOPBACK, real_now)
    watched = Watched(rep.id, 0, "localhost:143", in_history=False)
    worker.connect(watched)
    turn = worker.work(watched)
    while turn is Turn.MORE:
        turn = worker.work(watched)
    watched.close()
    return watched, turn


def test_a_mailbox_without_news_takes_two_looks_into_the_database(rep: Rep) -> None:
    rep.send(0)
    rep.catch_up()
    with transactions(rep.database) as counted:
        _, turn = watch_again(rep)
    assert turn is Turn.IDLING
    assert len(counted) == 2


def test_what_was_sent_meanwhile_is_read(rep: Rep) -> None:
    rep.send(0)
    rep.catch_up()
    rep.send(1)
    watch_again(rep)
    assert [send.uid for send in rep.sends()] == [1, 2]


def test_a_mail_that_another_version_set_aside_is_tried_again(rep: Rep) -> None:
    rep.send(0)
    rep.catch_up()
    with rep.database.writing() as session:
        place = Place(rep.id, rep.mailbox().uidvalidity or 0, False)
        quarantine.set_aside(session, place, 77, "unreadable_mail", "an older one", real_now())
    watch_again(rep)
    assert rep.quarantined() == []


def test_a_mailbox_that_was_out_of_reach_is_shown_as_watched_again(rep: Rep) -> None:
    rep.send(0)
    rep.catch_up()
    rep.change(lambda row: setattr(row, "state", MailboxState.WAITING))
    with rep.watching():
        wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
