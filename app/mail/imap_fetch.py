"""Fetches messages in a few large commands and as few bytes as possible; one unreadable message never stops the others.

First header and structure of all, then the wanted text parts, grouped by part path; what the server describes badly is
fetched whole up to 64 KiB and parsed here. PEEK throughout: no flag changes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from app.mail.imap_answers import UNREADABLE, passing
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
class Head:
    """A message without its texts."""

    answer: Answer
    header: bytes
    leaves: tuple[Leaf, ...]

    @property
    def text_size(self) -> int:
        """Octets that its wanted texts take at most."""
        return sum(min(leaf.size, PART_LIMIT) for leaf in wanted(self.leaves))


# None: the server describes the message badly.
Heads = dict[int, Head | None]


def fetch_heads(client: Client, uids: Sequence[int]) -> Heads:
    """Header and structure of these UIDs, ascending; those that no longer exist are absent."""
    answers, odd = ask_each(client, uids, (*FACTS, "BODYSTRUCTURE", HEADER))
    heads = {uid: _head(answer) for uid, answer in answers.items()}
    return dict(sorted((heads | dict.fromkeys(odd)).items()))


def in_groups(heads: Heads, most: int) -> Iterator[Heads]:
    """The same messages in groups, ascending, whose texts take at most `most` octets together, or one message."""
    group, size = Heads(), 0
    for uid, head in heads.items():
        own = WHOLE_LIMIT if head is None else head.text_size
        if group and size + own > most:
            yield group
            group, size = {}, 0
        group[uid] = head
        size += own
    if group:
        yield group


def fetch_texts(client: Client, heads: Heads) -> list[Fetched | Unfetchable]:
    """The messages of these heads, ascending; those that no longer exist are absent."""
    sound = {uid: head for uid, head in heads.items() if head is not None}
    payloads = _fetch_parts(client, sound)
    found: dict[int, Fetched | Unfetchable] = {}
    for uid, head in sound.items():
        parts = _parts(uid, head.leaves, payloads)
        if parts is not None:
            found[uid] = to_fetched(uid, head.answer, partial(read_parts, head.header, parts))
    found |= _fetch_whole_each(client, [uid for uid in heads if uid not in found])
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
    """FETCH answers by UID, and the UIDs whose answer is refused or unreadable.

    Where a server refuses a command for the sake of one message, only what it has not answered yet is asked for again,
    in halves until that message stands alone. Raises `ServerBusy` and
    `MailboxUnreachable`.
    """
    answers = client.fetch_items(uids, items)
    found = dict(answers.found)
    rest = [uid for uid in uids if uid not in found]
    if answers.refused is None:
        return found, rest if answers.unreadable else []
    if (trouble := passing(answers.refused)) is not None:
        raise trouble
    if not rest or len(uids) == 1:
        return found, rest
    half = len(rest) if found else len(rest) // 2
    odd: list[int] = []
    for some in (rest[:half], rest[half:]):
        more, more_odd = ask_each(client, some, items)
        found |= more
        odd += more_odd
    return found, odd


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


def _head(answer: Answer) -> Head | None:
    header = section(answer, b"BODY[HEADER]")
    if not header:
        return None
    try:
        return Head(answer, header, read_structure(answer.get(b"BODYSTRUCTURE")))
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


def _fetch_parts(client: Client, heads: Mapping[int, Head]) -> Payloads:
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
    answers, odd = ask_each(client, uids, (*FACTS, f"BODY.PEEK[]<0.{WHOLE_LIMIT}>"))
    # A server also refuses what was expunged meanwhile (RFC 5530: EXPUNGEISSUED), which is nothing to set aside.
    there = set(client.search_uids(b"UID", ",".join(map(str, odd)).encode())) if odd else set()
    found: dict[int, Fetched | Unfetchable] = {
        uid: Unfetchable(uid, "unreadable_answer") for uid in odd if uid in there
    }
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
