"""Fills a database with the sends of one rep, as many as wanted, spread over two years and in no order of time."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy.orm import Session

from app.store import nudges, sends
from app.store.engine import Database
from app.store.envelopes import Envelope, seal_envelope, words_of
from app.store.keys import Keys
from app.store.schema import Feedback, Mailbox, Nudge, Send, SendToken
from app.store.signs import signs_of
from app.store.states import FeedbackKind, NudgeState
from app.store.vault import DataVault
from benchmarks.bulk_load import load
from tests.web.seed import REPLY, SAME_TEXT, STYLE_ONLY, connect_mailbox

NOW: Final = datetime(2026, 3, 4, 13, 5, 12, tzinfo=UTC)
SPAN: Final = timedelta(days=700)
FLAGGED_SHARE: Final = 0.25
OF_TEMPLATE: Final = 0.9  # of the flagged ones
RARE_REASON: Final = 9001  # one send in so many has it
SUBJECTS: Final = ("Angebot Frästeile", "Kurze Frage zu Ihrer Fertigung", "Einladung zur Hausmesse", "Angebot")
NAMES: Final = ("Anna Weber", "Boris Lang", "Carla Stein", "Dora Groß", "Ben Whitfield", "Chloe Okafor")
STATES: Final = (NudgeState.DELIVERED, NudgeState.DELIVERED, NudgeState.SILENT, NudgeState.FAILED)


@dataclass(frozen=True, slots=True)
class Filled:
    """`template_id` is one with many sends."""

    rep_id: uuid.UUID
    template_id: uuid.UUID


def fill(database: Database, keys: Keys, count: int) -> Filled:
    """The same sends each time."""
    chance = random.Random(6)
    with database.writing() as session:
        mailbox = connect_mailbox(session, keys, now=NOW)
        vault = keys.of_rep(session, mailbox.rep_id)
        bursts = [_burst(session, mailbox, number, chance) for number in range(max(2, count // 100))]
    tokens: list[tuple[bytes, uuid.UUID]] = []
    load(database, Send, _sends(vault, mailbox.id, bursts, count, chance, tokens))
    # In the order of their index: it then grows page by page.
    tokens.sort(key=itemgetter(0))
    load(database, SendToken, ({"mailbox_id": mailbox.id, "token": one[0], "send_id": one[1]} for one in tokens))
    load(database, Feedback, _words(mailbox.id, bursts, chance))
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
    return Filled(mailbox.rep_id, bursts[0].template_id or uuid.UUID(int=0))


def _burst(session: Session, mailbox: Mailbox, number: int, chance: random.Random) -> Nudge:
    at = NOW - chance.random() * SPAN
    template = sends.template_for(session, mailbox.id, number + 1, at)
    message_id = f"<{uuid.UUID(int=chance.getrandbits(128)).hex}@zuruf.invalid>"
    nudge = nudges.open_burst(session, mailbox, uuid.UUID(int=chance.getrandbits(128)), template.id, message_id, at)
    nudge.state = NudgeState.PLANNED if number == 1 else chance.choice(STATES)
    nudge.decision = "settled"
    nudge.due_at = NOW + timedelta(minutes=5) if number == 1 else None
    nudge.delivered_at = at if nudge.state is NudgeState.DELIVERED else None
    return nudge


def _sends(
    vault: DataVault,
    mailbox_id: uuid.UUID,
    bursts: Sequence[Nudge],
    count: int,
    chance: random.Random,
    tokens: list[tuple[bytes, uuid.UUID]],
) -> Iterator[dict[str, Any]]:
    """The rows; the words by which each is found are left in `tokens`."""
    token_of = cache(lambda word: vault.index("word", word))
    for uid in range(1, count + 1):
        flagged = chance.random() < FLAGGED_SHARE
        burst = chance.choice(bursts) if flagged and chance.random() < OF_TEMPLATE else None
        row = _send(vault, mailbox_id, uid, flagged, burst, chance)
        name, address = chance.choice(NAMES), f"kunde{uid}@firma-{uid % 997}.example"
        subject = f"{chance.choice(SUBJECTS)} {uid % 5000}"
        row["envelope"] = seal_envelope(
            vault, row["id"], Envelope(subject, ((name, address),), f"<{uid}@keller.example>", ())
        )
        words = {address, *words_of(f"{name} {address} {subject}")}
        tokens += [(token_of(word), row["id"]) for word in words]
        yield row


def _words(mailbox_id: uuid.UUID, bursts: Sequence[Nudge], chance: random.Random) -> Iterator[dict[str, Any]]:
    """What the rep said: a call after every third note, and of a few texts that they are none."""
    for number, burst in enumerate(bursts):
        kind = FeedbackKind.CALLED if number % 3 == 0 else FeedbackKind.STOP if number % 50 == 1 else None
        if kind is not None:
            yield {
                "id": uuid.UUID(int=chance.getrandbits(128)),
                "mailbox_id": mailbox_id,
                "nudge_id": burst.id,
                "kind": kind,
                "by_mail": False,
                "created_at": burst.opened_at,
            }


def _send(
    vault: DataVault, mailbox_id: uuid.UUID, uid: int, flagged: bool, burst: Nudge | None, chance: random.Random
) -> dict[str, Any]:
    reasons = SAME_TEXT if burst else STYLE_ONLY if flagged else REPLY
    if uid % RARE_REASON == 0:
        reasons = [*reasons, {"code": "many_recipients", "weight": 0.4, "count": 30}]
    return {
        "id": uuid.UUID(int=chance.getrandbits(128)),
        "mailbox_id": mailbox_id,
        "uidvalidity": 7,
        "uid": uid,
        "second": False,
        "identity": vault.index("identity", str(uid)),
        "content_key": vault.index("content", str(uid)),
        "sent_at": NOW - chance.random() * SPAN,
        "nudgeable": burst is not None,
        "recipient_count": 1,
        "flagged": flagged,
        "score": 0.7 + 0.3 * chance.random() if flagged else 0.2,
        "style": 0.5,
        "likeness": 0.9 if burst else 0.0,
        "language": "en" if chance.random() < 0.02 else "de",
        "reasons": reasons,
        "signs": signs_of(reasons),
        "template_id": burst.template_id if burst else None,
        "nudge_id": burst.id if burst else None,
        "sketch": chance.randbytes(256),
        "recipient_keys": chance.randbytes(8),
    }
