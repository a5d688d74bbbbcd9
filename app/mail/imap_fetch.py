"""Fetches messages in a few large commands and as few bytes as possible; one unreadable message never stops the others.

First header and structure of all, then the wanted text parts, grouped by part path; what the server describes badly is
fetched whole up to 64 KiB and parsed here. PEEK throughout: no flag changes.
"""

import imaplib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from app.mail.imap_answers import UNREADABLE, busy
from app.mail.imap_client import Answer, Client
from app.mail.imap_structure import PART_LIMIT, Leaf, read_structure, wanted
from app.mail.imap_values import Fetched, Unfetchable
from app.mail.message import MailMessage, TextPart, read_message, read_parts

HEADER_LIMIT = 262_144
WHOLE_LIMIT = 65_536

FACTS = ("INTERNALDATE", "RFC822.SIZE")
HEADER = f"BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>"

Payloads = dict[tuple[int, str], bytes]


@dataclass(frozen=True, slots=True)
class _Head:
    answer: Answer
    header: bytes
    leaves: tuple[Leaf, ...]


def fetch_messages(client: Client, uids: Sequence[int]) -> list[Fetched | Unfetchable]:
    """The messages of these UIDs, ascending; those that no longer exist are absent."""
    answers, odd = ask_each(client, uids, (*FACTS, "BODYSTRUCTURE", HEADER))
    heads = {uid: head for uid, answer in answers.items() if (head := _head(answer)) is not None}
    payloads = _fetch_parts(client, heads)
    found: dict[int, Fetched | Unfetchable] = {}
    for uid, head in heads.items():
        parts = _parts(uid, head.leaves, payloads)
        if parts is not None:
            found[uid] = to_fetched(uid, head.answer, partial(read_parts, head.header, parts))
    odd += [uid for uid in answers if uid not in found]
    found |= _fetch_whole_each(client, odd)
    return [found[uid] for uid in sorted(found)]


def fetch_whole(client: Client, uid: int, limit: int) -> MailMessage | None:
    """One message up to `limit` octets; None when it is gone or cannot be read."""
    answers, _ = ask_each(client, [uid], [f"BODY.PEEK[]<0.{limit}>"])
    raw = section(answers.get(uid, {}), b"BODY[]")
    return None if raw is None else read_message(raw)


def fetch_ids(client: Client, uids: Sequence[int]) -> dict[int, str | None]:
    """The Message-ID of each message that exists, None where it has none."""
    answers, odd = ask_each(client, uids, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
    found = {uid: read_parts(_any_section(answer) or b"", ()).message_id for uid, answer in answers.items()}
    return found | dict.fromkeys(odd)


def ask_each(client: Client, uids: Sequence[int], items: Sequence[str]) -> tuple[dict[int, Answer], list[int]]:
    """FETCH answers by UID, and the UIDs whose answer is refused or unreadable: one such spoils its whole command,
    so the command is halved until it stands alone."""
    try:
        return client.fetch_items(uids, items), []
    except UNREADABLE:
        pass
    except imaplib.IMAP4.error as error:
        if isinstance(error, imaplib.IMAP4.abort) or busy(str(error)):
            raise
    if len(uids) == 1:
        return {}, list(uids)
    half = len(uids) // 2
    first, odd_first = ask_each(client, uids[:half], items)
    second, odd_second = ask_each(client, uids[half:], items)
    return first | second, odd_first + odd_second


def section(answer: Answer, name: bytes) -> bytes | None:
    """The octets of a body section, which the server may or may not name with its partial offset."""
    for key, value in answer.items():
        if key == name or key.startswith(name + b"<"):
            return _octets(value)
    return None


def _any_section(answer: Answer) -> bytes | None:
    return next((_octets(value) for key, value in answer.items() if key.startswith(b"BODY[")), None)


def _octets(value: Any) -> bytes:
    # NIL stands for an empty part; an unquoted number was read as one.
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()


def _head(answer: Answer) -> _Head | None:
    header = section(answer, b"BODY[HEADER]")
    if not header:
        return None
    try:
        return _Head(answer, header, read_structure(answer.get(b"BODYSTRUCTURE")))
    except ValueError:
        return None


def _parts(uid: int, leaves: Sequence[Leaf], payloads: Payloads) -> list[TextPart] | None:
    """The leaves with what was fetched of them, without the texts that were not wanted; None where one is missing."""
    chosen = {leaf.path for leaf in wanted(leaves)}
    if not all((uid, path) in payloads for path in chosen):
        return None
    return [
        leaf.part(payloads.get((uid, leaf.path), b"")) for leaf in leaves if leaf.path in chosen or not leaf.is_text
    ]


def _fetch_parts(client: Client, heads: dict[int, _Head]) -> Payloads:
    by_path: defaultdict[str, list[int]] = defaultdict(list)
    for uid, head in heads.items():
        for leaf in wanted(head.leaves):
            by_path[leaf.path].append(uid)
    payloads: Payloads = {}
    for path, uids in by_path.items():
        answers, _ = ask_each(client, uids, [f"BODY.PEEK[{path}]<0.{PART_LIMIT}>"])
        for uid, answer in answers.items():
            payload = section(answer, f"BODY[{path}]".encode())
            if payload is not None:
                payloads[uid, path] = payload
    return payloads


def _fetch_whole_each(client: Client, uids: Sequence[int]) -> dict[int, Fetched | Unfetchable]:
    answers, odd = ask_each(client, sorted(uids), (*FACTS, f"BODY.PEEK[]<0.{WHOLE_LIMIT}>"))
    found: dict[int, Fetched | Unfetchable] = {uid: Unfetchable(uid, "unreadable_answer") for uid in odd}
    for uid, answer in answers.items():
        raw = section(answer, b"BODY[]")
        found[uid] = Unfetchable(uid, "no_content") if not raw else to_fetched(uid, answer, partial(read_message, raw))
    return found


def to_fetched(uid: int, answer: Answer, read: Callable[[], MailMessage]) -> Fetched | Unfetchable:
    """The message with the server's facts; a mail that our own reader should fail on is set aside like any other."""
    try:
        message = read()
    except UNREADABLE:
        return Unfetchable(uid, "unreadable_mail")
    internal_date = _in_utc(answer.get(b"INTERNALDATE")) or message.date
    if internal_date is None:
        return Unfetchable(uid, "no_date")
    size = answer.get(b"RFC822.SIZE")
    return Fetched(uid, internal_date, size if isinstance(size, int) else 0, message)


def _in_utc(when: Any) -> datetime | None:
    try:
        return when.astimezone(UTC) if isinstance(when, datetime) else None
    except OverflowError:
        return None
