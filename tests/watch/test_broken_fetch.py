"""A message that breaks the connection is told from an outage, set aside, and tried again by another version."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.intake import Intake
from app.mail.errors import MailError
from app.mail.imap import MailSession
from app.store.mailboxes import Account
from app.store.schema import Quarantined
from app.store.states import MailboxState
from app.watch.reading import BATCH, FAILURES_ALONE
from classifier import Judge
from tests.flow.running import wait_until
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.sessions import IMPATIENT, scripted_session
from tests.watch.conftest import Post, real_now
from tests.watch.scripted_folder import Fault, ScriptedFolder

MOST_TURNS = 20
JUDGE = Judge.load()


class Office(Post):
    """A mailbox on a scripted server, worked on turn by turn as the watcher does, with its backoff left out."""

    def __init__(self, directory: Path, start: Callable[..., ScriptedImap], folder: ScriptedFolder) -> None:
        self.folder = folder
        self.server = start(folder)
        super().__init__(directory, Account("jonas@k.example", "127.0.0.1", self.server.port, "none", "j", "p", True))

    def session(self) -> MailSession:
        return scripted_session(self.server, timeouts=IMPATIENT)

    def persist(self) -> int:
        """Connect anew after each failure until all is read; how often it failed. A restart lies between any two."""
        for failures in range(MOST_TURNS):
            self.restart()
            try:
                self.catch_up()
            except MailError:
                continue
            return failures
        return MOST_TURNS

    def restart(self, version: str = "1") -> None:
        self.intake = Intake(self.database, self.keys, JUDGE, real_now, version=version)

    def known(self) -> set[int]:
        return {send.uid for send in self.sends()}


@pytest.fixture
def office(tmp_path: Path, scripted_imap: Callable[..., ScriptedImap]) -> Iterator[Callable[..., Office]]:
    offices: list[Office] = []

    def open_office(uids: range, fault: Fault = lambda *_: None) -> Office:
        offices.append(Office(tmp_path, scripted_imap, ScriptedFolder(uids, fault)))
        return offices[-1]

    yield open_office
    for one in offices:
        one.database.close()


Offices = Callable[..., Office]


@pytest.mark.parametrize("fault", ["close", "hang", "garbage", "BYE internal error", "BYE [UNAVAILABLE] later"])
def test_a_message_that_breaks_the_connection_is_set_aside_and_all_others_get_through(
    office: Offices, fault: str
) -> None:
    post = office(range(1, 31), lambda uid, _: fault if uid == 17 else None)
    assert post.persist() < 12
    assert post.known() == set(range(1, 31)) - {17}
    assert [row.uid for row in post.quarantined()] == [17]
    assert post.mailbox().last_uid == 30
    assert (post.mailbox().fetch_step, post.mailbox().fetch_until) == (None, None)


def test_two_neighbours_that_break_the_connection_are_both_set_aside(office: Offices) -> None:
    post = office(range(1, 31), lambda uid, _: "close" if uid in (17, 18) else None)
    post.persist()
    assert {row.uid for row in post.quarantined()} == {17, 18}
    assert post.known() == set(range(1, 31)) - {17, 18}


def test_a_text_that_breaks_the_connection_is_set_aside_though_its_header_is_sound(office: Offices) -> None:
    post = office(range(1, 11), lambda uid, items: "close" if uid == 4 and "BODYSTRUCTURE" not in items else None)
    post.persist()
    assert [row.uid for row in post.quarantined()] == [4]


def test_a_single_new_message_that_breaks_the_connection_is_set_aside_after_three_tries(office: Offices) -> None:
    post = office(range(1, 6))
    post.persist()
    post.folder.uids, post.folder.fault = range(1, 7), lambda uid, _: "close" if uid == 6 else None
    assert post.persist() == 3
    assert [(row.uid, row.reason) for row in post.quarantined()] == [(6, "connection_lost")]


def test_an_outage_sets_nothing_aside_however_long_it_takes(office: Offices) -> None:
    """Login and folder work, but no FETCH does."""
    post = office(range(1, 31), lambda *_: "close")
    assert post.persist() == MOST_TURNS
    assert post.quarantined() == []
    post.folder.fault = lambda *_: None
    assert post.persist() == 0
    assert post.known() == set(range(1, 31))


def test_a_healthy_message_that_failed_in_an_outage_is_read_after_it(office: Offices) -> None:
    post = office(range(1, 6))
    post.persist()
    post.folder.uids, post.folder.fault = range(1, 7), lambda *_: "close"
    assert post.persist() == MOST_TURNS
    post.folder.fault = lambda *_: None
    assert post.persist() == 0
    assert post.quarantined() == []
    assert 6 in post.known()


def test_a_lone_message_that_breaks_the_connection_waits_however_long_a_bad_line_lasts(office: Offices) -> None:
    post = office(range(1, 2), lambda *_: "close")
    assert post.persist() == MOST_TURNS
    post.folder.fault = lambda *_: None
    assert post.persist() == 0
    assert (post.quarantined(), post.known()) == ([], {1})


def test_a_lone_message_that_breaks_the_connection_is_set_aside_once_another_can_be_read(office: Offices) -> None:
    post = office(range(1, 2), lambda uid, _: "close" if uid == 1 else None)
    for _ in range(FAILURES_ALONE):
        with pytest.raises(MailError):
            post.catch_up()
    post.folder.uids = range(1, 3)
    assert post.persist() < MOST_TURNS
    assert [row.uid for row in post.quarantined()] == [1]
    assert post.known() == {2}


def test_failures_to_connect_count_for_nothing(office: Offices) -> None:
    post = office(range(1, 6))
    post.server.stop()
    with pytest.raises(MailError):
        post.catch_up()
    assert (post.mailbox().fetch_failures, post.mailbox().fetch_step) == (0, None)


def test_a_large_batch_is_narrowed_in_few_steps_and_grows_again(office: Offices) -> None:
    post = office(range(1, BATCH + 41), lambda uid, _: "close" if uid == 150 else None)
    assert post.persist() < 12
    assert len(post.folder.fetched()[-1]) == 40
    assert post.known() == set(range(1, BATCH + 41)) - {150}


def test_another_version_tries_once_more_and_the_mail_takes_its_place(office: Offices) -> None:
    post = office(range(1, 6), lambda uid, _: "close" if uid == 3 else None)
    post.persist()
    post.folder.fault = lambda *_: None
    post.persist()
    assert [row.uid for row in post.quarantined()] == [3]
    post.restart("2")
    post.catch_up()
    assert post.quarantined() == []
    assert post.known() == {1, 2, 3, 4, 5}
    assert post.mailbox().last_uid == 5


def test_a_mail_that_still_breaks_the_connection_is_tried_once_by_each_version(office: Offices) -> None:
    post = office(range(1, 6), lambda uid, _: "close" if uid == 3 else None)
    post.persist()
    post.restart("2")
    with pytest.raises(MailError):
        post.catch_up()
    asked = len(post.folder.fetched())
    post.catch_up()
    assert len(post.folder.fetched()) == asked
    assert [(row.uid, row.version) for row in post.quarantined()] == [(3, "2")]


def test_a_good_mail_that_a_bad_line_had_set_aside_is_read_after_a_while(office: Offices) -> None:
    post = office(range(1, 6), lambda uid, _: "close" if uid == 4 else None)
    post.persist()
    post.folder.fault = lambda *_: None
    post.catch_up()
    assert post.known() == {1, 2, 3, 5}
    with post.database.writing() as session:
        (row,) = session.scalars(select(Quarantined))
        row.seen_at = row.tried_at = real_now() - timedelta(seconds=61)
    post.catch_up()
    assert (post.known(), post.quarantined()) == ({1, 2, 3, 4, 5}, [])


def test_a_mail_that_still_breaks_the_connection_is_left_alone_for_longer_each_time(office: Offices) -> None:
    post = office(range(1, 6), lambda uid, _: "close" if uid == 4 else None)
    post.persist()
    with post.database.writing() as session:
        (row,) = session.scalars(select(Quarantined))
        row.seen_at, row.tried_at = real_now() - timedelta(hours=3), real_now() - timedelta(hours=1)
    assert post.persist() == 0
    with post.database.writing() as session:
        (row,) = session.scalars(select(Quarantined))
        row.tried_at = real_now() - timedelta(hours=2)
    assert post.persist() == 1


def test_a_mail_that_was_set_aside_and_is_gone_is_forgotten(office: Offices) -> None:
    post = office(range(1, 6), lambda uid, _: "close" if uid == 3 else None)
    post.persist()
    post.folder.uids = [1, 2, 4, 5]
    post.restart("2")
    post.catch_up()
    assert post.quarantined() == []


def test_a_new_numbering_forgets_what_was_set_aside_under_the_old_one(office: Offices) -> None:
    post = office(range(1, 6), lambda uid, _: "close" if uid == 3 else None)
    post.persist()
    post.folder.uidvalidity, post.folder.fault = 8, lambda *_: None
    post.persist()
    assert post.quarantined() == []
    assert post.known() == {1, 2, 3, 4, 5}


def test_the_running_watcher_gets_past_it_by_itself(office: Offices) -> None:
    post = office(range(1, 11), lambda uid, _: "close" if uid == 4 else None)
    watcher = post.watcher()
    watcher.start()
    try:
        wait_until(lambda: post.known() == set(range(1, 11)) - {4})
        wait_until(lambda: post.mailbox().state is MailboxState.WATCHED)
    finally:
        watcher.stop()
    assert [row.uid for row in post.quarantined()] == [4]
