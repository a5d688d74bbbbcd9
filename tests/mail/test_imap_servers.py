"""What servers say at the wrong moment, one session at a time. The table in `docs/reliability.md` names these tests."""

from collections.abc import Callable

import pytest

from app.mail import errors
from app.mail.imap import MailSession, Timeouts
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import IMPATIENT, NOW, PATIENT, mail, scripted_session

Scripted = Callable[..., ScriptedImap]
NUDGE_ID = "<nudge.1@zuruf.invalid>"
READ_ONLY = "OK [READ-ONLY] done"

ASKS: dict[str, Callable[[MailSession], object]] = {
    "EXAMINE": lambda session: session.examine("INBOX"),
    "UID SEARCH": lambda session: session.uids_after(2),
    "UID FETCH": lambda session: session.fetch([1, 2]),
    "LIST": lambda session: session.list_folders(),
}


def opened(server: ScriptedImap, timeouts: Timeouts = PATIENT) -> MailSession:
    session = scripted_session(server, timeouts=timeouts)
    session.examine("Sent")
    return session


@pytest.mark.parametrize("command", ASKS)
def test_a_server_that_is_unavailable_is_waited_for_whatever_was_asked(scripted_imap: Scripted, command: str) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine()
        wire.answer(command, status="NO [UNAVAILABLE] back in a minute")
        wire.answer("NOOP")

    with opened(scripted_imap(script)) as session:
        with pytest.raises(errors.ServerBusy):
            ASKS[command](session)
        session.noop()


@pytest.mark.parametrize("command", ASKS)
def test_a_goodbye_in_place_of_an_answer_ends_the_session(scripted_imap: Scripted, command: str) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine()
        wire.expect(command)
        wire.send("* BYE Autologout; idle for too long")
        wire.close()

    with opened(scripted_imap(script)) as session:
        for _ in range(2):
            with pytest.raises(errors.MailboxUnreachable):
                ASKS[command](session)


@pytest.mark.parametrize(("words", "kind"), [("", errors.MailboxUnreachable), ("[UNAVAILABLE]", errors.ServerBusy)])
def test_a_goodbye_between_two_messages_of_a_fetch_is_no_answer(
    scripted_imap: Scripted, words: str, kind: type[errors.MailError]
) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine()
        wire.expect("UID FETCH")
        wire.send("* 1 FETCH (UID 1 FLAGS ())")
        wire.send(f"* BYE {words} going down")
        wire.close()

    with opened(scripted_imap(script)) as session, pytest.raises(kind):
        session.fetch([1, 2])


def test_a_server_that_falls_silent_in_a_fetch_is_given_up(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine()
        wire.expect("UID FETCH")
        wire.send(b"* 1 FETCH (UID 1 BODY[HEADER]<0> {500}\r\nSubject: a")
        wire.hold()

    with opened(scripted_imap(script), IMPATIENT) as session, pytest.raises(errors.MailboxUnreachable) as caught:
        session.fetch([1])
    assert caught.value.code == "timeout"


def test_an_inbox_that_may_not_be_opened_is_told(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.answer("EXAMINE", status="NO [NOPERM] Permission denied")
        wire.answer("NOOP")

    with scripted_session(scripted_imap(script)) as session:
        with pytest.raises(errors.FolderMissing):
            session.examine("INBOX")
        session.noop()


def test_no_flag_is_set_in_a_folder_that_opens_read_only(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.answer("SELECT", "* 2 EXISTS", "* OK [UIDVALIDITY 7] stable", "* OK [UIDNEXT 3] next", status=READ_ONLY)
        wire.answer("UID SEARCH", "* SEARCH 1 2")
        fetched = [
            f"* {uid} FETCH (UID {uid} BODY[HEADER.FIELDS (MESSAGE-ID)] {{40}}\r\nMessage-ID: {NUDGE_ID}\r\n\r\n)"
            for uid in (1, 2)
        ]
        wire.answer("UID FETCH", *fetched)
        wire.answer("UID STORE", status="NO [READ-ONLY] this folder may not be changed")

    server = scripted_imap(script)
    with scripted_session(server) as session, pytest.raises(errors.MailError):
        session.delete_duplicate("INBOX", 2, NUDGE_ID)
    server.stop()
    assert not any(b"EXPUNGE" in line for line in server.lines)


@pytest.mark.parametrize("words", ["[READ-ONLY] no", "[NOPERM] no", "[OVERQUOTA] no", "[UNAVAILABLE] no", "no"])
def test_a_refused_append_leaves_the_session_in_step(scripted_imap: Scripted, words: str) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine()
        tag = wire.expect("APPEND")
        wire.read_literal()
        wire.send(f"{tag} NO {words}")
        wire.answer("NOOP")

    with opened(scripted_imap(script)) as session:
        with pytest.raises(errors.MailError):
            session.append("INBOX", mail(), NOW)
        session.noop()


def test_an_append_whose_answer_never_comes_may_have_arrived(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.expect("APPEND")
        wire.read_literal()
        wire.hold()

    session = scripted_session(scripted_imap(script), timeouts=IMPATIENT)
    with session, pytest.raises(errors.MailboxUnreachable):
        session.append("INBOX", mail(), NOW)
