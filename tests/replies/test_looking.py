"""Looking again: cursors, new UIDVALIDITYs, bounds, switches, and mailboxes that cannot be read."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.mail.errors import LoginRefused
from app.mail.imap_values import Folder
from app.mail.lifeline import Lifeline
from app.replies import Replies, ReplyTimes
from app.replies.looking import Stopped, folders_to_read
from app.store import mailboxes, reply_looks
from app.store.schema import Mailbox
from app.store.states import MailboxState
from tests.flow.running import wait_until
from tests.replies.post_room import AT_ONCE, PostRoom
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import LOOPBACK
from tests.web.seed import ANNA, BORIS

SMALL_STEPS = ReplyTimes(round=0.02, settled=timedelta(0), breath=0.0, batch=2, most=3)


def next_at(room: PostRoom) -> timedelta:
    with room.database.reading() as session:
        return session.get_one(reply_looks.ReplyLook, room.mailbox_id).next_at - room.now


def loop_of(room: PostRoom, times: ReplyTimes = AT_ONCE) -> Replies:
    return Replies(room.database, room.keys, LOOPBACK, lambda: room.now, times)


def running(loop: Replies, until: Callable[[], bool]) -> None:
    loop.start()
    try:
        wait_until(until)
    finally:
        loop.stop()


def test_what_was_looked_through_is_not_fetched_again(room: PostRoom) -> None:
    room.send(to=[ANNA])
    room.receive(sender=BORIS)
    assert room.look() == [None]
    room.send("Angebot Frästeile", to=[BORIS], days=2)
    assert room.look() == [None, None]


def test_a_new_uidvalidity_is_read_from_the_beginning_and_changes_nothing_known(room: PostRoom) -> None:
    sent = room.send()
    room.look()
    with room.dovecot.client(room.user) as client:
        assert client.rename("INBOX", "Alt")[0] == "OK"
    room.receive(in_reply_to=sent)
    assert room.look() == [2.0]
    assert room.look() == [2.0]


def test_a_look_ends_at_its_bound_and_the_next_one_goes_on(room: PostRoom) -> None:
    sent = room.send()
    for _ in range(4):
        room.receive("Newsletter", BORIS)
    room.receive(in_reply_to=sent)
    room.looking(SMALL_STEPS).look(room.mailbox_id, Lifeline())
    assert (room.answered(), next_at(room)) == ([None], SMALL_STEPS.soon)
    room.looking(SMALL_STEPS).look(room.mailbox_id, Lifeline())
    assert (room.answered(), next_at(room)) == ([2.0], SMALL_STEPS.every)


def test_a_paused_mailbox_is_left_alone(room: PostRoom) -> None:
    sent = room.send()
    room.receive(in_reply_to=sent)
    with room.database.writing() as session:
        mailboxes.pause(session.get_one(Mailbox, room.mailbox_id), room.now)
    with pytest.raises(Stopped):
        room.look()
    with room.database.reading() as session:
        assert reply_looks.next_due(session, room.now + timedelta(days=9), room.now) is None


@pytest.mark.parametrize("state", [MailboxState.READING, MailboxState.ATTENTION, MailboxState.WAITING])
def test_only_a_mailbox_in_order_is_looked_through(room: PostRoom, state: MailboxState) -> None:
    with room.database.writing() as session:
        assert reply_looks.next_due(session, room.now, room.now) == room.mailbox_id
        mailboxes.enter(session.get_one(Mailbox, room.mailbox_id), state, room.now)
        assert reply_looks.next_due(session, room.now, room.now) is None


def test_a_failed_look_is_put_off(room: PostRoom) -> None:
    room.send()
    with room.database.writing() as session:
        vault = room.keys.of_rep(session, session.get_one(Mailbox, room.mailbox_id).rep_id)
        row = session.get_one(Mailbox, room.mailbox_id)
        row.password = vault.seal_text(f"mailbox/{row.id}/password", "wrong")
    with pytest.raises(LoginRefused):
        room.look()
    assert next_at(room) == AT_ONCE.again


def test_the_loop_finds_answers_by_itself_and_a_restart_goes_on(room: PostRoom) -> None:
    first = room.send(days=4)
    room.receive(in_reply_to=first)
    running(loop_of(room), lambda: room.answered() == [3.0])
    second = room.send("Einladung", [BORIS], days=3)
    room.receive("Re: Einladung", BORIS, in_reply_to=second)
    room.now += timedelta(hours=25)
    running(loop_of(room), lambda: room.answered() == [3.0, 2.0])


def test_a_server_that_hangs_is_cut_off_once_the_mailbox_is_paused(room: PostRoom) -> None:
    greeted, ended = threading.Event(), threading.Event()

    def hang(wire: Wire) -> None:
        greeted.set()
        wire.drain()
        ended.set()

    with ScriptedImap(hang) as server:
        room.send()
        with room.database.writing() as session:
            session.get_one(Mailbox, room.mailbox_id).port = server.port
        loop = loop_of(room, ReplyTimes(round=0.02, settled=timedelta(0), parting=0.1))
        loop.start()
        try:
            assert greeted.wait(20)
            with room.database.writing() as session:
                mailboxes.pause(session.get_one(Mailbox, room.mailbox_id), room.now)
            assert ended.wait(20)
        finally:
            loop.stop()


def test_the_archive_is_read_where_the_server_tells_it() -> None:
    def folder(name: str, *flags: str) -> Folder:
        return Folder(name, frozenset(flags), "/")

    listed = [folder("INBOX"), folder("Sent", "\\Sent"), folder("Alle", "\\All"), folder("Ablage", "\\Archive")]
    assert folders_to_read(listed) == ["INBOX", "Ablage"]
    assert folders_to_read(listed[:3]) == ["INBOX", "Alle"]
    assert folders_to_read(listed[:2]) == ["INBOX"]
