"""Whose turn it is: logins in their pace, one probe to a host in doubt, news before history, due times."""

import uuid
from collections.abc import Iterable
from dataclasses import replace

import pytest
import structlog

from app.mail.errors import LoginRefused, MailboxUnreachable, MailError, ServerBusy
from app.store.states import MailboxState
from app.watch import LoginPace, Progress, WatchTimes
from app.watch.lanes import Lanes
from app.watch.logins import Logins
from app.watch.schedule import Schedule
from app.watch.times import reconcile_in, renewal_in, retry_after
from app.watch.watched import Watched
from tests.flow.running import wait_until
from tests.servers.accounts import free_port
from tests.watch.conftest import QUICK, UNPACED, Rep

UNREACHABLE, HERE, THERE = MailboxUnreachable("timeout"), "imap.here.example:993", "imap.there.example:993"


def a_mailbox(host: str = HERE) -> Watched:
    return Watched(uuid.uuid4(), 0, host, in_history=False)


def queued(pace: LoginPace, hosts: Iterable[str]) -> Logins:
    logins = Logins(pace, WatchTimes())
    for host in hosts:
        logins.add(a_mailbox(host))
    return logins


def started(logins: Logins, now: float) -> list[Watched]:
    return list(iter(lambda: logins.next(now), None))


def proven(logins: Logins, now: float) -> None:
    """The first mailbox in turn connects."""
    watched = logins.next(now)
    assert watched is not None
    logins.done(watched, None, now)


def test_only_so_many_connect_at_once() -> None:
    logins = queued(LoginPace(3, 0, 0), [HERE] * 9)
    proven(logins, 0)
    begun = started(logins, 0)
    assert len(begun) == 3
    logins.done(begun[0], None, 0)
    assert len(started(logins, 0)) == 1


def test_a_host_gets_only_so_many_logins_a_second() -> None:
    logins = queued(LoginPace(100, 0, 5), [HERE] * 100)
    begun = 0
    for tenth in range(100):
        for watched in started(logins, tenth / 10):
            begun += 1
            logins.done(watched, None, tenth / 10)
    assert 35 <= begun <= 65


def test_one_host_in_its_pace_does_not_hold_up_another() -> None:
    logins = queued(LoginPace(100, 0, 5), [HERE, HERE, THERE])
    assert [watched.host for watched in started(logins, 0)] == [HERE, THERE]


def test_all_hosts_together_get_only_so_many_logins_a_second() -> None:
    logins = queued(LoginPace(100, 10, 0), [f"{number}.example:993" for number in range(50)])
    assert len(started(logins, 0)) == 1
    assert logins.next_at() == pytest.approx(0.1, rel=0.21)


def test_a_host_that_fails_is_asked_by_one_and_only_now_and_then() -> None:
    logins = queued(LoginPace(8, 0, 0), [HERE] * 1000)
    begun = 0
    for second in range(0, 600, 10):
        for probe in started(logins, second):
            begun += 1
            logins.done(probe, UNREACHABLE, second + 9)
    assert 8 <= begun <= 40


def test_a_host_that_comes_back_is_proven_by_one() -> None:
    logins = queued(LoginPace(8, 0, 0), [HERE] * 9)
    [probe] = started(logins, 0)
    logins.done(probe, ServerBusy(), 0)
    assert logins.reason(probe) == "server_busy"
    [probe] = started(logins, 100)
    logins.done(probe, None, 100)
    assert len(started(logins, 100)) == 7


def test_a_wrong_password_tells_nothing_of_the_host() -> None:
    logins = queued(LoginPace(8, 0, 0), [HERE] * 3)
    [probe] = started(logins, 0)
    logins.done(probe, LoginRefused(), 0)
    assert len(started(logins, 0)) == 2


def test_a_mailbox_that_is_gone_loses_its_turn() -> None:
    logins = queued(LoginPace(8, 0, 0), [])
    gone, other = a_mailbox(), a_mailbox()
    gone.gone = True
    logins.add(gone)
    logins.add(other)
    assert started(logins, 0) == [other]
    assert logins.waiting == 0


def test_news_go_before_history_and_half_the_workers_never_read_history() -> None:
    lanes = Lanes(8)
    for number in range(6):
        lanes.add(a_mailbox(f"{number}.example:993"), history=True)
    news = a_mailbox()
    lanes.add(news, history=False)
    taken = list(iter(lanes.next, None))
    assert taken[0] is news
    assert len(taken) == 1 + 4


def test_history_is_read_in_turns() -> None:
    lanes = Lanes(1)
    first, second = a_mailbox(), a_mailbox()
    lanes.add(first, history=True)
    lanes.add(second, history=True)
    for expected in (first, second, first, second):
        assert lanes.next() is expected
        lanes.done(expected, None)
        lanes.add(expected, history=True)


