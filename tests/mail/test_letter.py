"""Letters to the rep: what stands in the octets, and that hostile words stay words."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.mail.letter import Letter, UnsafeLetter, _verify, compose, insist_on_recipient
from app.mail.message import read_message

INJECTION = "=?utf-8?q?a=0D=0ABcc:_x@y?="
LETTER = Letter(
    sender_name="Zuruf",
    rep="jonas@keller-maschinen.example",
    subject="Re: Ihr Angebot",
    text="Dieser Text ging an 9 Personen.\n\nAnna Weber, +49 221 123456\n-- \nZuruf",
    html='<p>Dieser Text ging an 9 Personen.</p><p><a href="tel:+49221123456">Anna Weber</a></p>',
    message_id="<nudge.0a1b2c@zuruf.example>",
    date=datetime(2024, 5, 6, 9, 30, tzinfo=UTC),
    in_reply_to="<sent-1@keller-maschinen.example>",
    references=("<root@weber.example>", "<sent-1@keller-maschinen.example>"),
    kind="nudge",
)
NAMES = [
    *("from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress"),
    *("x-zuruf", "in-reply-to", "references", "mime-version", "content-type"),
]
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                INJECTION,
                "\r\n",
                "\r\nBcc: x@y.example\r\n",
                "\n\n",
                "=?utf-8?b?",
                "?=",
                "ü",
                '"',
                "\\",
                "<",
                "\u202e",
                "a" * 90,
            ]
        ),
        max_size=8,
    ).map("".join),
)


def names_of(raw: bytes) -> list[str]:
    header = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    return [line.partition(":")[0].lower() for line in header.split("\r\n") if line[0] not in " \t"]


def test_a_letter_has_exactly_the_expected_header() -> None:
    raw = compose(LETTER)
    message = message_from_bytes(raw)
    assert names_of(raw) == NAMES
    assert message["From"] == '"Zuruf" <jonas@keller-maschinen.example>'
    assert message["To"] == message["Reply-To"] == "jonas@keller-maschinen.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Zuruf"] == "nudge"
    assert message["Message-ID"] == "<nudge.0a1b2c@zuruf.example>"
    assert message["Date"] == "Mon, 06 May 2024 09:30:00 +0000"


def test_text_stands_first_and_html_last_in_quoted_printable_utf8() -> None:
    message = message_from_bytes(compose(replace(LETTER, text="Grüße", html="<p>Grüße</p>")))
    parts = list(message.walk())
    assert [part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"]
    assert {part["Content-Transfer-Encoding"] for part in parts[1:]} == {"quoted-printable"}
    assert {part.get_content_charset() for part in parts[1:]} == {"utf-8"}


CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:Größe\r\nEND:VCALENDAR\r\n".encode()


def test_an_appointment_is_attached_as_published_and_read_back_octet_by_octet() -> None:
    raw = compose(replace(LETTER, calendar=CALENDAR))
    parts = list(message_from_bytes(raw).walk())
    kinds = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert [part.get_content_type() for part in parts] == kinds
    assert names_of(raw) == NAMES
    assert (parts[-1].get_param("method"), parts[-1].get_filename()) == ("PUBLISH", "zuruf.ics")
    assert parts[-1].get_content_disposition() == "attachment"
    assert parts[-1].get_payload(decode=True) == CALENDAR


def test_a_letter_with_an_appointment_has_one_recipient_on_second_sight() -> None:
    raw = compose(replace(LETTER, calendar=CALENDAR))
    insist_on_recipient(raw, LETTER.rep)
    with pytest.raises(UnsafeLetter, match="unsafe_parts"):
        insist_on_recipient(raw.replace(b"text/calendar", b"application/x-evil"), LETTER.rep)


def test_our_own_reader_reads_back_what_was_written() -> None:
    message = read_message(compose(replace(LETTER, subject="Re: Größe " * 12, text="Zeile eins\r\nund zwei äöü")))
    assert message.subject == ("Re: Größe " * 12).strip()
    assert message.text == "Zeile eins\nund zwei äöü"
    assert message.in_reply_to == ("<sent-1@keller-maschinen.example>",)
    assert message.references == ("<root@weber.example>", "<sent-1@keller-maschinen.example>")
    assert message.headers["x-zuruf"] == "nudge"


def test_a_letter_that_stands_alone_has_no_threading() -> None:
    raw = compose(replace(LETTER, in_reply_to=None, references=()))
    assert names_of(raw) == [name for name in NAMES if name not in {"in-reply-to", "references"}]


def test_lines_end_with_crlf_and_are_short() -> None:
    raw = compose(replace(LETTER, text="lang " * 5000, html="<p>" + "a" * 50_000, subject="ö" * 900))
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not [line for line in lines if b"\n" in line or b"\r" in line]


@pytest.mark.parametrize("subject", [INJECTION, f"Größe {INJECTION}", "a\r\nBcc: x@y", "=?utf-8?b?" + "a" * 80])
def test_an_encoded_line_break_in_the_subject_is_harmless(subject: str) -> None:
    raw = compose(replace(LETTER, subject=subject, sender_name=subject))
    assert names_of(raw) == NAMES
    modern = message_from_bytes(raw, policy=policy.default)
    assert not set("\r\n") & set(modern["Subject"] + modern["From"])


def test_an_encoded_word_in_an_encoded_word_is_harmless() -> None:
    inner = "".join(f"={ord(character):02X}" for character in INJECTION)
    subject = read_message(compose(replace(LETTER, subject=f"=?utf-8?q?{inner}?="))).subject
    assert subject == "= ?utf-8?q?a=0D=0ABcc:_x@y?="


def test_quotes_and_backslashes_in_the_sender_name_stay_inside_it() -> None:
    message = read_message(compose(replace(LETTER, sender_name='"Zu\\ruf" <eve@evil.example>,')))
    assert message.sender is not None
    assert message.sender.email == "jonas@keller-maschinen.example"
    assert message.sender.name == '"Zu\\ruf" <eve@evil.example>,'


@pytest.mark.parametrize(
    "rep",
    [
        *(
            "jürgen@keller.example",
            "jonas@müller.example",
            "a@b.example, c@d.example",
            "<a@b.example>",
            "a@b.example\n",
        ),
        *("", "jonas", '"a b"@c.example', "=?utf-8?q?a?=@b.example", "a@b..example", "a@b.example\r\nBcc: c@d.example"),
    ],
)
def test_an_address_that_plain_mail_cannot_carry_is_refused(rep: str) -> None:
    with pytest.raises(UnsafeLetter, match="unsafe_rep_address"):
        compose(replace(LETTER, rep=rep))


@pytest.mark.parametrize(
    "rep", ["o'neil+x@b.example", "Jonas.Keller@Keller.Example", "a..b@c.example", "_@b-c.example"]
)
def test_an_unusual_but_plain_address_is_served(rep: str) -> None:
    raw = compose(replace(LETTER, rep=rep))
    assert message_from_bytes(raw)["To"] == rep
    assert [one.email for one in read_message(raw).recipients] == [rep.lower()]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(LETTER, message_id="<a b@c>"), "unsafe_message_id"),
        (replace(LETTER, message_id="<a@b>\r\nBcc: <c@d>"), "unsafe_message_id"),
        (replace(LETTER, kind="nudge\r\nBcc: x@y"), "unsafe_kind"),
        (replace(LETTER, date=LETTER.date.replace(tzinfo=None)), "unsafe_date"),
    ],
)
def test_values_of_our_own_making_are_checked(wrong: Letter, code: str) -> None:
    with pytest.raises(UnsafeLetter, match=code):
        compose(wrong)


def test_identifiers_of_others_that_are_unsafe_are_left_out() -> None:
    unsafe = ("<a@b>\r\nBcc: <x@y>", "<=?utf-8?q?=0D=0A?=@b>", "a@b", "<ä@b>", f"<{'a' * 901}>")
    raw = compose(replace(LETTER, in_reply_to=unsafe[0], references=(*unsafe, "<safe@b>")))
    assert "in-reply-to" not in names_of(raw)
    assert message_from_bytes(raw)["References"] == "<safe@b>"


def test_a_long_thread_keeps_its_newest_references() -> None:
    raw = compose(replace(LETTER, references=tuple(f"<{number}@b>" for number in range(500))))
    assert read_message(raw).references == tuple(f"<{number}@b>" for number in range(480, 500))


def test_characters_that_no_charset_holds_do_not_stop_a_letter() -> None:
    assert "a?b" in read_message(compose(replace(LETTER, text="a\ud800b", subject="x\ud800y"))).text


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"To:", b"Bcc: x@y.example\r\nTo:", "unsafe_headers"),
        (b"Reply-To:", b"To:", "unsafe_headers"),
        (b"X-Zuruf: nudge\r\n", b"", "unsafe_headers"),
        (b"To: jonas@", b"To: eve@evil.example, jonas@", "unsafe_recipient"),
        (b"Reply-To: jonas@", b"Reply-To: eve@", "unsafe_recipient"),
        (b"X-Zuruf: nudge", b"X-Zuruf: nudge\nBcc: x@y.example", "unsafe_lines"),
        (b"X-Zuruf: nudge", b"X-Zuruf: " + b"n" * 1000, "unsafe_lines"),
        (b"multipart/alternative", b"multipart/mixed", "unsafe_parts"),
    ],
)
def test_octets_that_say_something_else_are_not_let_through(before: bytes, after: bytes, code: str) -> None:
    expected = sorted(NAMES)
    raw = compose(LETTER)
    _verify(raw, LETTER.rep, expected)
    with pytest.raises(UnsafeLetter, match=code):
        _verify(raw.replace(before, after, 1), LETTER.rep, expected)


@settings(deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=4))
@example(INJECTION, INJECTION, INJECTION, [INJECTION])
def test_no_words_reach_anyone_but_the_rep(name: str, subject: str, parent: str, references: list[str]) -> None:
    raw = compose(replace(LETTER, sender_name=name, subject=subject, in_reply_to=parent, references=tuple(references)))
    threading = {"in-reply-to", "references"} - set(names_of(raw))
    assert names_of(raw) == [one for one in NAMES if one not in threading]
    message = read_message(raw)
    assert [one.email for one in message.recipients] == [LETTER.rep]
    assert message.sender is not None
    assert message.sender.email == LETTER.rep
    assert re.search(rb"\r\n(bcc|cc|resent-[a-z]+):", raw, re.IGNORECASE) is None


@settings(deadline=None)
@given(HOSTILE, HOSTILE)
def test_any_body_comes_back_as_two_parts(text: str, html: str) -> None:
    message = message_from_bytes(compose(replace(LETTER, text=text, html=html)))
    assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]


@settings(deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_values_are_refused_or_harmless(rep: str, message_id: str, kind: str) -> None:
    try:
        raw = compose(replace(LETTER, rep=rep, message_id=message_id, kind=kind))
    except UnsafeLetter:
        return
    assert names_of(raw) == NAMES
