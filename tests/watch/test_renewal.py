"""What happens while nothing happens: renewals, signs of life, and looking anew although IDLE seems healthy."""

import select
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.mail.errors import MailboxUnreachable
from app.mail.imap import MailSession
from app.store.states import MailboxState
from tests.flow.running import wait_until
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import scripted_session
from tests.watch.conftest import QUICK, Post, Rep
from tests.watch.scripted_sent import account_of, serve

Scripted = Callable[..., ScriptedImap]


def quiet(wire: Wire) -> None:
    """IDLE works, and never tells anything."""
    serve(wire, on_idle=lambda _tag: wire.send("+ idling"))


def count(server: ScriptedImap, command: bytes) -> int:
    return sum(line.split(b" ", 1)[-1].startswith(command) for line in server.lines)


def test_the_folder_is_searched_anew_although_idle_is_quiet(tmp_path: Path, scripted_imap: Scripted) -> None:
    server = scripted_imap(quiet)
    with Post(tmp_path, account_of(server)).watching(replace(QUICK, reconcile=0.2)):
        wait_until(lambda: count(server, b"EXAMINE") >= 3 and count(server, b"UID SEARCH") >= 5)
    assert count(server, b"AUTHENTICATE") == 1


def test_a_renewal_asks_for_idle_again_and_for_nothing_else(tmp_path: Path, scripted_imap: Scripted) -> None:
    server = scripted_imap(quiet)
    with Post(tmp_path, account_of(server)).watching(replace(QUICK, renewal=0.1)):
        wait_until(lambda: count(server, b"IDLE") >= 4)
    assert count(server, b"EXAMINE") == 1


def test_a_send_that_idle_did_not_tell_is_found(rep: Rep) -> None:
    """The folder is swapped below the connection, of which IDLE tells nothing."""
    with rep.watching(replace(QUICK, reconcile=0.5)):
        wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
        with rep.dovecot.client(rep.user) as client:
            client.rename("Sent", "Old")
            client.create("Sent")
        rep.send(0)
        wait_until(lambda: len(rep.sends()) == 1)


def test_signs_of_life_are_written_down(tmp_path: Path, scripted_imap: Scripted) -> None:
    server = scripted_imap(quiet)
    post = Post(tmp_path, account_of(server))
    with post.watching(replace(QUICK, renewal=0.1, contacts=0.1)):
        wait_until(lambda: post.mailbox().state is MailboxState.WATCHED)
        first = post.mailbox().last_contact_at
        wait_until(lambda: post.mailbox().last_contact_at != first)


def test_a_connection_that_lasted_forgives_earlier_failures(rep: Rep) -> None:
    rep.change(lambda row: setattr(row, "failures", 5))
    with rep.watching(replace(QUICK, survived=0.0)):
        wait_until(lambda: rep.mailbox().failures == 0)


def test_still_here_is_no_news_but_a_count_is(scripted_imap: Scripted) -> None:
    heard = threading.Event()

    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine(exists=2)
        wire.expect("IDLE")
        wire.send("+ idling")
        wire.send("* OK Still here")
        assert heard.wait(20)
        wire.send("* 3 EXISTS")

    with scripted_session(scripted_imap(script)) as session:
        session.examine("Sent")
        session.start_idle()
        assert not _hear(session)
        heard.set()
        assert _hear(session)


def test_half_a_line_is_looked_at_more_closely(scripted_imap: Scripted) -> None:
    """The rest may never come, and then only a command finds out."""

    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine(exists=2)
        wire.expect("IDLE")
        wire.send(b"+ idling\r\n* OK Sti")

    with scripted_session(scripted_imap(script)) as session:
        session.examine("Sent")
        session.start_idle()
        assert _hear(session)


def test_an_end_in_idle_is_the_end(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine(exists=2)
        wire.expect("IDLE")
        wire.send("+ idling")
        wire.close()

    with scripted_session(scripted_imap(script)) as session:
        session.examine("Sent")
        session.start_idle()
        with pytest.raises(MailboxUnreachable):
            _hear(session)


def _hear(session: MailSession) -> bool:
    if not session.has_buffered_input():
        select.select([session], [], [], 20)
    return session.take_idle_input()
