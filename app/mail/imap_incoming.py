"""Fetches what the headers of received mails tell about whose answers they are, and no more. PEEK: no flag changes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from app.mail.imap_client import Answer, Client
from app.mail.imap_fetch import ask_each
from app.mail.incoming import FIELDS, Incoming, read_incoming

HEADER_LIMIT: Final = 65_536  # octets of each mail; whoever writes to the rep decides how long its header is
_ITEMS: Final = ("INTERNALDATE", f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS).upper()})]<0.{HEADER_LIMIT}>")


def fetch_incoming(client: Client, uids: Sequence[int]) -> list[Incoming]:
    """Ascending by UID; mails that are gone or that the server describes badly are absent."""
    answers, _ = ask_each(client, uids, _ITEMS)
    read = (_incoming(uid, answers[uid]) for uid in sorted(answers))
    return [mail for mail in read if mail is not None]


def _incoming(uid: int, answer: Answer) -> Incoming | None:
    header = next((value for key, value in answer.items() if key.startswith(b"BODY[")), None)
    return read_incoming(uid, _in_utc(answer.get(b"INTERNALDATE")), header) if isinstance(header, bytes) else None


def _in_utc(when: Any) -> datetime | None:
    try:
        return when.astimezone(UTC) if isinstance(when, datetime) else None
    except OverflowError:
        return None
