"""Fills a database with the sends of one rep, as many as wanted, spread over two years and in no order of time."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.store import nudges, sends
from app.store.engine import Database
from app.store.envelopes import Envelope, seal_envelope, search_tokens
from app.store.keys import Keys
from app.store.schema import Mailbox, Nudge, Send, SendToken
from app.store.states import NudgeState
from app.store.vault import DataVault
from tests.web.seed import REPLY, SAME_TEXT, STYLE_ONLY, connect_mailbox

NOW: Final = datetime(2026, 3, 4, 13, 5, 12, tzinfo=UTC)
SPAN: Final = timedelta(days=700)
FLAGGED_SHARE: Final = 0.25
OF_TEMPLATE: Final = 0.9  # of the flagged ones
CHUNK: Final = 25_000
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
    rows = _rows(vault, mailbox.id, bursts, count, chance)
    while chunk := list(islice(rows, CHUNK)):
        with database.writing(large=True) as session:
            session.execute(insert(Send), [send for send, _ in chunk])
            # In the order of their index: it then grows page by page.
            tokens = sorted((token for _, tokens in chunk for token in tokens), key=itemgetter("token"))
            session.execute(insert(SendToken), tokens)
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


def _rows(
    vault: DataVault, mailbox_id: uuid.UUID, bursts: Sequence[Nudge], count: int, chance: random.Random
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for uid in range(1, count + 1):
        flagged = chance.random() < FLAGGED_SHARE
        burst = chance.choice(bursts) if flagged and chance.random() < OF_TEMPLATE else None
        row = _send(vault, mailbox_id, uid, flagged, burst, chance)
        person = (chance.choice(NAMES), f"kunde{uid}@firma-{uid % 997}.example")
        envelope = Envelope(f"{chance.choice(SUBJECTS)} {uid % 5000}", (person,), f"<{uid}@keller.example>", ())
        row["envelope"] = seal_envelope(vault, row["id"], envelope)
        tokens = search_tokens(vault, envelope)
        yield row, [{"mailbox_id": mailbox_id, "token": token, "send_id": row["id"]} for token in tokens]


def _send(
    vault: DataVault, mailbox_id: uuid.UUID, uid: int, flagged: bool, burst: Nudge | None, chance: random.Random
) -> dict[str, Any]:
    reasons = SAME_TEXT if burst else STYLE_ONLY if flagged else REPLY
    return {
        "id": uuid.UUID(int=chance.getrandbits(128)),
        "mailbox_id": mailbox_id,
        "uidvalidity": 7,
        "uid": uid,
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
        "template_id": burst.template_id if burst else None,
        "nudge_id": burst.id if burst else None,
        "sketch": chance.randbytes(256),
        "recipient_keys": chance.randbytes(8),
    }
