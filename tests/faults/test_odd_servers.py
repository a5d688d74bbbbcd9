"""The whole service on servers with ways of their own: each is Dovecot, but for the one thing that a test names."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.connect import ConnectRequest, prove
from app.mail.imap_values import TlsMode
from app.store.schema import Nudge
from app.store.states import MailboxState, NudgeState
from classifier import Judge
from tests.faults.odd import idle_then, in_the_middle_of_a_fetch
from tests.flow.mails import PEOPLE, REP
from tests.flow.running import wait_until
from tests.model.letters import letter_id, round_letter
from tests.model.rig import OPEN, Rig
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault
from tests.servers.odd_imap import OddImap, bye, status
from tests.servers.scripted_imap import ScriptedImap, Wire

Open = Callable[..., tuple[Rig, OddImap]]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge.load()


@pytest.fixture
def on(tmp_path: Path, dovecot: Dovecot, judge: Judge, scripted_imap: Callable[..., ScriptedImap]) -> Iterator[Open]:
    """A rep on a server that hides capabilities and answers some commands in its own way."""
    rigs: list[Rig] = []

    def start(*hidden: str) -> tuple[Rig, OddImap]:
        odd = OddImap(dovecot.imap_port, hidden)
        rigs.append(Rig(tmp_path, dovecot, judge, scripted_imap(odd).port))
        rigs[-1].watch()
        return rigs[-1], odd

    yield start
    for rig in rigs:
        rig.close()


def send_round(rig: Rig) -> None:
    for number, person in enumerate(PEOPLE):
        rig.file(round_letter(0, person, number, rig.now()), rig.now())


def send_and_settle(rig: Rig) -> None:
    send_round(rig)
    rig.watch()
    rig.pass_time(11)


def nudge_row(rig: Rig) -> Nudge:
    with rig.database.reading() as session:
        return session.scalars(select(Nudge).where(Nudge.state != NudgeState.SILENT)).one()


@pytest.mark.parametrize(
    "words",
    [
        "NO [OVERQUOTA] Quota exceeded",
        "NO [NOPERM] INBOX may not be written to",
        "NO [READ-ONLY] INBOX is read-only",
        "NO [UNAVAILABLE] backend down",
        "NO [TRYCREATE] no INBOX",
        "BAD what is APPEND",
    ],
)
def test_a_refused_nudge_stays_planned_and_comes_when_it_is_taken(on: Open, words: str) -> None:
    rig, odd = on()
    send_and_settle(rig)
    odd.answers["APPEND"] = status(words)
    rig.deliver()
    row = nudge_row(rig)
    assert (row.state, row.attempts, rig.nudges()) == (NudgeState.PLANNED, 0, [])
    assert row.last_error
    odd.answers.clear()
    rig.pass_time(61)
    rig.deliver()
    assert len(rig.nudges()) == 1


@pytest.mark.parametrize("command", ["EXAMINE", "AUTHENTICATE", "UID SEARCH", "CAPABILITY"])
def test_a_busy_server_is_waited_for_and_nothing_is_lost(on: Open, command: str) -> None:
    rig, odd = on()
    odd.once(command, status("NO [UNAVAILABLE] try again later"), times=3)
    send_round(rig)
    rig.watch()
    assert len(rig.judged()) == len(PEOPLE)


def test_a_refused_password_asks_the_rep_and_a_server_that_was_wrong_is_tried_again(on: Open) -> None:
    rig, odd = on()
    odd.answers["AUTHENTICATE"] = status("NO [AUTHENTICATIONFAILED] Authentication failed.")
    with rig.loops.watching():
        wait_until(lambda: rig.mailbox().state is MailboxState.ATTENTION)
        assert rig.mailbox().reason == "login_refused"
        odd.answers.clear()
        wait_until(lambda: rig.mailbox().state is MailboxState.WATCHED)


def test_one_wrong_refusal_after_a_long_outage_does_not_end_the_watching(on: Open) -> None:
    """A server that comes up again refuses passwords until its own directory is up as well."""
    rig, odd = on()

    def refuse(wire: Wire, tag: str) -> None:
        odd.once("AUTHENTICATE", status("NO [AUTHENTICATIONFAILED] Authentication failed."))
        wire.close()
        assert tag

    odd.once("CAPABILITY", lambda wire, _tag: wire.close(), times=5)
    with rig.loops.watching():
        wait_until(lambda: rig.mailbox().failures >= 5)
        odd.once("CAPABILITY", refuse)
        wait_until(lambda: rig.mailbox().state is MailboxState.WATCHED)


def test_a_goodbye_in_the_middle_of_a_fetch_loses_and_doubles_nothing(on: Open) -> None:
    rig, odd = on()
    odd.once("UID FETCH", in_the_middle_of_a_fetch, times=2)
    send_round(rig)
    rig.watch()
    assert sorted(row.message_id for row in rig.judged()) == [letter_id(0, number) for number in range(5)]


def test_a_goodbye_in_idle_is_followed_by_a_new_watch(on: Open) -> None:
    rig, odd = on()
    odd.once("IDLE", idle_then(bye()), times=2)
    with rig.loops.watching():
        wait_until(lambda: "IDLE" not in odd.answers)
        send_round(rig)
        wait_until(lambda: len(rig.judged()) == len(PEOPLE))


def test_news_before_the_go_ahead_for_idle_is_no_reason_to_give_up_idle(on: Open) -> None:
    rig, odd = on()
    odd.once("IDLE", idle_then(lambda wire, tag: wire.send(f"{tag} OK idle ended"), b"* 99 EXISTS\r\n"))
    with rig.loops.watching():
        wait_until(lambda: "IDLE" not in odd.answers)
        send_round(rig)
        wait_until(lambda: len(rig.judged()) == len(PEOPLE))


def test_without_idle_the_folder_is_polled(on: Open) -> None:
    rig, _ = on("IDLE")
    with rig.loops.watching():
        send_round(rig)
        wait_until(lambda: len(rig.judged()) == len(PEOPLE))


def test_without_uidplus_a_nudge_arrives_and_a_late_second_copy_stays(on: Open) -> None:
    """What cannot be removed without touching other mail is left where it is."""
    rig, _ = on("UIDPLUS")
    send_and_settle(rig)
    rig.break_line_once(Fault.RESET, 7000)
    rig.deliver()
    rig.pass_time(2)
    rig.deliver()
    rig.pass_time(2)
    rig.deliver()
    [nudge] = rig.nudges()
    rig.file(nudge.as_bytes(), rig.now(), "INBOX")
    rig.pass_time(11)
    rig.deliver()
    assert len(rig.nudges()) == 2
    assert nudge_row(rig).verify_at is None


def test_a_read_only_inbox_keeps_a_second_copy_and_is_not_asked_for_ever(on: Open) -> None:
    rig, odd = on()
    send_and_settle(rig)
    rig.deliver()
    [nudge] = rig.nudges()
    rig.file(nudge.as_bytes(), rig.now(), "INBOX")
    with rig.database.writing() as session:
        session.scalars(select(Nudge)).one().verify_at = rig.now()
    odd.answers["UID STORE"] = status("NO [READ-ONLY] this folder may not be changed")
    rig.deliver()
    assert len(rig.nudges()) == 2


def test_without_special_use_the_sent_folder_is_found_by_name(
    dovecot: Dovecot, scripted_imap: Callable[..., ScriptedImap]
) -> None:
    user = dovecot.new_user(f"ohne.{uuid.uuid4().hex[:6]}")
    server = scripted_imap(OddImap(dovecot.imap_port, ("SPECIAL-USE", "\\\\Sent")))
    request = ConnectRequest(REP, dovecot.password, "127.0.0.1", server.port, TlsMode.NONE, user)
    proof = prove(request, OPEN)
    assert proof.chosen is not None
    assert proof.chosen.name == "Sent"


def test_a_half_open_line_is_given_up_and_nothing_is_lost(on: Open) -> None:
    rig, _ = on()
    rig.break_line_once(Fault.HALF_OPEN, 900)
    send_round(rig)
    rig.watch()
    assert len(rig.judged()) == len(PEOPLE)
