"""Ending: the whole service, or the work on one mailbox, whatever a server does meanwhile."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.store import mailboxes
from app.store.schema import Mailbox
from app.store.states import MailboxState
from tests.flow.running import wait_until
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.watch.conftest import QUICK, Post, Rep, real_now
from tests.watch.scripted_sent import account_of, serve

Scripted = Callable[..., ScriptedImap]
IMPATIENT = replace(QUICK, stop_patience=0.3)


class Hanging:
    """A server that says no more at some point, and notices when the client goes."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.reached, self.left = threading.Event(), threading.Event()

    def __call__(self, wire: Wire) -> None:
        if self.where == "greeting":
            self._hang(wire)
        serve(wire, found="1 2", on_fetch=lambda: self._hang(wire))

    def _hang(self, wire: Wire) -> None:
        self.reached.set()
        wire.drain()
        self.left.set()


@pytest.fixture(params=["greeting", "batch"])
def hanging(request: pytest.FixtureRequest) -> Hanging:
    return Hanging(request.param)


@pytest.fixture
def post(tmp_path: Path, hanging: Hanging, scripted_imap: Scripted) -> Iterator[Post]:
    post = Post(tmp_path, account_of(scripted_imap(hanging)))
    yield post
    post.database.close()


def watch_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("watch")]


def test_a_server_that_hangs_does_not_hold_up_the_end(post: Post, hanging: Hanging) -> None:
    with post.watching(IMPATIENT):
        assert hanging.reached.wait(60)
    assert watch_threads() == []
    assert hanging.left.wait(60)
    assert (post.sends(), post.mailbox().last_uid) == ([], 0)


def test_the_end_is_no_failure_of_the_mailbox(post: Post, hanging: Hanging) -> None:
    with post.watching(IMPATIENT):
        assert hanging.reached.wait(60)
    assert (post.mailbox().failures, post.mailbox().reason) == (0, None)


@pytest.mark.parametrize("way", ["pause", "remove"])
def test_off_ends_work_that_hangs(post: Post, hanging: Hanging, way: str) -> None:
    with post.watching():
        assert hanging.reached.wait(60)
        with post.database.writing() as session:
            row = session.get_one(Mailbox, post.id)
            if way == "pause":
                mailboxes.pause(row, real_now())
            else:
                mailboxes.remove(session, post.keys, row)
        assert hanging.left.wait(60)
    assert post.sends() == []


def test_a_history_read_that_hangs_delays_nobody(rep: Rep, scripted_imap: Scripted) -> None:
    hanging = Hanging("batch")
    with rep.watching():
        wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
        rep.join(account_of(scripted_imap(hanging)))
        assert hanging.reached.wait(60)
        rep.send(0)
        wait_until(lambda: len(rep.sends()) == 1)
        assert not hanging.left.is_set()


def test_a_server_that_hangs_at_the_login_delays_nobody(rep: Rep, scripted_imap: Scripted) -> None:
    """One of its mailboxes finds out; the others wait."""
    hanging = Hanging("greeting")
    server = scripted_imap(hanging)
    for number in range(3):
        rep.join(account_of(server, f"rep{number}"))
    with rep.watching():
        assert hanging.reached.wait(60)
        wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
        rep.send(0)
        wait_until(lambda: len(rep.sends()) == 1)
        assert not hanging.left.is_set()
