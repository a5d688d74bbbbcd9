"""The line format of `python -m classifier judge`: a JSON object in, one out; a bad line hurts no other."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from classifier.judge import Judge
from classifier.outbox import OutboxMemory
from classifier.values import Judgement, Sample

_ADDRESS_LIMIT = 5000  # recipients of one mail that are read
_ADDRESS_LENGTH = 320
_FIELD_LENGTH = 500_000
_MAILBOX = re.compile(r'(?:"[^"]*"|[^,;"])+')

Entry = Mapping[str, Any]


class BadRecord(ValueError):
    """A line is not a record; the message says what is wrong with it."""


def judge_lines(judge: Judge, lines: Iterable[bytes]) -> Iterator[str]:
    """Yield one JSON line for each line that is not blank, in order; memories of outboxes are built on the way."""
    memories: dict[str, OutboxMemory] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield json.dumps(_judge_line(judge, line, number, memories))
            except BadRecord as error:
                yield json.dumps({"line": number, "error": str(error)})


def _judge_line(judge: Judge, line: bytes, number: int, memories: dict[str, OutboxMemory]) -> dict[str, Any]:
    entry = _read_object(line)
    outbox = _text(entry, "outbox")
    memory = memories.setdefault(outbox, OutboxMemory(outbox.encode("utf-8", "replace")[:64])) if outbox else None
    identity = entry.get("id")
    send_id = identity if isinstance(identity, str) and identity else f"line {number}"
    return {"id": identity, **to_fields(judge.judge(send_id, to_sample(entry), memory))}


def to_sample(entry: Entry) -> Sample:
    """Return the sample that a record describes. Raises BadRecord where a field has the wrong form."""
    named = [pair for field in ("to", "cc", "bcc") for pair in _addresses(entry, field)]
    unique = dict.fromkeys(address for _, address in named)
    sender = _addresses(entry, "from")
    headers = {name.lower(): value for name, value in _headers(entry).items()}
    return Sample(
        subject=_text(entry, "subject"),
        body=_text(entry, "body"),
        html=_text(entry, "html") or None,
        sender=sender[0][1] if sender else None,
        recipients=tuple(unique),
        recipient_names=tuple(name for name, _ in named if name),
        hidden_recipients=len(_addresses(entry, "bcc")),
        sent_at=_time(entry),
        is_reply=bool(entry.get("in_reply_to") or "in-reply-to" in headers or "references" in headers),
        headers=headers,
        has_calendar="text/calendar" in headers.get("content-type", "").lower(),
    )


def to_fields(judgement: Judgement) -> dict[str, Any]:
    """Return what is written about a judgement."""
    return {
        "score": round(judgement.score, 6),
        "flagged": judgement.flagged,
        "style": None if judgement.style is None else round(judgement.style, 6),
        "language": judgement.language,
        "likeness": round(judgement.likeness, 6),
        "siblings": list(judgement.siblings),
        "template": judgement.template,
        "reasons": [
            {"code": reason.code, "weight": round(reason.weight, 4), **reason.facts} for reason in judgement.reasons
        ],
    }


def _read_object(line: bytes) -> Entry:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRecord("This line is not JSON.") from error
    if not isinstance(entry, dict):
        raise BadRecord("This line is not a JSON object.")
    return entry


def _text(entry: Entry, field: str) -> str:
    value = entry.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRecord(f'"{field}" is not a text.')
    return value


def _addresses(entry: Entry, field: str) -> list[tuple[str, str]]:
    """Return name and address of each entry of an address field, given as list or as one text."""
    value = entry.get(field) or []
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadRecord(f'"{field}" is not a list of addresses.')
    pairs = (pair for text in texts[:_ADDRESS_LIMIT] for pair in _split_addresses(text))
    return [(name, address.lower()) for name, address in pairs if address][:_ADDRESS_LIMIT]


def _split_addresses(text: str) -> list[tuple[str, str]]:
    """Return (name, address) pairs of "Anna Weber <anna@weber.example>, boris@lang.example"."""
    return [_split_mailbox(part) for part in _MAILBOX.findall(text[:_FIELD_LENGTH])]


def _split_mailbox(text: str) -> tuple[str, str]:
    name, box, address = text.rpartition("<")
    if not box:
        return "", text.strip()[:_ADDRESS_LENGTH]
    return name.strip(' "')[:_ADDRESS_LENGTH], address.partition(">")[0].strip()[:_ADDRESS_LENGTH]


def _headers(entry: Entry) -> dict[str, str]:
    headers = entry.get("headers") or {}
    if not isinstance(headers, dict):
        raise BadRecord('"headers" is not an object.')
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in headers.items()}


def _time(entry: Entry) -> datetime | None:
    text = _text(entry, "sent_at")
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRecord('"sent_at" is not an ISO 8601 time.') from error
