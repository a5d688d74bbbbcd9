"""Everything that is stored about a rep as one ZIP file: each table as JSON, the sends as CSV, planned calls as ICS.

It is made while it is sent: nothing of it is written to a disk, and no row is held longer than its batch.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from icalendar import Calendar
from sqlalchemy import Row, Table

from app.nudge.calendar_file import Appointment, calendar_file
from app.store import own_rows
from app.store.engine import Database
from app.store.envelopes import Envelope, unseal_envelope
from app.store.errors import Tampered
from app.store.schema import Feedback, Send
from app.store.vault import DataVault
from app.texts import Translator
from app.web.access import RepHere
from app.web.spreadsheet import BYTE_ORDER_MARK, csv_line

# Hashes of single words, of use to nobody without the key.
_LEFT_OUT: Final = frozenset({"send_tokens"})
_COLUMNS: Final = ("sent_at", "flagged", "score", "language", "recipients", "subject", "reasons", "template")


@dataclass(frozen=True, slots=True)
class Archive:
    """`parts` yields the bytes of the file, piece by piece."""

    database: Database
    vault: DataVault
    rep: RepHere
    texts: Translator
    now: datetime

    def parts(self) -> Iterator[bytes]:
        sink = _Sink()
        with ZipFile(sink, "w", ZIP_DEFLATED) as file:
            for name, contents in self._files():
                with file.open(name, "w", force_zip64=True) as entry:
                    for content in contents:
                        entry.write(content)
                        yield sink.take()
        yield sink.take()

    def _files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        yield "README.txt", iter([self._explanation().encode()])
        for table in own_rows.own_tables():
            if table.name not in _LEFT_OUT:
                yield f"tables/{table.name}.json", self._json(table)
        yield "sends.csv", self._csv()
        if appointments := self._appointments():
            yield "calls.ics", iter([_calendar(appointments)])

    def _explanation(self) -> str:
        gettext, day = self.texts.gettext, self.now.astimezone(self.rep.zone).date().isoformat()
        lines = (
            gettext("Everything that Zuruf stores about you, as of %(day)s.", day=day),
            gettext("tables: every row, readable; sends.csv: your sent mails; calls.ics: calls that you planned."),
            gettext("Left out are passwords and keys, and the hashes of single words that your search goes by."),
            gettext("Texts of mails are not in it, since none are stored; they lie in your mailbox."),
        )
        return "\n".join(lines) + "\n"

    def _batches(self, table: Table) -> Iterator[list[Row[Any]]]:
        last: Row[Any] | None = None
        while True:
            with self.database.reading() as session:
                rows = own_rows.next_rows(session, table, self.rep.id, last)
            if not rows:
                return
            yield list(rows)
            last = rows[-1]

    def _json(self, table: Table) -> Iterator[bytes]:
        yield b"["
        comma = b"\n"
        for batch in self._batches(table):
            for row in batch:
                content = own_rows.opened(self.vault, table, row)
                yield comma + json.dumps(content, ensure_ascii=False, default=_as_text).encode("utf-8", "replace")
                comma = b",\n"
        yield b"\n]\n"

    def _csv(self) -> Iterator[bytes]:
        yield (BYTE_ORDER_MARK + csv_line(_COLUMNS)).encode()
        table = Send.metadata.tables[Send.__tablename__]
        for batch in self._batches(table):
            for row in batch:
                yield csv_line(_send_values(self.vault, row)).encode()

    def _appointments(self) -> list[Appointment]:
        with self.database.reading() as session:
            return [self._appointment(*call) for call in own_rows.planned_calls(session, self.rep.id)]

    def _appointment(self, word: Feedback, at: datetime, send: Send | None) -> Appointment:
        names = _people(_envelope(self.vault, send.id, send.envelope)) if send is not None else ""
        title = self.texts.gettext("Call %(name)s", name=names) if names else self.texts.gettext("Planned call")
        start = at.astimezone(self.rep.zone)
        return Appointment(f"call-{word.id}@zuruf.invalid", start, word.created_at, title, "")


class _Sink:
    """A file that is read while it is written; it cannot go back."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def close(self) -> None:
        """What was written stays to be taken."""

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken


def _calendar(appointments: Sequence[Appointment]) -> bytes:
    """One file of at least one call: a calendar without any is none (RFC 5545 section 3.6)."""
    first, *others = [Calendar.from_ical(calendar_file(one)) for one in appointments]
    for event in [event for other in others for event in other.walk("VEVENT")]:
        first.add_component(event)
    return bytes(first.to_ical())


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _envelope(vault: DataVault, send_id: uuid.UUID, sealed: bytes) -> Envelope:
    try:
        return unseal_envelope(vault, send_id, sealed)
    except Tampered:
        return Envelope(own_rows.UNREADABLE, (), None, ())


def _people(envelope: Envelope) -> str:
    return ", ".join(name or email for name, email in envelope.recipients[:3])


def _send_values(vault: DataVault, row: Row[Any]) -> tuple[str, ...]:
    values = row._mapping
    envelope = _envelope(vault, values["id"], values["envelope"])
    recipients = "; ".join(f"{name} <{email}>" if name else email for name, email in envelope.recipients)
    reasons = " ".join(str(reason["code"]) for reason in values["reasons"])
    judged = (values["sent_at"].isoformat(), values["flagged"], values["score"], values["language"])
    return tuple(str(value) for value in (*judged, recipients, envelope.subject, reasons, values["template_id"] or ""))
