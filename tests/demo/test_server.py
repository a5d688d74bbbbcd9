"""The demo server, seen by a plain IMAP client."""

from datetime import UTC, datetime
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from app.demo import DemoUserExists, DemoUserUnknown
from app.demo.mail import DemoMail
from app.demo.server import DemoServer
from tests.demo.conftest import REP, Connect

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
RAW = (
    b"From: Anna Weber <anna@weber-feinkost.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"Message-ID: <m0@weber-feinkost.example>\r\nReferences: <a@b.example>\r\n <c@d.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nHallo,\r\nbis morgen.\r\n"
)


def numbered(number: int) -> bytes:
    return RAW.replace(b"<m0@", b"<m%d@" % number)


def fill(server: DemoServer, folder: str, count: int) -> list[int]:
    return server.append(REP, [DemoMail(folder, numbered(number), NOON, ("\\Seen",)) for number in range(count)])


def test_a_new_user_finds_three_empty_folders(server: DemoServer, connect: Connect) -> None:
    client = connect(server, REP, server.add_user(REP))
    assert {name for _, _, name in client.list_folders()} == {"INBOX", "Sent", "Trash"}
    assert client.select_folder("Sent", readonly=True)[b"EXISTS"] == 0


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_wrong_password_is_refused(server: DemoServer, connect: Connect, password: str) -> None:
    server.add_user(REP)
    with pytest.raises(LoginError):
        connect(server, REP, password)


def test_each_user_sees_only_the_own_mails(server: DemoServer, connect: Connect) -> None:
    server.add_user(REP)
    other = connect(server, "priya@northwind-tools.example", server.add_user("priya@northwind-tools.example"))
    fill(server, "Sent", 2)
    assert other.select_folder("Sent", readonly=True)[b"EXISTS"] == 0


def test_a_user_is_not_added_twice(server: DemoServer) -> None:
    server.add_user(REP)
    with pytest.raises(DemoUserExists):
        server.add_user(REP)


def test_a_mail_keeps_its_bytes_date_and_flags(server: DemoServer, connect: Connect) -> None:
    client = connect(server, REP, server.add_user(REP))
    client.append("Sent", RAW, ("\\Seen", "\\Answered"), NOON)
    client.normalise_times = False
    client.select_folder("Sent", readonly=True)
    mail = client.fetch([1], ["BODY.PEEK[]", "INTERNALDATE", "FLAGS"])[1]
    assert (mail[b"BODY[]"], mail[b"INTERNALDATE"]) == (RAW, NOON)
    assert set(mail[b"FLAGS"]) >= {b"\\Seen", b"\\Answered"}


def test_single_parts_are_fetched(server: DemoServer, connect: Connect) -> None:
    client = connect(server, REP, server.add_user(REP))
    fill(server, "Sent", 1)
    client.select_folder("Sent", readonly=True)
    mail = client.fetch([1], ["BODY.PEEK[HEADER]", "BODY.PEEK[1]", "BODYSTRUCTURE"])[1]
    assert mail[b"BODY[HEADER]"] + mail[b"BODY[1]"] == RAW
    assert mail[b"BODYSTRUCTURE"][:2] == (b"text", b"plain")


@pytest.mark.parametrize(
    "criteria",
    [["UID", "3:*"], ["HEADER", "Message-ID", "<m2@weber-feinkost.example>"], ["SINCE", NOON.date(), "UID", "3"]],
)
def test_search_finds_a_mail(server: DemoServer, connect: Connect, criteria: list[object]) -> None:
    client = connect(server, REP, server.add_user(REP))
    fill(server, "Sent", 3)
    client.select_folder("Sent", readonly=True)
    assert client.search(criteria) == [3]
    assert client.search(["FROM", "anna@weber-feinkost.example"]) == [1, 2, 3]


def test_the_append_of_another_session_is_pushed(server: DemoServer, connect: Connect) -> None:
    password = server.add_user(REP)
    watching, sending = connect(server, REP, password), connect(server, REP, password)
    watching.select_folder("Sent", readonly=True)
    watching.idle()
    sending.append("Sent", RAW, (), NOON)
    assert wait_for_push(watching) == 1


