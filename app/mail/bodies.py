"""From the leaves of a mail to the one text that a person would read, bounded whatever the leaves hold."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from app.mail.characters import clean_text, cut_octets
from app.mail.charsets import decode_text, find_codec
from app.mail.headers import read_parameters
from app.mail.markup import find_charset, strip_tags, text_of
from app.mail.plaintext import drop_armour, unflow
from app.mail.structure import TextPart
from app.mail.transfer import decode_transfer, is_known

TEXT_LIMIT: Final = 64 * 1024
HTML_LIMIT: Final = 256 * 1024
TEXTS_LIMIT: Final = 50
STUB_WORDS: Final = 20

_SHOWN: Final = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_CALENDARS: Final = frozenset({"text/calendar", "text/x-vcalendar", "application/ics"})
_UNCOUNTED: Final = frozenset(
    {"application/pgp-signature", "application/pgp-encrypted", "application/pkcs7-signature"}
    | {"application/x-pkcs7-signature", "text/x-amp-html", "text/watch-html"}
)
_LOOKS_LIKE_HTML: Final = re.compile(r"\s{0,100}(?:<!doctype html|<html|<head|<body)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"\w{1,40}")


@dataclass(frozen=True, slots=True)
class _Text:
    content: str
    is_markup: bool
    alternative: bool


@dataclass(slots=True)
class Body:
    """What was found in the leaves; `html` is the first HTML part as it came."""

    text: str = ""
    html: str | None = None
    has_calendar: bool = False
    attachments: int = 0
    defects: list[str] = field(default_factory=list)


def read_body(parts: Iterable[TextPart]) -> Body:
    """The plain parts in order, and in its place the text of each HTML part that is more than another form of them."""
    body = Body()
    texts: list[_Text] = []
    room = HTML_LIMIT
    for part in parts:
        kind, parameters = read_parameters(part.content_type)
        if kind in _CALENDARS:
            body.has_calendar = True
        elif not _is_shown(part, kind):
            body.attachments += _is_file(part, kind)
        elif room > 0 and len(texts) < TEXTS_LIMIT:
            content = _decode(part, kind)[:room]
            room -= len(content)
            is_html = kind == "text/html" or _LOOKS_LIKE_HTML.match(content) is not None
            body.html = content if is_html and body.html is None else body.html
            is_markup = is_html or kind != "text/plain"
            texts.append(_Text(content if is_markup else _read_plain(content, parameters), is_markup, part.alternative))
            body.defects += ["part_cut"] if part.cut else []
    body.text = _choose(texts)
    body.html = body.html and cut_octets(body.html, HTML_LIMIT)
    return body


def _is_shown(part: TextPart, kind: str) -> bool:
    return kind in _SHOWN and not part.attached and is_known(part.transfer_encoding)


def _is_file(part: TextPart, kind: str) -> bool:
    return kind not in _UNCOUNTED and (part.attached or not kind.startswith("image/"))


def _decode(part: TextPart, kind: str) -> str:
    octets = decode_transfer(part.payload, part.transfer_encoding)
    charset = part.charset
    if kind == "text/html" and find_codec(charset) is None:
        charset = find_charset(octets)
    return decode_text(octets, charset)


def _read_plain(text: str, parameters: dict[str, str]) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
    return clean_text(drop_armour(text))


def _choose(texts: list[_Text]) -> str:
    has_markup = any(text.is_markup for text in texts)
    plain_words = _find_words("\n".join(text.content for text in texts if not text.is_markup)) if has_markup else set()
    chosen = [
        text_of(text.content) if text.is_markup else text.content
        for text in texts
        if not text.is_markup or _adds_to(plain_words, text)
    ]
    return cut_octets("\n\n".join(filter(None, chosen)), TEXT_LIMIT).strip()


def _adds_to(plain_words: set[str], markup: _Text) -> bool:
    """Whether markup says more than another form of the plain text, which may be only a stub ("needs HTML")."""
    if not plain_words:
        return True
    words = _find_words(strip_tags(markup.content))
    if markup.alternative:
        return len(plain_words) <= STUB_WORDS and len(words) > 4 * len(plain_words) + STUB_WORDS
    return 2 * len(words & plain_words) < len(words)


def _find_words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))