def test_a_host_never_holds_all_workers() -> None:
    lanes = Lanes(8)
    for _ in range(20):
        lanes.add(a_mailbox(), history=False)
    assert len(list(iter(lanes.next, None))) == 6
    lanes.add(a_mailbox(THERE), history=False)
    assert lanes.next() is not None


def test_a_host_that_hangs_holds_one_worker() -> None:
    lanes = Lanes(8)
    for _ in range(20):
        lanes.add(a_mailbox(), history=False)
    taken = list(iter(lanes.next, None))
    for watched in taken:
        lanes.done(watched, UNREACHABLE)
    again = list(iter(lanes.next, None))
    assert len(again) == 1
    lanes.done(again[0], None)
    assert len(list(iter(lanes.next, None))) == 6


def test_a_later_due_time_replaces_an_earlier_one() -> None:
    schedule, watched, other = Schedule(), a_mailbox(), a_mailbox()
    schedule.put(watched, 1.0)
    schedule.put(other, 2.0)
    schedule.put(watched, 3.0)
    assert schedule.next_at() == 2.0
    assert [schedule.due(2.5), schedule.due(2.5), schedule.due(3.0)] == [[other], [], [watched]]


@pytest.mark.parametrize(
    ("host", "most"),
    [("imap.mail.yahoo.com:993", 180), ("imap.rambler.ru:993", 55), ("imap.notyahoo.com:993", 360)],
)
def test_idle_is_renewed_before_the_provider_ends_it(host: str, most: float) -> None:
    waits = [renewal_in(WatchTimes(), host) for _ in range(200)]
    assert most * 0.6 < min(waits) < max(waits) <= most


def test_the_folder_is_opened_anew_within_a_quarter_of_an_hour() -> None:
    waits = [reconcile_in(WatchTimes()) for _ in range(200)]
    assert 300 < min(waits) < max(waits) <= 900


@pytest.mark.parametrize(
    ("error", "failures", "least", "most"),
    [
        (UNREACHABLE, 1, 1, 2),
        (UNREACHABLE, 100, 150, 300),
        (ServerBusy("too_many_connections"), 1, 30, 60),
        (ServerBusy("too_many_connections"), 100, 450, 900),
        (LoginRefused(), 2, 900, 900),
    ],
)
def test_the_wait_after_a_failure_fits_its_reason(error: MailError, failures: int, least: float, most: float) -> None:
    for _ in range(50):
        assert least <= (retry_after(error, failures, WatchTimes()).seconds or 0) <= most


def test_a_refused_login_is_not_tried_for_ever() -> None:
    assert retry_after(LoginRefused(), 3, WatchTimes()).seconds is None


def test_a_mailbox_that_waits_for_its_turn_says_so(rep: Rep) -> None:
    other = rep.dovecot.new_user()
    rep.join(replace(rep.account, address=other, username=other))
    with rep.watching(replace(QUICK, queue_shown=0.0), LoginPace(2, 0, 0.001)) as watcher:
        wait_until(lambda: {row.reason for row in rep.every()} == {None, "waiting_turn"})
        wait_until(lambda: watcher.progress == Progress(wanted=2, watched=1, waiting=1))
    assert {row.state for row in rep.every()} == {MailboxState.WATCHED, MailboxState.WAITING}


def test_the_log_says_how_far_signing_in_is_and_when_it_is_done(rep: Rep) -> None:
    other = rep.dovecot.new_user()
    rep.join(replace(rep.account, address=other, username=other))
    with structlog.testing.capture_logs() as lines, rep.watching(QUICK, LoginPace(2, 0, 1.0)):
        wait_until(lambda: "signed in to mailboxes" in {line["event"] for line in lines})
    said = [line for line in lines if "mailboxes" in line["event"]]
    assert [line["event"] for line in said] == ["signing in to mailboxes", "signed in to mailboxes"]
    assert (said[0]["wanted"], said[0]["waiting"] > 0) == (2, True)


def test_the_mailboxes_of_a_server_that_is_down_wait_for_one_of_them(rep: Rep) -> None:
    port = free_port()
    for number in range(3):
        rep.join(replace(rep.account, username=f"rep{number}", port=port))
    with rep.watching(replace(QUICK, queue_shown=0.0, first_retry=60, longest_retry=60), UNPACED):
        wait_until(lambda: [row.reason for row in rep.every()].count("unreachable") == 3)
        wait_until(lambda: rep.mailbox().state is MailboxState.WATCHED)
    assert sorted(row.failures for row in rep.every()) == [0, 0, 0, 1]