def test_a_mail_put_in_by_the_program_is_pushed(server: DemoServer, connect: Connect) -> None:
    watching = connect(server, REP, server.add_user(REP))
    watching.select_folder("INBOX", readonly=True)
    watching.idle()
    fill(server, "INBOX", 5)
    assert wait_for_push(watching) == 5


def test_a_mail_that_came_just_before_idle_is_pushed(server: DemoServer, connect: Connect) -> None:
    watching = connect(server, REP, server.add_user(REP))
    watching.select_folder("Sent", readonly=True)
    watching.search(["ALL"])
    fill(server, "Sent", 1)
    watching.idle()
    assert wait_for_push(watching) == 1


def wait_for_push(client: IMAPClient) -> int:
    """The count that the next line of IDLE tells; after DONE the server would tell it in any case."""
    protocol: Any = client._imap
    line = protocol.readline()
    assert line.endswith(b"EXISTS\r\n")
    return int(line.split()[1])


def test_a_restart_keeps_everything(server: DemoServer, connect: Connect) -> None:
    password = server.add_user(REP)
    fill(server, "Sent", 3)
    before = status(connect(server, REP, password))
    port = server.port
    server.stop()
    server.start()
    client = connect(server, REP, password)
    assert (status(client), server.port) == (before, port)
    client.select_folder("Sent", readonly=True)
    mails = client.fetch([1, 2, 3], ["BODY.PEEK[]", "FLAGS"])
    assert [mails[uid][b"BODY[]"] for uid in (1, 2, 3)] == [numbered(0), numbered(1), numbered(2)]
    assert all(b"\\Seen" in mail[b"FLAGS"] for mail in mails.values())


def status(client: IMAPClient) -> dict[str, object]:
    wanted = ["UIDVALIDITY", "UIDNEXT", "MESSAGES"]
    return {folder: client.folder_status(folder, wanted) for folder in ("INBOX", "Sent", "Trash")}


def test_a_deleted_mail_stays_deleted_and_its_uid_is_not_given_again(server: DemoServer, connect: Connect) -> None:
    password = server.add_user(REP)
    fill(server, "INBOX", 2)
    client = connect(server, REP, password)
    client.select_folder("INBOX")
    client.add_flags([2], ["\\Deleted"])
    client.uid_expunge([2])
    server.stop()
    server.start()
    assert fill(server, "INBOX", 1) == [3]


def test_flags_and_moves_survive_a_restart(server: DemoServer, connect: Connect) -> None:
    password = server.add_user(REP)
    fill(server, "INBOX", 2)
    client = connect(server, REP, password)
    client.select_folder("INBOX")
    client.add_flags([1], ["\\Flagged"])
    client.move([2], "Trash")
    server.stop()
    server.start()
    client = connect(server, REP, password)
    client.select_folder("INBOX", readonly=True)
    assert client.search(["FLAGGED"]) == client.search(["ALL"]) == [1]
    assert client.folder_status("Trash", ["MESSAGES"]) == {b"MESSAGES": 1}


def test_the_folders_are_fixed(server: DemoServer, connect: Connect) -> None:
    client = connect(server, REP, server.add_user(REP))
    for command, *names in [("create_folder", "New"), ("delete_folder", "Sent"), ("rename_folder", "Sent", "Old")]:
        with pytest.raises(IMAPClientError, match="fixed folders"):
            getattr(client, command)(*names)


def test_all_mails_are_added_or_none(server: DemoServer) -> None:
    server.add_user(REP)
    with pytest.raises(DemoUserUnknown):
        server.append(REP, [DemoMail("Sent", RAW, NOON), DemoMail("Drafts", RAW, NOON)])
    assert server.newest(REP, "Sent", 10) == []


def test_the_newest_mails_come_first(server: DemoServer) -> None:
    server.add_user(REP)
    fill(server, "INBOX", 3)
    assert [(mail.uid, mail.raw) for mail in server.newest(REP, "INBOX", 2)] == [(3, numbered(2)), (2, numbered(1))]
