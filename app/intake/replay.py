"""Judges an outbox that lies on disk, in sending order, as if it had been watched; stores nothing."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog

from app.intake.exclusions import Exclusions
from app.intake.samples import sample_of
from app.mail.message import MailMessage
from classifier import Judge, Judgement, OutboxMemory

log = structlog.get_logger()

_UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Replayed:
    """A judged mail; `template` and `flagged` as they stand after the whole outbox was seen."""

    message: MailMessage
    sent_at: datetime
    judgement: Judgement
    template: int | None
    flagged: bool


def replay(judge: Judge, messages: Sequence[MailMessage], report: Callable[[int, int], None]) -> list[Replayed]:
    """Every mail that is judged at all: private ones and our own nudges are left out. `report` gets (done, total)."""
    memory, private = OutboxMemory(secrets.token_bytes(32)), Exclusions()
    replayed: list[Replayed] = []
    in_order = sorted(messages, key=lambda message: message.date or _UNDATED)
    for number, message in enumerate(in_order):
        report(number, len(in_order))
        if "x-zuruf" in message.headers or private.cover(message):
            continue
        sent_at = message.date or _UNDATED
        judgement = judge.judge(str(len(replayed)), sample_of(message, sent_at), memory)
        replayed.append(Replayed(message, sent_at, judgement, judgement.template, judgement.flagged))
        _place(replayed, judgement)
    return replayed


def _place(replayed: list[Replayed], judgement: Judgement) -> None:
    """A template shows itself with its third copy: the earlier ones are flagged with it."""
    for send_id, number in judgement.regrouped.items():
        earlier = replayed[int(send_id)]
        earlier.template = number
        earlier.flagged = earlier.flagged or judgement.flagged
