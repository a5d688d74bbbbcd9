"""One mail of the demo as a value: what is put into a folder."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DemoMail:
    """`folder` is INBOX, Sent or Trash; `raw` has CRLF line ends; `internal_date` is aware; `flags` are IMAP flags."""

    folder: str
    raw: bytes
    internal_date: datetime
    flags: tuple[str, ...] = ()
