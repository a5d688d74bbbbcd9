"""Properties that hold for any octets and any damage to a header."""

import re
import unicodedata
from collections.abc import Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.mail.message import MailMessage, TextPart, read_message, read_parts
from tests.mails import FOLDER

EXAMPLES = [path.read_bytes() for path in sorted(FOLDER.glob("*.eml"))]
ENCODED = "=?utf-8?q?a=0D=0ABcc:_x@y?="
WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [ENCODED, "\r\n", '"', "(", "<a@b.example>", ";", "boundary=", "charset=utf-7", "\u202e", "=?", "?="]
    ),
)
FIELDS = st.sampled_from(
    ["From", "To", "Bcc", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Transfer-Encoding"]
)
TYPES = st.sampled_from(["text/plain", "text/html", "text/plain; format=flowed; delsp=yes", "text/calendar", "a/b", ""])
CHARSETS = st.sampled_from([None, "utf-8", "utf-7", "utf-16", "iso-2022-jp", "gb2312", "hz", "x-unknown", "idna"])
ENCODINGS = st.sampled_from(["", "7bit", "base64", "quoted-printable", "x-uuencode", "QUOTED-PRINTABLE "])
PARTS = st.builds(TextPart, TYPES, CHARSETS, ENCODINGS, st.binary(max_size=400), st.booleans(), st.booleans())


def assert_sound(message: MailMessage) -> None:
    lines = [message.subject, *message.headers.values()]
    people = [*message.recipients, *filter(None, [message.sender])]
    for line in lines + [person.name for person in people] + [person.email for person in people]:
        assert not [mark for mark in line if unicodedata.category(mark) in {"Cc", "Cs"} or mark in "\u200b\u202e\u2028"]
    assert all(re.fullmatch(r"\S+@\S+|\"[^\"]+\"@\S+", person.email) for person in people)
    assert all(re.fullmatch(r"<[!-~]+>", one) for one in (*message.references, *message.in_reply_to))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", message.text)
    assert len(message.text.encode()) <= 65_536
    assert message.date is None or message.date.utcoffset() is not None


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_any_octets_are_a_message(raw: bytes) -> None:
    assert_sound(read_message(raw))


@settings(deadline=None)
@given(st.lists(st.tuples(FIELDS, st.lists(WORDS, max_size=6)), max_size=8), st.text(max_size=200))
@example([("From", [ENCODED, "<a@b.example>"])], "")
def test_any_header_is_read(fields: Sequence[tuple[str, Sequence[str]]], body: str) -> None:
    header = "".join(f"{name}: {' '.join(words)}\n" for name, words in fields)
    assert_sound(read_message(f"{header}\n{body}".encode("utf-8", "surrogatepass")))


@settings(deadline=None)
@given(st.sampled_from(EXAMPLES), st.integers(0, 3000), st.integers(0, 60), st.binary(max_size=30))
def test_any_damage_to_a_mail_leaves_a_message(raw: bytes, start: int, length: int, patch: bytes) -> None:
    assert_sound(read_message(raw[:start] + patch + raw[start + length :]))


@settings(deadline=None)
@given(st.sampled_from(EXAMPLES), st.integers(0, 3000))
def test_any_beginning_of_a_mail_is_a_message(raw: bytes, length: int) -> None:
    assert_sound(read_message(raw[:length]))


@settings(deadline=None)
@given(st.binary(max_size=500), st.lists(PARTS, max_size=6))
def test_any_parts_are_a_message(header: bytes, parts: Sequence[TextPart]) -> None:
    assert_sound(read_parts(header, parts))


@settings(deadline=None)
@given(st.text(alphabet="<>/!-&#;=\"' abctdpr\n0x19", max_size=400))
def test_any_markup_is_text(markup: str) -> None:
    assert_sound(read_message(b"Content-Type: text/html; charset=utf-8\n\n" + markup.encode()))
