"""The first read of a folder of any size: in parts, resumable, no octet twice, nothing listed again and again."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.mail.errors import MailError
from app.mail.imap import Fetched
from app.store.mailboxes import Account
from app.watch.catch_up import open_sent, take_batch
from app.watch.reading import BATCH, SPAN
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.sessions import dovecot_session, mail
from tests.watch.conftest import Post, real_now
from tests.watch.scripted_folder import ScriptedFolder

HUGE = range(3_000_000_001, 3_000_500_001)
COMMAND_LINE = 8192  # what servers must bear, RFC 7162 section 4
MEGABYTE = 1024 * 1024


@pytest.fixture
def huge(tmp_path: Path, scripted_imap: Callable[..., ScriptedImap]) -> Iterator[tuple[ScriptedFolder, Post]]:
    """500,000 mails of the last 90 days, under UIDs of ten digits."""
    folder = ScriptedFolder(HUGE)
    server = scripted_imap(folder)
    post = Post(tmp_path, Account("jonas@k.example", "127.0.0.1", server.port, "none", "jonas", "pw", True))
    yield folder, post
    post.database.close()


def test_a_folder_of_500_000_mails_is_read_batch_by_batch(huge: tuple[ScriptedFolder, Post]) -> None:
    folder, post = huge
    with post.session() as session:
        opened = open_sent(post.database, session, post.id, real_now())
        assert take_batch(post.database, post.intake, session, post.id, opened, real_now())
    assert (post.mailbox().history_done, post.mailbox().history_total) == (BATCH, len(HUGE))
    searches = [command for command in folder.asked if "SEARCH" in command]
    assert [command.split()[2] for command in searches] == ["SINCE", "UID"]
    assert searches[1].endswith(f"{HUGE[0]}:{HUGE[0] + SPAN - 1}")
    assert max(map(len, folder.asked)) < COMMAND_LINE


def test_a_push_in_a_folder_of_500_000_mails_lists_only_what_is_new(huge: tuple[ScriptedFolder, Post]) -> None:
    folder, post = huge
    with post.session() as session:
        opened = open_sent(post.database, session, post.id, real_now())
        post.change(lambda row: setattr(row, "last_uid", HUGE[-2]))
        before = len(folder.asked)
        take_batch(post.database, post.intake, session, post.id, opened, real_now())
    assert folder.asked[before].endswith(f"{HUGE[-1]}:*")


def test_opening_a_folder_of_500_000_mails_takes_a_bounded_piece_of_memory(
    huge: tuple[ScriptedFolder, Post],
) -> None:
    _, post = huge
    with post.session() as session:
        tracemalloc.start()
        opened = open_sent(post.database, session, post.id, real_now())
        take_batch(post.database, post.intake, session, post.id, opened, real_now())
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 100 * MEGABYTE
    assert kept < 20 * MEGABYTE


def test_gaps_between_uids_are_stepped_over(tmp_path: Path, scripted_imap: Callable[..., ScriptedImap]) -> None:
    folder = ScriptedFolder([1, 2, 3_000_000, 4_000_000_000])
    server = scripted_imap(folder)
    post = Post(tmp_path, Account("jonas@k.example", "127.0.0.1", server.port, "none", "jonas", "pw", True))
    post.catch_up()
    assert [send.uid for send in post.sends()] == [1, 2, 3_000_000, 4_000_000_000]
    assert len([command for command in folder.asked if "SEARCH" in command]) < 30
    post.database.close()


def test_header_and_text_of_each_mail_are_fetched_once(
    tmp_path: Path, scripted_imap: Callable[..., ScriptedImap]
) -> None:
    folder = ScriptedFolder(range(1, 6))
    server = scripted_imap(folder)
    post = Post(tmp_path, Account("jonas@k.example", "127.0.0.1", server.port, "none", "jonas", "pw", True))
    post.catch_up()
    post.catch_up()
    fetches = [command.split(" ", 3)[2:] for command in folder.asked if "FETCH" in command]
    assert [uids for uids, _ in fetches] == ["1,2,3,4,5", "1,2,3,4,5"]
    assert ["BODY.PEEK[HEADER]" in items for _, items in fetches] == [True, False]
    post.database.close()


def test_after_a_break_only_what_was_not_stored_is_fetched_again(
    tmp_path: Path, scripted_imap: Callable[..., ScriptedImap]
) -> None:
    folder = ScriptedFolder(range(1, 401), lambda uid, _: "close" if uid == 201 else None)
    server = scripted_imap(folder)
    post = Post(tmp_path, Account("jonas@k.example", "127.0.0.1", server.port, "none", "jonas", "pw", True))
    with pytest.raises(MailError):
        post.catch_up()
    folder.fault = lambda *_: None
    post.catch_up()
    asked = [uid for batch in folder.fetched() for uid in batch]
    assert [uid for uid in range(1, 401) if asked.count(uid) > 1] == list(range(201, 401))
    assert [send.uid for send in post.sends()] == list(range(1, 401))
    post.database.close()


def test_texts_come_in_groups_of_at_most_eight_megabytes(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot.client(user) as client:
        for number in range(140):
            client.append("Sent", "", "", mail(text="Zeile mit Text\n" * 5000, message_id=f"<{number}@k.example>"))
    with dovecot_session(dovecot, user, "Sent") as session:
        groups = list(session.fetch_in_groups(session.uids_after(0)))
    assert [(through, len(group)) for through, group in groups] == [(128, 128), (140, 12)]
    assert all(isinstance(item, Fetched) for _, group in groups for item in group)
