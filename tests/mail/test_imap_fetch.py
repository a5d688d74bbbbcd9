"""Tests of fetching: the values of whole mails from few bytes, without a trace, whatever the server makes of it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from app.mail.errors import MailboxUnreachable, ServerBusy
from app.mail.imap import Fetched, MailSession, Unfetchable
from app.mail.imap_fetch import to_fetched
from app.mail.message import MailMessage, read_message
from tests.servers.dovecot import Dovecot
from tests.servers.scripted_imap import ScriptedImap, Wire
from tests.servers.sessions import dovecot_session, mail, scripted_session

Scripted = Callable[..., ScriptedImap]

TEXT = "Guten Tag Frau Weber,\n\nwie besprochen die Maße für das neue Gerät.\n\nViele Grüße\nJonas Keller\n"
HTML = "<p>Guten Tag Frau Weber,</p><p>wie besprochen die Maße.</p><img src='https://t.example/p.gif'>"


def rich_mail(*, plain: bool = True, html: bool = True, files: int = 0, calendar: bool = False) -> bytes:
    message = EmailMessage()
    message["From"] = "Jonas Keller <jonas@keller-maschinen.example>"
    message["To"] = "Anna Weber <anna.weber@weber-metall.example>, Boris Lang <boris@lang.example>"
    message["Subject"] = "Maße für Ihr Gerät"
    message["Message-ID"] = "<1@keller-maschinen.example>"
    if plain:
        message.set_content(TEXT)
    if html and plain:
        message.add_alternative(HTML, subtype="html")
    elif html:
        message.set_content(HTML, subtype="html")
    if calendar:
        message.add_attachment("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar", disposition="inline")
    for number in range(files):
        message.add_attachment(b"%PDF" * 20_000, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    return message.as_bytes()


MAILS = {
    "plain": mail(),
    "alternative": rich_mail(),
    "html only": rich_mail(plain=False),
    "files": rich_mail(files=2),
    "calendar": rich_mail(html=False, calendar=True),
    "no header": b"\nonly a body\n",
    "no body": b"Subject: nothing\n\n",
    "forwarded": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee below\n--b\nContent-Type: message/rfc822\n\n"
    + mail()
    + b"\n--b--\n",
    "latin-1": b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nGr\xfc\xdfe\n",
}


def without_end(message: MailMessage) -> MailMessage:
    """A part that was fetched on its own does not have the line end that belongs to the boundary (RFC 2046 5.1.1)."""
    return replace(message, html=message.html and message.html.rstrip())


@pytest.mark.parametrize("raw", MAILS.values(), ids=MAILS.keys())
def test_a_mail_fetched_in_parts_has_the_value_of_the_whole_mail(dovecot: Dovecot, raw: bytes) -> None:
    user = dovecot.new_user()
    uid = dovecot.append(user, raw)
    with dovecot_session(dovecot, user, "Sent") as session:
        (fetched,) = session.fetch([uid])
        assert isinstance(fetched, Fetched)
        whole = session.fetch_whole(uid, 1_000_000)
    assert whole == read_message(raw.replace(b"\n", b"\r\n"))
    assert without_end(fetched.message) == without_end(whole)


def test_date_and_size_are_those_of_the_server(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, mail(), when="31-May-2026 23:30:00 -0200")
    with dovecot_session(dovecot, user, "Sent") as session:
        (fetched,) = session.fetch([1])
    assert isinstance(fetched, Fetched)
    assert fetched.internal_date == datetime(2026, 6, 1, 1, 30, tzinfo=UTC)
    assert fetched.size == len(mail().replace(b"\n", b"\r\n"))


def test_reading_leaves_no_trace(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    for raw in MAILS.values():
        dovecot.append(user, raw, flags="()")
    with dovecot_session(dovecot, user, "Sent") as session:
        session.fetch(session.uids_after(0))
        session.fetch_whole(1, 1000)
        session.fetch_ids([1, 2])
    assert {stored.flags for stored in dovecot.messages(user, "Sent")} == {frozenset()}


def test_messages_that_are_gone_are_absent(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    for _ in range(3):
        dovecot.append(user, mail())
    with dovecot.client(user) as client:
        client.select("Sent")
        client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")
        client.expunge()
    with dovecot_session(dovecot, user, "Sent") as session:
        assert [fetched.uid for fetched in session.fetch([1, 2, 3, 99])] == [1, 3]
        assert session.fetch_whole(2, 1000) is None


def test_a_long_text_is_cut_and_a_long_mail_as_well(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.append(user, mail(text="Zeile mit Text\n" * 20_000))
    with dovecot_session(dovecot, user, "Sent") as session:
        (fetched,) = session.fetch([1])
        whole = session.fetch_whole(1, 2_000)
    assert isinstance(fetched, Fetched)
    assert 60_000 < len(fetched.message.text) <= 65_536
    assert whole is not None
    assert 1_000 < len(whole.text) < 2_000


def test_a_large_batch_is_fetched_in_one_go_and_a_larger_one_refused(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with dovecot.client(user) as client:
        for number in range(200):
            client.append("Sent", "", "", mail(subject=f"Nr. {number}"))
    with dovecot_session(dovecot, user, "Sent") as session:
        fetched = session.fetch(session.uids_after(0))
        with pytest.raises(ValueError, match="200"):
            session.fetch(range(1, 202))
    assert [one.message.subject for one in fetched if isinstance(one, Fetched)] == [f"Nr. {n}" for n in range(200)]


class BadServer:
    """Answers FETCH from a few plain mails, with a fault of its own for some UIDs; `asked` holds what was asked."""

    def __init__(self, fault: Callable[[int, str], str | None], uids: Iterable[int] = (1, 2, 3)) -> None:
        self.fault = fault
        self.uids = self.found = set(uids)
        self.asked: list[str] = []

    def __call__(self, wire: Wire) -> None:
        wire.log_in()
        wire.examine(len(self.uids))
        self.answer_fetches(wire)

    def answer_fetches(self, wire: Wire) -> None:
        while True:
            tag, _, command = wire.read_line().decode().partition(" ")
            if command == "LOGOUT":
                return
            if command.startswith("UID SEARCH UID"):
                wire.send(f"* SEARCH {' '.join(map(str, self.found))}")
                wire.send(f"{tag} OK done")
                continue
            found = re.fullmatch(r"UID FETCH ([\d,]+) \((.*)\)", command)
            assert found, command
            self.asked.append(command)
            self._answer(wire, tag, sorted({int(uid) for uid in found[1].split(",")} & self.uids), found[2])

    def _answer(self, wire: Wire, tag: str, uids: list[int], items: str) -> None:
        for uid in uids:
            faulty = self.fault(uid, items)
            if faulty is not None and not faulty.startswith("*"):
                wire.send(f"{tag} {faulty}")
                return
            wire.send(faulty.encode() + b"\r\n" if faulty else whole_answer(uid, items))
        wire.send(f"{tag} OK done")


def whole_answer(uid: int, items: str) -> bytes:
    header, _, body = mail(message_id=f"<{uid}@x>").replace(b"\n", b"\r\n").partition(b"\r\n\r\n")
    known = {
        "INTERNALDATE": b'"01-Jun-2026 10:00:00 +0200"',
        "RFC822.SIZE": b"%d" % len(header + body),
        "BODYSTRUCTURE": b'("text" "plain" ("charset" "utf-8") NIL NIL "8bit" %d 3)' % len(body),
    }
    parts = [b"UID %d" % uid]
    for item in re.findall(r"[\w.]+(?:\[[^]]*\])?", re.sub(r"<0\.\d+>", "", items)):
        name = item.replace(".PEEK", "")
        octets = {"BODY[HEADER]": header + b"\r\n\r\n", "BODY[1]": body, "BODY[]": header + b"\r\n\r\n" + body}.get(
            name
        )
        if octets is None:
            parts.append(name.encode() + b" " + known[name])
        else:
            parts.append(name.encode() + b"<0> {%d}\r\n%b" % (len(octets), octets))
    return b"* %d FETCH (%b)\r\n" % (uid, b" ".join(parts))


def opened(server: ScriptedImap) -> MailSession:
    session = scripted_session(server)
    session.examine("Sent")
    return session


def outcome(fetched: Iterable[Fetched | Unfetchable]) -> list[tuple[int, str | None]]:
    return [(one.uid, one.message.message_id if isinstance(one, Fetched) else one.reason) for one in fetched]


GOOD = [(1, "<1@x>"), (2, "<2@x>"), (3, "<3@x>")]


def test_only_explicit_uids_are_asked_for_and_every_message_once(scripted_imap: Scripted) -> None:
    server = BadServer(lambda *_: None)
    with opened(scripted_imap(server)) as session:
        assert outcome(session.fetch([1, 2, 3, 4])) == GOOD
        assert session.fetch([]) == []
    assert [command.split()[2] for command in server.asked] == ["1,2,3,4", "1,2,3"]
    assert not any("BODY[" in command for command in server.asked)


@pytest.mark.parametrize(
    "structure",
    [
        '("text" "plain" ("charset" "utf-8" NIL NIL "8bit" 3 3',
        '("text" "pl"ain" NIL NIL NIL "8bit" 3 3))',
        "(NIL)",
        "NIL",
        "((NIL) NIL)",
        "17",
        "{3}",
        "(" * 3000,
    ],
)
def test_a_malformed_structure_costs_its_message_nothing_but_a_detour(scripted_imap: Scripted, structure: str) -> None:
    def fault(uid: int, items: str) -> str | None:
        return f"* 2 FETCH (UID 2 BODYSTRUCTURE {structure})" if uid == 2 and "STRUCTURE" in items else None

    if structure == "{3}":
        structure = "{3}\r\nabc"
    with opened(scripted_imap(BadServer(fault))) as session:
        assert outcome(session.fetch([1, 2, 3])) == GOOD


def test_a_message_that_the_server_refuses_is_set_aside_and_the_others_go_on(scripted_imap: Scripted) -> None:
    server = BadServer(lambda uid, _: "NO [SERVERBUG] cannot read" if uid == 2 else None)
    with opened(scripted_imap(server)) as session:
        assert outcome(session.fetch([1, 2, 3])) == [GOOD[0], (2, "unreadable_answer"), GOOD[2]]
        assert session.fetch_ids([2]) == {2: None}


def test_a_message_whose_answer_lacks_everything_is_set_aside(scripted_imap: Scripted) -> None:
    server = BadServer(lambda uid, _: "* 2 FETCH (UID 2 FLAGS ())" if uid == 2 else None)
    with opened(scripted_imap(server)) as session:
        assert outcome(session.fetch([1, 2, 3])) == [GOOD[0], (2, "no_content"), GOOD[2]]


def test_a_text_part_that_is_not_delivered_is_taken_from_the_whole_mail(scripted_imap: Scripted) -> None:
    server = BadServer(lambda uid, items: "* 2 FETCH (UID 2)" if uid == 2 and "PEEK[1]" in items else None)
    with opened(scripted_imap(server)) as session:
        fetched = session.fetch([1, 2, 3])
    assert outcome(fetched) == GOOD
    assert {one.message.text for one in fetched if isinstance(one, Fetched)} == {read_message(mail()).text}


def test_data_that_nobody_asked_for_changes_nothing(scripted_imap: Scripted) -> None:
    extra = (
        "* 1 FETCH (FLAGS (\\Seen))\r\n* 2 FETCH (UID 2 FLAGS ())\r\n* 9 EXISTS\r\n* 7 FETCH (UID 70 MODSEQ (5))\r\n"
    )

    def fault(uid: int, items: str) -> str | None:
        return extra + whole_answer(uid, items).decode().removesuffix("\r\n") if uid == 2 else None

    with opened(scripted_imap(BadServer(fault))) as session:
        assert outcome(session.fetch([1, 2, 3])) == GOOD
        assert session.has_buffered_input()


def test_unasked_data_from_before_does_not_spoil_the_next_answer(scripted_imap: Scripted) -> None:
    server = BadServer(lambda *_: None)

    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine(3)
        wire.answer("NOOP", "* 2 FETCH (FLAGS (", "* 3 FETCH (UID 3 BODY[HEADER] {3}\r\nold)")
        server.answer_fetches(wire)

    with opened(scripted_imap(script)) as session:
        session.noop()
        assert outcome(session.fetch([1, 2, 3])) == GOOD
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "date",
    [
        "",
        'INTERNALDATE "yesterday" ',
        "INTERNALDATE NIL ",
        'INTERNALDATE "31-Dec-9999 23:59:59 -1400" ',
    ],
)
def test_a_missing_or_impossible_date_is_taken_from_the_mail(scripted_imap: Scripted, date: str) -> None:
    def fault(uid: int, items: str) -> str | None:
        answer = whole_answer(uid, items).decode().removesuffix("\r\n")
        return re.sub(r'INTERNALDATE "[^"]*" ', date, answer) if uid == 2 else None

    with opened(scripted_imap(BadServer(fault))) as session:
        (fetched,) = session.fetch([2])
    assert isinstance(fetched, Fetched)
    assert fetched.internal_date == datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def test_a_message_without_any_date_is_set_aside(scripted_imap: Scripted) -> None:
    def fault(uid: int, items: str) -> str | None:
        answer = whole_answer(uid, items).decode().removesuffix("\r\n")
        return re.sub(r'INTERNALDATE "[^"]*" ', "", answer).replace("\nDate:", "\nX-Da:") if uid == 2 else None

    with opened(scripted_imap(BadServer(fault))) as session:
        assert outcome(session.fetch([1, 2, 3])) == [GOOD[0], (2, "no_date"), GOOD[2]]


def test_a_mail_that_our_reader_fails_on_is_set_aside() -> None:
    def read() -> MailMessage:
        raise ValueError("a defect of ours")

    assert to_fetched(7, {}, read) == Unfetchable(7, "unreadable_mail")


def test_a_busy_server_is_not_taken_for_a_bad_message(scripted_imap: Scripted) -> None:
    server = BadServer(lambda uid, _: "NO [UNAVAILABLE] later" if uid == 2 else None)
    with opened(scripted_imap(server)) as session, pytest.raises(ServerBusy):
        session.fetch([1, 2, 3])
    assert len(server.asked) == 1


def test_a_connection_that_breaks_off_in_a_mail_is_not_taken_for_a_bad_message(scripted_imap: Scripted) -> None:
    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine()
        wire.expect("UID FETCH")
        wire.send(b"* 1 FETCH (UID 1 BODY[HEADER]<0> {500}\r\nSubject: a")
        wire.close()

    with opened(scripted_imap(script)) as session, pytest.raises(MailboxUnreachable):
        session.fetch([1, 2])


def test_what_came_before_a_refusal_is_not_asked_for_again(scripted_imap: Scripted) -> None:
    server = BadServer(lambda uid, _: "NO [SERVERBUG] cannot read" if uid == 3 else None)
    with opened(scripted_imap(server)) as session:
        session.fetch([1, 2, 3])
    assert [command.split()[2] for command in server.asked] == ["1,2,3", "3", "1,2", "3"]


def test_an_unreadable_answer_costs_the_others_no_second_fetch(scripted_imap: Scripted) -> None:
    def fault(uid: int, items: str) -> str | None:
        return "* 2 FETCH (UID 2 BODYSTRUCTURE (((" if uid == 2 and "STRUCTURE" in items else None

    server = BadServer(fault)
    with opened(scripted_imap(server)) as session:
        assert outcome(session.fetch([1, 2, 3])) == GOOD
    assert [command.split()[2] for command in server.asked] == ["1,2,3", "1,3", "2"]


def test_a_refused_message_that_is_gone_is_absent(scripted_imap: Scripted) -> None:
    server = BadServer(lambda uid, _: "NO [EXPUNGEISSUED] some are gone" if uid == 3 else None)

    def script(wire: Wire) -> None:
        wire.log_in()
        wire.examine(3)
        server.answer_fetches(wire)

    server.found = {1, 2}
    with opened(scripted_imap(script)) as session:
        assert outcome(session.fetch([1, 2, 3])) == GOOD[:2]


def test_a_list_of_uids_never_makes_a_long_command(scripted_imap: Scripted) -> None:
    uids = range(4_000_000_000, 4_000_000_200)
    server = BadServer(lambda *_: None, uids)
    with opened(scripted_imap(server)) as session:
        assert len(session.fetch(uids)) == 200
    assert max(map(len, server.asked)) < 8192
