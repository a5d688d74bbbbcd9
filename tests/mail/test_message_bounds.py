"""Mails made to cost time or memory: what is read of them is bounded, and the rest of the mail is still there."""

import pytest

from app.mail.message import MailMessage, read_message

MEGABYTE = 1 << 20


def nest(depth: int, innermost: bytes) -> bytes:
    levels = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(depth))
    return b"".join(levels) + b"\n" + innermost


def test_five_thousand_recipients_are_all_read() -> None:
    people = b",\r\n ".join(b'"Weber, Anna %d" <anna.weber%d@kunde.example>' % (n, n) for n in range(5000))
    message = read_message(b"To: " + people + b"\r\n\r\nText")
    assert len(message.recipients) == 5000
    assert message.to[-1].name == "Weber, Anna 4999"


def test_a_hundred_thousand_header_fields_do_not_hide_the_body() -> None:
    fields = b"".join(b"X-Filler-%d: filler\n" % number for number in range(100_000))
    message = read_message(b"Subject: Hallo\n" + fields + b"\nText")
    assert (message.subject, message.text, message.defects) == ("Hallo", "Text", ("header_cut",))


def test_repeated_and_numbered_fields_are_kept_in_bounds() -> None:
    fields = b"To: a@b.example\nX-HS-1: x\n" * 500 + b"".join(b"X-HS-%d: x\n" % number for number in range(5000))
    message = read_message(fields + b"\nText")
    assert len(message.to) == 50
    assert len(message.headers) == 60


def test_a_subject_of_a_megabyte_is_cut() -> None:
    message = read_message(b"Subject: " + b"a" * MEGABYTE + b"\nTo: a@b.example\n\nText")
    assert message.subject == "a" * 1000
    assert message.text == "Text"


def test_a_line_of_a_megabyte_is_cut() -> None:
    assert len(read_message(b"Subject: x\n\n" + b"ab " * (MEGABYTE // 3)).text) <= 65_536


def test_text_is_cut_in_octets_not_inside_a_character() -> None:
    message = read_message(b"Content-Type: text/plain; charset=utf-8\n\n" + "ü".encode() * 60_000)
    assert message.text == "ü" * 32_768


def test_html_evidence_is_cut() -> None:
    message = read_message(b"Content-Type: text/html\n\n" + b"<b>x</b> " * MEGABYTE)
    assert message.html is not None
    assert len(message.html) == 262_144
    assert message.defects == ("part_cut",)


def test_nesting_ends_at_a_depth_and_counts_as_one_file() -> None:
    message = read_message(nest(3000, b"Text"))
    assert (message.text, message.attachments, message.defects) == ("", 1, ("too_deep",))


def test_reasonable_nesting_is_read() -> None:
    assert read_message(nest(12, b"Text")).text == "Text"


def test_parts_are_read_up_to_a_number() -> None:
    message = read_message(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nText\n" * 20_000)
    assert message.text.count("Text") == 50
    assert message.defects == ("too_many_parts",)


HOSTILE = {
    "open quotes": b"To: " + b'"\\' * (MEGABYTE // 2),
    "parentheses": b"To: " + b"(" * MEGABYTE,
    "angles": b"To: " + b"<" * MEGABYTE,
    "at signs": b"To: " + b"a@b " * (MEGABYTE // 4),
    "encoded words": b"To: " + b"=?utf-8?q?a" * (MEGABYTE // 11),
    "identifiers": b"References: " + b"<" * MEGABYTE,
    "parameters": b"Content-Type: multipart/mixed" + b";a=" * (MEGABYTE // 3),
    "open parameter": b'Content-Type: text/plain; name="' + b"\\" * MEGABYTE,
    "folded": b"Subject: x\n" + b" \n" * (MEGABYTE // 2),
    "stray lines": b"Subject: x\n" + b"stray\nX: y\n" * (MEGABYTE // 11),
    "boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b " * (MEGABYTE // 4),
    "one boundary": b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 20_000,
    "padding": b"Content-Transfer-Encoding: base64\n\n" + b"QQ==" * (MEGABYTE // 4),
    "soft breaks": b"Content-Transfer-Encoding: quoted-printable\n\n=" + b" " * MEGABYTE,
    "flowed": b"Content-Type: text/plain; format=flowed\n\n" + b"> a \n" * (MEGABYTE // 5),
    "uuencode": b"Subject: x\n\n" + b"begin 644 a\n" * (MEGABYTE // 12),
    "signatures": b"Subject: x\n\n" + b"-----BEGIN PGP MESSAGE-----\n" * (MEGABYTE // 28),
    "tags": b"Content-Type: text/html\n\n" + b"<" * MEGABYTE,
    "tables": b"Content-Type: text/html\n\n" + b"<table><tr><td>a" * (MEGABYTE // 16),
    "columns": b"Content-Type: text/html\n\n<table>" + (b"<tr><td>" + b"a" * 5000) * 50 + b"<tr><td>b" * 20_000,
    "margins": b"Content-Type: text/html\n\n" + b'<p style="margin-top:99999em;padding-left:99999em">a' * 5000,
    "infinite margin": b'Content-Type: text/html\n\n<p style="margin-top:' + b"9" * 400 + b'em">a',
    "list numbers": b"Content-Type: text/html\n\n<ol><li value=" + b"9" * 5000 + b">a<li value=\xc2\xb2>b",
    "comments": b"Content-Type: text/html\n\n" + b"<!--" * (MEGABYTE // 4),
    "scripts": b"Content-Type: text/html\n\n" + b"<script>" * (MEGABYTE // 8),
    "references": b"Content-Type: text/html\n\n&#" + b"9" * MEGABYTE,
    "returns": b"\r" * MEGABYTE,
    "nulls": b"\0" * MEGABYTE,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_gives_a_small_value(name: str) -> None:
    message = read_message(HOSTILE[name])
    assert isinstance(message, MailMessage)
    assert len(message.text.encode()) <= 65_536
    assert len(message.recipients) <= 10_000
