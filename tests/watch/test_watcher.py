"""The watcher as it runs: threads, connections, and what becomes of a mailbox in trouble."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.store import mailboxes
from app.store.states import MailboxState
from tests.flow.running import wait_until
from tests.servers.scripted_imap import CAPABILITIES, ScriptedImap, Wire
from tests.watch.conftest import QUICK, Post, Rep, real_now
from tests.watch.scripted_sent import account_of, serve

Scripted = Callable[..., ScriptedImap]


@pytest.fixture
def watched(rep: Rep) -> Iterator[Rep]:
    watcher = rep.watcher()
    watcher.start()
    wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
    yield rep
    watcher.stop()


def test_a_send_is_noticed_by_push(watched: Rep) -> None:
    watched.send(0)
    wait_until(lambda: len(watched.sends()) == 1)


def test_a_restarted_server_is_found_again_and_nothing_is_lost(watched: Rep) -> None:
    watched.send(0)
    wait_until(lambda: len(watched.sends()) == 1)
    watched.dovecot.restart()
    watched.send(1)
    wait_until(lambda: len(watched.sends()) == 2)
    wait_until(lambda: watched.mailbox().state is MailboxState.WATCHED)


def test_what_was_sent_while_paused_is_judged_later_but_never_nudged(watched: Rep) -> None:
    watched.change(lambda row: mailboxes.pause(row, real_now()))
    watched.send(0)
    watched.change(lambda row: mailboxes.resume(row, real_now()))
    wait_until(lambda: len(watched.sends()) == 1)
    assert not watched.sends()[0].nudgeable


def test_a_removed_mailbox_takes_its_connection_along(watched: Rep) -> None:
    with watched.database.writing() as session:
        mailboxes.remove(session, watched.keys, mailboxes.every(session)[0])
    watched.send(0)
    wait_until(lambda: watched.dovecot.sessions(watched.user) == 0)
    assert watched.sends() == []


def test_a_wrong_password_needs_the_rep(rep: Rep) -> None:
    other = Post(_folder(rep, "other"), replace(rep.account, password="falsch"))
    _run(other, lambda: other.mailbox().state is MailboxState.ATTENTION)
    assert other.mailbox().reason == "login_refused"


def test_a_missing_folder_needs_the_rep_and_choosing_another_heals_it(rep: Rep) -> None:
    rep.send(0)
    rep.change(lambda row: setattr(row, "sent_folder", "Verschwunden"))
    watcher = rep.watcher()
    watcher.start()
    wait_until(lambda: rep.mailbox().state is MailboxState.ATTENTION)
    assert rep.mailbox().reason == "folder_missing"
    rep.change(lambda row: mailboxes.change_sent_folder(row, "Sent"))
    rep.change(lambda row: mailboxes.wake(row, real_now()))
    wait_until(lambda: len(rep.sends()) == 1)
    watcher.stop()


def test_a_server_without_idle_is_asked_again_and_again(tmp_path: Path, scripted_imap: Scripted) -> None:
    server = scripted_imap(lambda wire: serve(wire, CAPABILITIES.replace(" IDLE", "")))
    post = Post(tmp_path, account_of(server))
    _run(post, lambda: sum(b"UID SEARCH" in line for line in server.lines) >= 4)
    assert not any(b"IDLE" in line.split(b" ", 1)[-1] for line in server.lines if b"CAPABILITY" not in line)


def test_a_server_that_closes_in_idle_is_backed_off_from(tmp_path: Path, scripted_imap: Scripted) -> None:
    """`idle_check` turns this into a hot loop."""

    def close_in_idle(wire: Wire) -> None:
        serve(wire, CAPABILITIES, on_idle=lambda _tag: wire.close())

    post = Post(tmp_path, account_of(scripted_imap(close_in_idle)))
    slow = replace(QUICK, first_retry=60, longest_retry=60)
    watcher = post.watcher(slow)
    watcher.start()
    wait_until(lambda: post.mailbox().state is MailboxState.WAITING)
    watcher.stop()
    row = post.mailbox()
    assert (row.failures, row.reason) == (1, "connection_lost")
    assert row.next_attempt_at is not None


def test_news_told_with_the_go_ahead_for_idle_is_not_missed(tmp_path: Path, scripted_imap: Scripted) -> None:
    """The selector never reports it: the search that follows must come without another push."""

    def tell_early(wire: Wire) -> None:
        serve(wire, CAPABILITIES, on_idle=lambda _tag: wire.send(b"+ idling\r\n* 3 EXISTS\r\n"))

    server = scripted_imap(tell_early)
    post = Post(tmp_path, account_of(server))
    _run(post, lambda: sum(b"UID SEARCH" in line for line in server.lines) >= 3)


def test_one_mailbox_in_trouble_does_not_stop_another(rep: Rep) -> None:
    with rep.database.writing() as session:
        lost = replace(rep.account, username="nobody", port=1)
        mailboxes.connect(session, rep.keys, mailboxes.NewMailbox(lost, "Sent", 1, "de", {}), real_now())
    watcher = rep.watcher()
    watcher.start()
    wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
    rep.send(0)
    wait_until(lambda: len(rep.sends()) == 1)
    watcher.stop()


def _run(post: Post, until: Callable[[], bool]) -> None:
    watcher = post.watcher()
    watcher.start()
    try:
        wait_until(until)
    finally:
        watcher.stop()
        post.database.close()


def _folder(rep: Rep, name: str) -> Path:
    folder = Path(str(rep.database.engine.url.database)).parent / name
    folder.mkdir()
    return folder
