"""The server changes its mind about folders: renumbered, renamed, replaced, doubled, emptied while being read."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.intake import Stopped
from app.mail.errors import FolderMissing, LoginRefused, MailboxUnreachable, MailError, ProtocolBroken, ServerBusy
from app.mail.imap import Fetched
from app.store import mailboxes, second_folders
from app.store.mailboxes import Account
from app.store.schema import SecondFolder
from app.store.states import MailboxState
from app.watch.catch_up import SECOND_EVERY, open_sent, take_batch
from tests.flow.mails import PEOPLE, personal_mail
from tests.servers.scripted_imap import CAPABILITIES, ScriptedImap, Wire
from tests.servers.sessions import dovecot_session
from tests.watch.conftest import Post, Rep, real_now
from tests.watch.scripted_folder import ScriptedFolder

Scripted = Callable[..., ScriptedImap]


def replace_sent(rep: Rep, number: int) -> None:
    """The folder of that name is another one from now on."""
    with rep.dovecot.client(rep.user) as client:
        client.rename("Sent", f"Old{number}")
        client.create("Sent")


# --- renumbered


def test_a_folder_that_is_renumbered_again_and_again_pauses_the_mailbox(rep: Rep) -> None:
    rep.send(0)
    rep.catch_up()
    for number in range(3):
        replace_sent(rep, number)
        rep.catch_up()
    replace_sent(rep, 3)
    with pytest.raises(Stopped):
        rep.catch_up()
    assert (rep.mailbox().state, rep.mailbox().reason) == (MailboxState.PAUSED, "renumbered_too_often")


def test_renumberings_of_other_days_do_not_count(rep: Rep) -> None:
    rep.catch_up()
    long_ago = (real_now() - timedelta(hours=25)).isoformat()
    rep.change(lambda row: setattr(row, "renumbered", [long_ago] * 3))
    replace_sent(rep, 0)
    rep.catch_up()
    assert rep.mailbox().state is MailboxState.WATCHED
    assert len(rep.mailbox().renumbered) == 1


def test_after_the_rep_resumes_a_renumbered_folder_is_read(rep: Rep) -> None:
    rep.catch_up()
    rep.change(lambda row: mailboxes.pause_by_itself(row, "renumbered_too_often", real_now()))
    rep.change(lambda row: setattr(row, "renumbered", [real_now().isoformat()] * 4))
    replace_sent(rep, 0)
    rep.send(0)
    rep.change(lambda row: mailboxes.resume(row, real_now()))
    rep.catch_up()
    assert len(rep.sends()) == 1
    assert rep.mailbox().state is MailboxState.WATCHED


def test_after_a_renumbering_only_what_is_new_is_worth_a_nudge(rep: Rep) -> None:
    rep.send(0)
    rep.catch_up()
    replace_sent(rep, 0)
    at = real_now() - timedelta(days=3)
    rep.dovecot.append(rep.user, personal_mail(PEOPLE[1], 5, at), when=f"{at:%d-%b-%Y %H:%M:%S} +0000")
    rep.send(1)
    rep.catch_up()
    assert [(send.uid, send.nudgeable) for send in rep.sends()] == [(1, True), (1, False), (2, True)]


# --- renamed


def test_a_folder_that_is_gone_is_followed_to_the_one_that_the_server_calls_sent(rep: Rep) -> None:
    with rep.dovecot.client(rep.user) as client:
        client.create("Versendet")
    rep.change(lambda row: setattr(row, "sent_folder", "Versendet"))
    rep.send(0, "Versendet")
    rep.catch_up()
    with rep.dovecot.client(rep.user) as client:
        client.rename("Versendet", "Archiv")
    rep.send(0)
    rep.send(1)
    rep.catch_up()
    assert (rep.mailbox().sent_folder, rep.mailbox().followed_from) == ("Sent", "Versendet")
    assert [send.nudgeable for send in rep.sends()] == [True, True]


def test_where_several_folders_fit_the_rep_is_asked(tmp_path: Path, scripted_imap: Scripted) -> None:
    folder = ScriptedFolder(range(1, 3))
    post = _post(tmp_path, scripted_imap(folder))
    post.catch_up()
    folder.folders = ["INBOX", "Gesendet", "Sent Items"]
    with pytest.raises(FolderMissing):
        post.catch_up()
    assert post.mailbox().sent_folder == "Sent"


def test_a_server_without_special_use_is_followed_by_the_exact_name(tmp_path: Path, scripted_imap: Scripted) -> None:
    folder = ScriptedFolder(range(1, 3))
    post = _post(tmp_path, scripted_imap(folder))
    post.catch_up()
    folder.folders, folder.uids = ["INBOX", "Not sent", "Sent Items"], range(1, 4)
    post.catch_up()
    assert (post.mailbox().sent_folder, post.mailbox().followed_from) == ("Sent Items", "Sent")
    assert [send.uid for send in post.sends()] == [1, 2, 3]


def test_a_folder_that_is_there_but_does_not_open_is_not_left_for_another(
    tmp_path: Path, scripted_imap: Scripted
) -> None:
    folder = ScriptedFolder(range(1, 3))
    post = _post(tmp_path, scripted_imap(folder))
    post.catch_up()
    folder.examine_refused = "NO [NOPERM] not for you"
    with pytest.raises(FolderMissing):
        post.catch_up()
    assert post.mailbox().sent_folder == "Sent"


def test_a_folder_that_was_never_read_is_not_replaced(tmp_path: Path, scripted_imap: Scripted) -> None:
    folder = ScriptedFolder(range(1, 3))
    folder.folders = ["Gesendet"]
    post = _post(tmp_path, scripted_imap(folder))
    with pytest.raises(FolderMissing):
        post.catch_up()
    assert post.mailbox().sent_folder == "Sent"


# --- a second Sent folder


@pytest.fixture
def doubled(rep: Rep) -> Rep:
    """A rep with an old and a new Sent folder, both watched."""
    with rep.dovecot.client(rep.user) as client:
        client.create("Gesendet")
    with rep.database.writing() as session:
        row = mailboxes.lock(session, rep.id)
        assert row is not None
        second_folders.choose(session, row, "Gesendet", real_now())
    return rep


def second_of(rep: Rep) -> SecondFolder:
    with rep.database.reading() as session:
        second = second_folders.of_mailbox(session, rep.id)
        assert second is not None
        return second


def look_again_later(rep: Rep) -> None:
    with rep.database.writing() as session:
        second = second_folders.of_mailbox(session, rep.id)
        assert second is not None
        second.looked_at = real_now() - SECOND_EVERY


def test_a_second_folder_is_read_as_well_under_a_cursor_of_its_own(doubled: Rep) -> None:
    doubled.send(0)
    doubled.send(1, "Gesendet")
    doubled.catch_up()
    doubled.send(2)
    doubled.send(3, "Gesendet")
    look_again_later(doubled)
    doubled.catch_up()
    assert [(send.uid, send.second) for send in doubled.sends()] == [(1, False), (1, True), (2, False), (2, True)]
    assert (doubled.mailbox().last_uid, second_of(doubled).last_uid) == (2, 2)


def test_what_lay_in_the_second_folder_before_is_history(rep: Rep) -> None:
    with rep.dovecot.client(rep.user) as client:
        client.create("Gesendet")
    rep.send(0, "Gesendet")
    with rep.database.writing() as session:
        second_folders.choose(session, session.merge(rep.mailbox()), "Gesendet", real_now())
    rep.catch_up()
    rep.send(1, "Gesendet")
    look_again_later(rep)
    rep.catch_up()
    assert [send.nudgeable for send in rep.sends()] == [False, True]


def test_copies_in_both_folders_are_one_send(doubled: Rep) -> None:
    doubled.send(0)
    doubled.send(0, "Gesendet")
    doubled.catch_up()
    [send] = doubled.sends()
    assert not send.second


def test_a_second_folder_that_became_the_first_is_read_once(doubled: Rep) -> None:
    doubled.change(lambda row: mailboxes.change_sent_folder(row, "Gesendet"))
    doubled.send(0, "Gesendet")
    doubled.catch_up()
    assert [send.second for send in doubled.sends()] == [False]
    assert second_of(doubled).uidvalidity is None


def test_a_second_folder_that_is_gone_does_not_stop_the_first(doubled: Rep) -> None:
    with doubled.dovecot.client(doubled.user) as client:
        client.delete("Gesendet")
    doubled.send(0)
    doubled.catch_up()
    assert len(doubled.sends()) == 1
    assert second_of(doubled).reason == "folder_missing"
    assert doubled.mailbox().state is MailboxState.WATCHED


def test_a_renumbered_second_folder_is_recognised_mail_by_mail(doubled: Rep) -> None:
    doubled.send(0, "Gesendet")
    doubled.catch_up()
    with doubled.dovecot.client(doubled.user) as client:
        client.rename("Gesendet", "Old")
        client.create("Gesendet")
    doubled.send(1, "Gesendet")
    doubled.send(0, "Gesendet")
    look_again_later(doubled)
    doubled.catch_up()
    assert [send.uid for send in doubled.sends()] == [1, 2]


# --- messages that go while they are read


def test_messages_that_are_expunged_while_being_fetched_are_nothing_to_set_aside(rep: Rep) -> None:
    for number in range(4):
        rep.send(number)
    with rep.session() as session:
        opened = open_sent(rep.database, session, rep.id, real_now())
        with rep.dovecot.client(rep.user) as client:
            client.select("Sent")
            client.uid("STORE", "2,3", "+FLAGS", "(\\Deleted)")
            client.expunge()
        take_batch(rep.database, rep.intake, session, rep.id, opened, real_now())
    assert [send.uid for send in rep.sends()] == [1, 4]
    assert rep.quarantined() == []
    assert rep.mailbox().last_uid == 4


def test_what_is_gone_between_search_and_fetch_is_absent(rep: Rep) -> None:
    for number in range(4):
        rep.send(number)
    with dovecot_session(rep.dovecot, rep.user, "Sent") as session:
        uids = session.uids_after(0)
        with rep.dovecot.client(rep.user) as client:
            client.create("Archiv")
            client.select("Sent")
            client.uid("MOVE", "2,3", "Archiv")
        items = session.fetch(uids)
    assert [(item.uid, type(item)) for item in items] == [(1, Fetched), (4, Fetched)]


# --- what a server says instead of a mail


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("NO [UNAVAILABLE] later", ServerBusy),
        ("NO [INUSE] locked", ServerBusy),
        ("NO [LIMIT] too much", ServerBusy),
        ("NO [SERVERBUG] oh", ServerBusy),
        ("NO [AUTHENTICATIONFAILED] session expired", MailboxUnreachable),
        ("NO [NOPERM] no", FolderMissing),
        ("BAD what?", FolderMissing),
    ],
)
def test_a_refused_folder_is_missing_only_where_nothing_else_is_said(
    tmp_path: Path, scripted_imap: Scripted, answer: str, kind: type[MailError]
) -> None:
    folder = ScriptedFolder(range(1, 3))
    folder.examine_refused = answer
    post = _post(tmp_path, scripted_imap(folder))
    with pytest.raises(kind):
        post.catch_up()
    assert post.quarantined() == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("NO [UNAVAILABLE] later", ServerBusy),
        ("NO [INUSE] locked", ServerBusy),
        ("NO [LIMIT] too much", ServerBusy),
        ("NO [AUTHENTICATIONFAILED] session expired", MailboxUnreachable),
        ("BYE shutting down", MailboxUnreachable),
        ("BYE [UNAVAILABLE] shutting down", ServerBusy),
        ("garbage", ProtocolBroken),
    ],
)
def test_an_answer_to_a_fetch_has_its_own_error_and_sets_nothing_aside(
    tmp_path: Path, scripted_imap: Scripted, answer: str, kind: type[MailError]
) -> None:
    folder = ScriptedFolder(range(1, 4), lambda uid, _: answer if uid == 2 else None)
    post = _post(tmp_path, scripted_imap(folder))
    with pytest.raises(kind):
        post.catch_up()
    assert post.quarantined() == []
    assert post.mailbox().last_uid == 0


def test_a_message_that_the_server_refuses_is_set_aside_at_once(tmp_path: Path, scripted_imap: Scripted) -> None:
    folder = ScriptedFolder(range(1, 4), lambda uid, _: "NO [SERVERBUG] cannot read it" if uid == 2 else None)
    post = _post(tmp_path, scripted_imap(folder))
    post.catch_up()
    assert [(row.uid, row.reason) for row in post.quarantined()] == [(2, "unreadable_answer")]
    assert [send.uid for send in post.sends()] == [1, 3]


def test_a_refused_login_is_told_from_a_busy_server(tmp_path: Path, scripted_imap: Scripted) -> None:
    for answer, kind in (("NO [UNAVAILABLE] later", ServerBusy), ("NO [AUTHENTICATIONFAILED] no", LoginRefused)):
        post = _post(tmp_path, scripted_imap(lambda wire, said=answer: _refuse(wire, said)))
        with pytest.raises(kind):
            post.catch_up()


def test_a_server_without_extensions_is_read_like_any_other(tmp_path: Path, scripted_imap: Scripted) -> None:
    folder = ScriptedFolder(range(1, 4))
    folder.capabilities = "IMAP4rev1 AUTH=PLAIN"
    post = _post(tmp_path, scripted_imap(folder))
    post.catch_up()
    assert len(post.sends()) == 3
    assert post.mailbox().state is MailboxState.WATCHED


def _refuse(wire: Wire, answer: str) -> None:
    wire.send("* OK ready")
    wire.answer("CAPABILITY", f"* CAPABILITY {CAPABILITIES}")
    wire.authenticate(answer)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().database.close()


_OPEN: list[Post] = []


def _post(directory: Path, server: ScriptedImap) -> Post:
    folder = directory / f"{len(_OPEN)}"
    folder.mkdir()
    post = Post(folder, Account("jonas@k.example", "127.0.0.1", server.port, "none", "jonas", "pw", True))
    _OPEN.append(post)
    return post
