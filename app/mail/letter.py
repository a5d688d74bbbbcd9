"""Composes the letters of Zuruf: from the rep's own address to the rep alone, checked on the finished octets.

Free text never reaches a header writer that decodes it: some patch levels of the standard library turn an encoded
word with a line break inside into header fields of its own (CVE-2024-6923). Knows nothing of what a letter says.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP, compat32, default
from email.utils import format_datetime, getaddresses
from typing import ClassVar, Final

from app.mail.characters import clean_line
from app.mail.errors import MailError
from app.mail.headers import decode_words
from app.mail.message import read_message

SUBJECT_LIMIT: Final = 250
NAME_LIMIT: Final = 100
REFERENCES_LIMIT: Final = 20
LINE_LIMIT: Final = 998
WORD_OCTETS: Final = 42

_ALWAYS: Final = (
    *("from", "to", "reply-to", "subject", "date", "message-id"),
    *("auto-submitted", "x-auto-response-suppress", "x-zuruf", "mime-version", "content-type"),
)
_OPTIONAL: Final = frozenset({"in-reply-to", "references"})
_ADDRESSED: Final = ("from", "to", "reply-to")
_PARTS: Final = ["multipart/alternative", "text/plain", "text/html"]
_PARTS_WITH_CALENDAR: Final = ["multipart/mixed", *_PARTS, "text/calendar"]
CALENDAR_NAME: Final = "zuruf.ics"
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,30}")
_ID: Final = re.compile(r"<[!-;=?-~]{1,900}>")
_KIND: Final = re.compile(r"[a-z][a-z-]{0,29}")
_PLAIN: Final = re.compile(r"[ -~]{0,66}")


class UnsafeLetter(MailError):
    """The letter is not handed out. What was asked for cannot be written safely: `unsafe_rep_address` (also one that
    needs SMTPUTF8, RFC 6531), `unsafe_message_id`, `unsafe_kind`, `unsafe_date`. Or what came out is not what was
    meant: `unsafe_lines`, `unsafe_headers`, `unsafe_recipient`, `unsafe_parts`."""

    default: ClassVar[str] = "unsafe_letter"


@dataclass(frozen=True, slots=True)
class Letter:
    """What to tell the rep. `rep` is the sender and the only recipient; `kind` becomes the X-Zuruf field.

    `in_reply_to` and `references` come from other people's mail: an identifier that is unsafe to repeat is left out.
    `calendar` is an iCalendar file to attach, whose method is PUBLISH (RFC 6047).
    """

    sender_name: str
    rep: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    in_reply_to: str | None
    references: tuple[str, ...]
    kind: str
    calendar: bytes | None = None


def compose(letter: Letter) -> bytes:
    """The letter with CRLF line ends and lines of at most 998 octets (RFC 5322 2.1.1); raises UnsafeLetter."""
    _check(letter)
    body = EmailMessage(policy=SMTP)
    body.set_content(_sound(letter.text), charset="utf-8", cte="quoted-printable")
    body.add_alternative(_sound(letter.html), subtype="html", charset="utf-8", cte="quoted-printable")
    if letter.calendar is not None:
        _attach_calendar(body, letter.calendar)
    threading = _threading(letter)
    fields = "".join(f"{name}: {value}\r\n" for name, value in _fields(letter) + threading)
    raw = fields.encode("ascii") + body.as_bytes()
    _verify(raw, letter.rep, sorted([*_ALWAYS, *(name.lower() for name, _ in threading)]))
    return raw


def is_writable_address(address: str) -> bool:
    """Whether an address can stand in a header or an SMTP command as it is; one that needs SMTPUTF8 cannot."""
    return _ADDRESS.fullmatch(address) is not None and "=?" not in address


def insist_on_recipient(raw: bytes, rep: str) -> None:
    """Raises `UnsafeLetter` unless these octets are a letter of ours from the rep to the rep alone."""
    if not is_writable_address(rep):
        raise UnsafeLetter("unsafe_rep_address")
    names = [name.lower() for name in message_from_bytes(raw, policy=compat32)]
    _verify(raw, rep, sorted([*_ALWAYS, *(name for name in names if name in _OPTIONAL)]))


def _check(letter: Letter) -> None:
    if not is_writable_address(letter.rep):
        raise UnsafeLetter("unsafe_rep_address")
    if not _is_safe_id(letter.message_id):
        raise UnsafeLetter("unsafe_message_id")
    if not _KIND.fullmatch(letter.kind):
        raise UnsafeLetter("unsafe_kind")
    if letter.date.tzinfo is None:
        raise UnsafeLetter("unsafe_date")


def _attach_calendar(body: EmailMessage, calendar: bytes) -> None:
    # Never REQUEST, and in base64: no client then answers it, and no gateway changes its line ends.
    parameters = {"method": "PUBLISH"}
    text = calendar.decode("utf-8")
    body.add_attachment(text, "calendar", "utf-8", cte="base64", filename=CALENDAR_NAME, params=parameters)


def _fields(letter: Letter) -> list[tuple[str, str]]:
    return [
        ("From", f"{_phrase(letter.sender_name)} <{letter.rep}>"),
        ("To", letter.rep),
        ("Reply-To", letter.rep),
        ("Subject", _words(_visible(letter.subject, SUBJECT_LIMIT))),
        ("Date", format_datetime(letter.date)),
        ("Message-ID", letter.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Zuruf", letter.kind),
    ]


def _threading(letter: Letter) -> list[tuple[str, str]]:
    parent = letter.in_reply_to
    references = [one for one in letter.references if _is_safe_id(one)][-REFERENCES_LIMIT:]
    found = [("In-Reply-To", parent)] if parent and _is_safe_id(parent) else []
    return found + ([("References", "\r\n ".join(references))] if references else [])


def _is_safe_id(one: str) -> bool:
    return _ID.fullmatch(one) is not None and "=?" not in one


def _visible(text: str, limit: int) -> str:
    """Free text without controls, and without those that an encoded word inside the text would bring in later."""
    return clean_line(decode_words(clean_line(text, 4 * limit)), limit).replace("=?", "= ?")


def _phrase(name: str) -> str:
    text = _visible(name, NAME_LIMIT)
    if not _PLAIN.fullmatch(text):
        return _words(text)
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _words(text: str) -> str:
    """Plain ASCII as it is, anything else as encoded words (RFC 2047), one a line, none cut inside a character."""
    if _PLAIN.fullmatch(text):
        return text
    pieces = [""]
    for character in text:
        if len((pieces[-1] + character).encode()) > WORD_OCTETS:
            pieces.append("")
        pieces[-1] += character
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _sound(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()


def _verify(raw: bytes, rep: str, expected: list[str]) -> None:
    """Reads the finished octets anew, in four ways, and lets nothing pass that one of them reads differently."""
    lines = raw.split(b"\r\n")
    if any(len(line) > LINE_LIMIT or re.search(rb"[\r\n\0]", line) for line in lines):
        raise UnsafeLetter("unsafe_lines")
    written = [line.partition(b":")[0].decode().lower() for line in lines[: lines.index(b"")] if line[:1] not in b" \t"]
    plain = message_from_bytes(raw, policy=compat32)
    if not sorted(written) == sorted(name.lower() for name in plain) == expected:
        raise UnsafeLetter("unsafe_headers")
    if [part.get_content_type() for part in plain.walk()] not in (_PARTS, _PARTS_WITH_CALENDAR):
        raise UnsafeLetter("unsafe_parts")
    classic = [[address for _, address in getaddresses([plain[name]])] for name in _ADDRESSED]
    if not classic == _read_modern(raw) == [[rep]] * len(_ADDRESSED):
        raise UnsafeLetter("unsafe_recipient")
    if [recipient.email for recipient in read_message(raw).recipients] != [rep.lower()]:
        raise UnsafeLetter("unsafe_recipient")


def _read_modern(raw: bytes) -> list[list[str]]:
    message = message_from_bytes(raw, policy=default)
    try:
        return [[address.addr_spec for address in message[name].addresses] for name in _ADDRESSED]
    except (ValueError, IndexError, MessageError) as error:
        raise UnsafeLetter("unsafe_headers") from error
