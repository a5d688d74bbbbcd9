"""Tests of an open session on a real server: folders, searching, appending; and of servers that answer oddly."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from app.mail import errors
from app.mail.imap import Appended, Folder
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import CAPABILITIES, ScriptedImap, Wire
from tests.servers.sessions import IMPATIENT, NOW, dovecot_session, mail, scripted_session

Scripted = Callable[..., ScriptedImap]
NUDGE_ID = "<nudge.1@zuruf.example>"


def test_folders_are_listed_with_readable_names_and_flags(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot.client(user) as client:
        client.create('"Entw&APw-rfe &- &MGo-"')
    with dovecot_session(dovecot, user) as session:
        folders = {folder.name: folder for folder in session.list_folders()}
        assert folders.keys() == {"INBOX", "Sent", "Entwürfe & な"}
        assert "\\Sent" in folders["Sent"].flags
        assert session.examine("Entwürfe & な").exists == 0


def test_an_opened_folder_tells_its_state(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    for _ in range(3):
        dovecot.append(user, mail())
    with dovecot_session(dovecot, user) as session:
        state = session.examine("Sent")
        assert (state.exists, state.uidnext) == (3, 4)
        assert state.uidvalidity > 0


def test_of_a_huge_header_only_the_beginning_is_fetched_to_find_answers(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    filler = b"".join(b" <%d@x.example>\r\n" % number for number in range(5000))
    dovecot.append(
        user, b"From: anna@x.example\r\nReferences:" + filler + b"In-Reply-To: <late@x.example>\r\n\r\nHi\r\n"
    )
    with dovecot_session(dovecot, user) as session:
        session.examine("Sent")
        [found] = session.fetch_incoming([1])
    assert "<0@x.example>" in found.answers
    assert "<late@x.example>" not in found.answers


def test_a_missing_folder_is_told_and_the_session_goes_on(dovecot: Dovecot) -> None:
    with dovecot_session(dovecot, dovecot.new_user()) as session:
        with pytest.raises(errors.FolderMissing):
            session.examine("Gesendet")
        assert session.examine("Sent").exists == 0


def test_the_search_for_later_messages_does_not_return_the_last_known_one(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    last = [dovecot.append(user, mail()) for _ in range(3)][-1]
    with dovecot_session(dovecot, user, "Sent") as session:
        assert session.uids_after(0) == [1, 2, 3]
        assert session.uids_after(1) == [2, 3]
        assert session.uids_after(last) == []
        assert session.uids_after(last + 1000) == []


def test_messages_are_found_by_the_day_they_were_filed(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, mail(), when="01-Mar-2026 12:00:00 +0000")
    dovecot.append(user, mail(), when="31-May-2026 12:00:00 +0000")
    with dovecot_session(dovecot, user, "Sent") as session:
        assert session.uids_since(date(2026, 3, 2)) == [2]
        assert session.uids_since(date(2026, 3, 1)) == [1, 2]


def test_messages_are_found_by_their_sender(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, mail().replace(b"jonas@", b"anna.weber@"), "INBOX")
    dovecot.append(user, mail(), "INBOX")
    with dovecot_session(dovecot, user, "INBOX") as session:
        assert session.uids_from("anna.weber@keller-maschinen.example") == [1]
        assert session.uids_from("änna@keller-maschinen.example") == []


def test_only_the_exact_message_id_is_found(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    for stored in ("<abc-1@x>", "<abc-12@x>", "<ABC-1@x>", "<zabc-1@x>", "<abc-1@x>"):
        dovecot.append(user, mail(message_id=stored), "INBOX")
    with dovecot_session(dovecot, user, "INBOX") as session:
        assert session.find_message_id("<abc-1@x>") == [1, 5]
        assert session.find_message_id("<abc@x>") == []


def test_a_message_id_without_brackets_is_not_searched_for(dovecot: Dovecot) -> None:
    with (
        dovecot_session(dovecot, dovecot.new_user(), "INBOX") as session,
        pytest.raises(errors.UnsafeArgument),
    ):
        session.find_message_id("abc-1@x")


def test_message_ids_are_read_also_where_folded_or_missing(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, b"Message-ID:\n <1@x>\nSubject: a\n\nb\n")
    dovecot.append(user, b"Subject: a\n\nb\n")
    with dovecot_session(dovecot, user, "Sent") as session:
        assert session.fetch_ids([1, 2, 3]) == {1: "<1@x>", 2: None}
        assert session.fetch_ids([]) == {}


def test_an_appended_message_is_unseen_and_dated_and_has_crlf(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot_session(dovecot, user) as session:
        appended = session.append("INBOX", b"Subject: a\nX: b\r\n\nbody\n", NOW)
        state = session.examine("INBOX")
        (fetched,) = session.fetch([1])
    (stored,) = dovecot.messages(user)
    assert appended == Appended(state.uidvalidity, stored.uid)
    assert (stored.raw, stored.flags) == (b"Subject: a\r\nX: b\r\n\r\nbody\r\n", frozenset())
    assert fetched.internal_date == NOW  # type: ignore[union-attr] # an Unfetchable would fail here as well


def test_an_append_to_a_missing_folder_is_told(dovecot: Dovecot) -> None:
    with dovecot_session(dovecot, dovecot.new_user()) as session:
        with pytest.raises(errors.AppendRefused, match="inbox_missing"):
            session.append("Nudges", mail(), NOW)
        session.noop()


def test_a_message_with_a_nul_is_not_sent(dovecot: Dovecot) -> None:
    with dovecot_session(dovecot, dovecot.new_user()) as session, pytest.raises(errors.UnsafeArgument):
        session.append("INBOX", b"Subject: a\n\n\0", NOW)


def test_a_server_stores_the_same_message_id_twice_and_the_newer_copy_can_be_removed(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot_session(dovecot, user) as session:
        first, second = (session.append("INBOX", mail(message_id=NUDGE_ID), NOW) for _ in range(2))
        assert first.uid != second.uid
        assert session.delete_duplicate("INBOX", second.uid or 0, NUDGE_ID)
        assert session.find_message_id(NUDGE_ID) == [first.uid]
    assert len(dovecot.messages(user)) == 1


@pytest.mark.parametrize(("uid", "message_id"), [(1, NUDGE_ID), (2, NUDGE_ID), (3, "<2@x>"), (9, NUDGE_ID)])
def test_nothing_but_a_newer_copy_of_the_same_message_is_ever_removed(
    dovecot: Dovecot, uid: int, message_id: str
) -> None:
    user = dovecot.new_user()
    dovecot.append(user, mail(message_id=NUDGE_ID), "INBOX")
    dovecot.append(user, mail(message_id="<2@x>"), "INBOX")
    dovecot.append(user, mail(message_id=NUDGE_ID), "INBOX")
    with dovecot_session(dovecot, user) as session:
        assert not session.delete_duplicate("INBOX", uid, message_id)
    assert [(stored.uid, "\\Deleted" in stored.flags) for stored in dovecot.messages(user)] == [
        (1, False),
        (2, False),
        (3, False),
    ]


def test_a_folder_that_was_replaced_has_another_uidvalidity(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, mail())
    with dovecot_session(dovecot, user) as session:
        before = session.examine("Sent")
        with dovecot.client(user) as client:
            client.rename("Sent", "Sent-old")
            client.create("Sent")
        after = session.examine("Sent")
    assert after.uidvalidity != before.uidvalidity
    assert (after.uidnext, after.exists) == (1, 0)


def test_a_broken_connection_is_told_once_and_ever_after(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.expect("NOOP")
        wire.close()

    session = scripted_session(scripted_imap(script))
    for _ in range(2):
        with pytest.raises(errors.MailboxUnreachable):
            session.noop()
    session.close()
    session.close()
    assert session.fileno() == -1


def test_a_late_answer_is_never_taken_for_that_of_the_next_command(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        tag = wire.expect("LIST")
        wire.send_split(*[b""] * 8, b"* LIST () NIL late\r\n", f"{tag} OK late\r\n".encode())

    server = scripted_imap(script)
    with scripted_session(server, timeouts=IMPATIENT) as session:
        for _ in range(2):
            with pytest.raises(errors.MailboxUnreachable):
                session.list_folders()
    server.stop()
    assert sum(b"LIST" in line for line in server.lines) == 1


def answering(
    command: str, *untagged: str, status: str = "OK done", capabilities: str = CAPABILITIES
) -> Callable[[Wire], None]:
    def script(wire: Wire) -> None:
        wire.log_in(capabilities)
        wire.examine()
        wire.answer(command, *untagged, status=status)

    return script


@pytest.mark.parametrize(
    "lines",
    [("* SEARCH 3 5 4",), ("* SEARCH  3 4 5 ",), ("* SEARCH 3", "* SEARCH 4 5"), ("* SEARCH 5 4 3 3", "* 9 EXISTS")],
)
def test_search_answers_are_understood_in_every_shape(scripted_imap: Scripted, lines: tuple[str, ...]) -> None:
    with scripted_session(scripted_imap(answering("UID SEARCH UID 3:*", *lines))) as session:
        session.examine("Sent")
        assert session.uids_after(2) == [3, 4, 5]


def test_an_empty_search_answer_is_empty(scripted_imap: Scripted) -> None:
    with scripted_session(scripted_imap(answering("UID SEARCH"))) as session:
        session.examine("Sent")
        assert session.uids_after(2) == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("NO [UNAVAILABLE] try later", errors.ServerBusy),
        ("NO no idea", errors.ProtocolBroken),
        ("BAD what?", errors.ProtocolBroken),
    ],
)
def test_a_refused_command_is_told_apart_from_a_busy_server(
    scripted_imap: Scripted, status: str, kind: type[errors.MailError]
) -> None:
    with scripted_session(scripted_imap(answering("UID SEARCH", status=status))) as session:
        session.examine("Sent")
        with pytest.raises(kind):
            session.uids_after(2)


@pytest.mark.parametrize("line", ["garbage", "* LIST (", "* 1 FETCH {9999999999}", "A99 OK surprise"])
def test_what_is_no_imap_ends_the_session_with_an_error_of_ours(scripted_imap: Scripted, line: str) -> None:
    with scripted_session(scripted_imap(answering("LIST", line))) as session:
        session.examine("Sent")
        with pytest.raises(errors.ProtocolBroken):
            session.list_folders()


def test_a_folder_without_uidvalidity_is_not_used(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.answer("EXAMINE", "* 2 EXISTS")

    with scripted_session(scripted_imap(script)) as session, pytest.raises(errors.ProtocolBroken) as caught:
        session.examine("Sent")
    assert caught.value.code == "uidvalidity_missing"


def test_a_server_that_does_not_tell_the_next_uid_is_asked_for_the_last(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.answer("EXAMINE", "* 2 EXISTS", "* OK [UIDVALIDITY 7] stable")
        wire.answer("UID SEARCH UID *", "* SEARCH 41")

    with scripted_session(scripted_imap(script)) as session:
        assert session.examine("Sent").uidnext == 42


def list_script(capabilities: str, *steps: tuple[str, str]) -> Callable[[Wire], None]:
    def script(wire: Wire) -> None:
        wire.log_in(capabilities)
        for command, line in steps:
            wire.answer(command, line)

    return script


@pytest.mark.parametrize(
    ("capabilities", "steps"),
    [
        (
            "IMAP4rev1 AUTH=PLAIN SPECIAL-USE LIST-EXTENDED",
            [
                ('LIST "" "*"', '* LIST () "/" "[Gmail]/Gesendet"'),
                ('LIST "" "*" RETURN (SPECIAL-USE)', '* LIST (\\Sent) "/" "[Gmail]/Gesendet"'),
            ],
        ),
        (
            "IMAP4rev1 AUTH=PLAIN XLIST",
            [
                ('LIST "" "*"', '* LIST () "/" "[Gmail]/Gesendet"'),
                ('XLIST "" "*"', '* XLIST (\\Sent) "/" "[Gmail]/Gesendet"'),
            ],
        ),
    ],
)
def test_special_uses_are_asked_for_where_a_plain_list_does_not_tell_them(
    scripted_imap: Scripted, capabilities: str, steps: list[tuple[str, str]]
) -> None:
    with scripted_session(scripted_imap(list_script(capabilities, *steps))) as session:
        assert session.list_folders() == [Folder("[Gmail]/Gesendet", frozenset({"\\Sent"}), "/")]


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        ('* LIST () NIL "Sent"', Folder("Sent", frozenset(), None)),
        ('* LIST (\\Noselect) "." 2024', Folder("2024", frozenset({"\\Noselect"}), ".")),
        ('* LIST () "/" "Gesendet \xe4"', Folder("Gesendet ä", frozenset(), "/")),
    ],
)
def test_odd_folder_lines_are_read(scripted_imap: Scripted, line: str, folder: Folder) -> None:
    with scripted_session(scripted_imap(list_script("IMAP4rev1 AUTH=PLAIN", ("LIST", line)))) as session:
        assert session.list_folders() == [folder]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("NO [OVERQUOTA] full", errors.MailboxFull),
        ("NO [TRYCREATE] no folder", errors.AppendRefused),
        ("NO virus", errors.AppendRefused),
        ("NO [UNAVAILABLE] later", errors.AppendRefused),
    ],
)
@pytest.mark.parametrize("early", [True, False])
def test_an_append_may_be_refused_before_and_after_its_literal(
    scripted_imap: Scripted, status: str, kind: type[errors.MailError], early: bool
) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        tag = wire.expect('APPEND "INBOX"')
        if not early:
            wire.read_literal()
        wire.send(f"{tag} {status}")
        wire.answer("NOOP")

    with scripted_session(scripted_imap(script)) as session:
        with pytest.raises(kind):
            session.append("INBOX", mail(), NOW)
        session.noop()


def test_an_append_without_uidplus_does_not_know_its_uid_and_nothing_is_removed(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in("IMAP4rev1 AUTH=PLAIN")
        tag = wire.expect("APPEND")
        wire.read_literal()
        wire.send(f"{tag} OK done")

    server = scripted_imap(script)
    with scripted_session(server) as session:
        assert session.append("INBOX", mail(), datetime(2026, 6, 1, tzinfo=UTC)) == Appended(None, None)
        assert not session.delete_duplicate("INBOX", 2, NUDGE_ID)
    server.stop()
    assert not any(b"STORE" in line or b"SELECT" in line for line in server.lines)
