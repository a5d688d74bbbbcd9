"""A database as it looks after three weeks of use: one rep, templates, sends, and nudges in every state.

Everything is written through the store's own functions, so that pages and tests see what the service would have stored.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from app.nudge.rules import stored_rules
from app.store import mailboxes, nudges, sends
from app.store.engine import Database, migrate
from app.store.envelopes import Envelope
from app.store.keys import Keys
from app.store.schema import Mailbox, Nudge, Send, Template
from app.store.states import MailboxState, NudgeState
from app.store.vault import DataVault, KeyRing, new_key

NOW: Final = datetime(2026, 3, 4, 13, 5, 12, tzinfo=UTC)
ANNA: Final = ("Anna Weber", "anna.weber@weber-guss.example")
BORIS: Final = ("Boris Lang", "b.lang@lang-antriebe.example")
CARLA: Final = ("Carla Stein", "carla@stein-soehne.example")
DORA: Final = ("Dora Groß", "dora.gross@strassenbau-nord.example")
BEN: Final = ("Ben Whitfield", "ben.whitfield@whitfield-cranes.example")
CHLOE: Final = ("Chloe Okafor", "c.okafor@okafor-valves.example")
NAMELESS: Final = ("", "einkauf@hallenbau-ost.example")
HOSTILE: Final = ('<b onmouseover="alert(1)">Eve</b>', "eve@example.example")
HOSTILE_SUBJECT: Final = "<script>alert('subject')</script> & {{ 7*7 }} <img src=x onerror=alert(2)>"

Person = tuple[str, str]
JONAS: Final = mailboxes.Account(
    "jonas@keller-maschinen.example", "imap.keller-maschinen.example", 993, "implicit", "jonas", "kein-geheimnis"
)
PRIYA: Final = mailboxes.Account(
    "priya@northwind-tools.example", "imap.northwind-tools.example", 993, "implicit", "priya", "no-secret"
)


def open_database(directory: Path) -> tuple[Database, Keys]:
    """An empty database at the current schema, and its keys."""
    return prepare_database(f"sqlite:///{directory / 'zuruf.db'}")


def prepare_database(url: str) -> tuple[Database, Keys]:
    database = Database(url)
    migrate(database)
    keys = Keys(KeyRing([new_key()]))
    with database.writing() as session:
        keys.prepare_installation(session)
    return database, keys


def connect_mailbox(
    session: Session,
    keys: Keys,
    account: mailboxes.Account = JONAS,
    *,
    now: datetime = NOW,
    language: str = "de",
    demo: bool = False,
) -> Mailbox:
    """A mailbox that was connected three weeks ago, has been read, and is watched."""
    rules = stored_rules(
        settle_seconds=600,
        quiet_hours="18:00-08:00,sat,sun",
        time_zone="Europe/Berlin",
        cap_per_day=1,
        cap_per_week=3,
    )
    connected = now - timedelta(days=21)
    new = mailboxes.NewMailbox(account, "Sent", 400, language, rules, demo)
    mailbox = mailboxes.connect(session, keys, new, connected)
    mailboxes.enter(mailbox, MailboxState.WATCHED, connected)
    mailbox.uidvalidity, mailbox.last_uid, mailbox.last_contact_at = 7, 412, now - timedelta(seconds=12)
    mailbox.history_total = mailbox.history_done = 380
    mailbox.history_started_at, mailbox.history_ended_at = connected, connected + timedelta(minutes=2)
    return mailbox


@dataclass(slots=True)
class Outbox:
    """Adds judged sends to one mailbox. `uid` counts up with every send."""

    session: Session
    vault: DataVault
    mailbox: Mailbox
    uid: int = 0

    def send(
        self,
        subject: str,
        recipients: Sequence[Person],
        sent_at: datetime,
        *,
        template: Template | None = None,
        nudge: Nudge | None = None,
        flagged: bool = True,
        score: float | None = 0.93,
        language: str = "de",
        reasons: Sequence[dict[str, Any]] | None = None,
    ) -> Send:
        self.uid += 1
        judged = sends.Judged(
            flagged=flagged,
            score=score,
            style=0.8 if flagged else 0.1,
            likeness=0.96 if template else 0.0,
            language=language,
            reasons=list(SAME_TEXT if reasons is None and flagged else reasons or ()),
            sketch=b"",
            recipient_keys=b"".join(blake2b(email.encode(), digest_size=8).digest() for _, email in recipients),
        )
        new = sends.NewSend(
            id=uuid.uuid4(),
            uidvalidity=self.mailbox.uidvalidity or 0,
            uid=self.uid,
            identity=uuid.uuid4().bytes,
            content_key=uuid.uuid4().bytes,
            sent_at=sent_at,
            nudgeable=nudge is not None,
            envelope=Envelope(subject, tuple(recipients), f"<{self.uid}@keller-maschinen.example>", ()),
            recipient_count=len(recipients),
            judged=judged,
            template_id=template.id if template else None,
        )
        send = sends.record(self.session, self.vault, self.mailbox, new)
        send.nudge_id = nudge.id if nudge else None
        self.session.flush()
        return send

    def template(self, number: int) -> Template:
        return sends.template_for(self.session, self.mailbox.id, number, NOW)

    def nudge(self, template: Template | None, at: datetime, state: NudgeState, **values: Any) -> Nudge:
        template_id = template.id if template else None
        nudge = nudges.open_burst(
            self.session, self.mailbox, uuid.uuid4(), template_id, f"<{uuid.uuid4().hex}@zuruf.invalid>", at
        )
        nudge.state, nudge.due_at = state, None
        for name, value in values.items():
            setattr(nudge, name, value)
        self.session.flush()
        return nudge


def open_outbox(session: Session, keys: Keys, mailbox: Mailbox) -> Outbox:
    return Outbox(session, keys.of_rep(session, mailbox.rep_id), mailbox)


SAME_TEXT: Final[list[dict[str, Any]]] = [
    {"code": "same_text", "weight": 3.1, "siblings": 8, "recipients": 9, "percent": 96, "days": 4},
    {"code": "style", "weight": 1.4, "percent": 91},
    {"code": "call_to_action", "weight": 0.6, "count": 1},
    {"code": "known_recipient", "weight": -0.3, "count": 2},
]
STYLE_ONLY: Final[list[dict[str, Any]]] = [
    {"code": "style", "weight": 2.9, "percent": 99},
    {"code": "merge_field", "weight": 2.2, "count": 1},
    {"code": "unsubscribe_header", "weight": 0.7},
]
REPLY: Final[list[dict[str, Any]]] = [
    {"code": "reply", "weight": -2.4},
    {"code": "style", "weight": 0.2, "percent": 31},
]


@dataclass(slots=True)
class Seeded:
    """The ids of what was stored, by a short name."""

    rep_id: uuid.UUID
    mailbox_id: uuid.UUID
    sends: dict[str, uuid.UUID] = field(default_factory=dict)
    nudges: dict[str, uuid.UUID] = field(default_factory=dict)
    templates: dict[str, uuid.UUID] = field(default_factory=dict)


def seed(database: Database, keys: Keys, account: mailboxes.Account = JONAS, *, demo: bool = False) -> Seeded:
    """The whole picture for one rep."""
    with database.writing() as session:
        language = "en" if account is PRIYA else "de"
        mailbox = connect_mailbox(session, keys, account, language=language, demo=demo)
        outbox = open_outbox(session, keys, mailbox)
        seeded = Seeded(mailbox.rep_id, mailbox.id)
        _add_delivered(outbox, seeded)
        _add_waiting(outbox, seeded)
        _add_silent_and_failed(outbox, seeded)
        _add_lone_and_personal(outbox, seeded)
        return seeded


def _add_delivered(outbox: Outbox, seeded: Seeded) -> None:
    """Nine people got the same offer; the nudge lies in the inbox since yesterday."""
    parts = outbox.template(1)
    at = NOW - timedelta(days=1, hours=3)
    nudge = outbox.nudge(parts, at, NudgeState.DELIVERED, decision="settled", delivered_at=at + timedelta(minutes=14))
    people = [ANNA, BORIS, CARLA, DORA, NAMELESS, *((f"Person {n}", f"p{n}@firma-{n}.example") for n in range(4))]
    for minute, person in enumerate(people):
        subject = f"Frästeile aus Aluminium in 5 Werktagen, {person[0] or 'guten Tag'}"
        send = outbox.send(subject, [person], at + timedelta(minutes=minute), template=parts, nudge=nudge, score=0.998)
        seeded.sends[f"parts-{minute}"] = send.id
    seeded.nudges["delivered"], seeded.templates["parts"] = nudge.id, parts.id


def _add_waiting(outbox: Outbox, seeded: Seeded) -> None:
    """Four people got a short question a few minutes ago; the nudge waits for the burst to settle."""
    question = outbox.template(2)
    at = NOW - timedelta(minutes=6)
    due_at = NOW + timedelta(minutes=7)
    nudge = outbox.nudge(question, at, NudgeState.PLANNED, decision="settling", due_at=due_at)
    for minute, person in enumerate([ANNA, BORIS, CARLA, DORA]):
        moment = at + timedelta(minutes=minute)
        subject = "Kurze Frage zu Ihrer Fertigung an der Straße"
        send = outbox.send(subject, [person], moment, template=question, nudge=nudge, score=0.91)
        seeded.sends[f"question-{minute}"] = send.id
    contract = outbox.template(6)
    doubtful = outbox.nudge(contract, NOW - timedelta(hours=2), NudgeState.INTENT, attempts=1)
    send = outbox.send("Wartungsvertrag 2026", [BORIS], NOW - timedelta(hours=2), template=contract, nudge=doubtful)
    seeded.sends["intent"] = send.id
    seeded.nudges |= {"planned": nudge.id, "intent": doubtful.id}
    seeded.templates["question"] = question.id


def _add_silent_and_failed(outbox: Outbox, seeded: Seeded) -> None:
    """English copies under a template that was nudged about lately, a failed delivery, and old mail from before."""
    cranes = outbox.template(3)
    at = NOW - timedelta(days=3)
    silent = outbox.nudge(cranes, at, NudgeState.SILENT, decision="same_template")
    for minute, person in enumerate([BEN, CHLOE, ANNA]):
        moment = at + timedelta(minutes=minute)
        send = outbox.send(
            "Quick question about your cranes",
            [person],
            moment,
            template=cranes,
            nudge=silent,
            language="en",
            score=0.88,
        )
        seeded.sends[f"cranes-{minute}"] = send.id
    at = NOW - timedelta(days=5)
    failed = outbox.nudge(outbox.template(4), at, NudgeState.FAILED, attempts=8, last_error="mailbox_full")
    seeded.sends["failed"] = outbox.send("Einladung zur Hausmesse", [ANNA, BORIS, CARLA, DORA], at, nudge=failed).id
    history = outbox.template(5)
    for day in range(3):
        send = outbox.send("Rahmenvertrag Ersatzteile", [CARLA], NOW - timedelta(days=40 + day), template=history)
        seeded.sends[f"history-{day}"] = send.id
    seeded.nudges |= {"silent": silent.id, "failed": failed.id}
    seeded.templates |= {"cranes": cranes.id, "history": history.id}


def _add_lone_and_personal(outbox: Outbox, seeded: Seeded) -> None:
    """One send that was flagged for its style alone, one with hostile words, and two that were not flagged."""
    at = NOW - timedelta(days=2)
    lone = outbox.nudge(None, at, NudgeState.SILENT, decision="too_few")
    add = outbox.send
    seeded.sends["lone"] = add("Nur noch bis Freitag: 12 % auf alles", [BORIS], at, nudge=lone, reasons=STYLE_ONLY).id
    seeded.sends["hostile"] = add(
        HOSTILE_SUBJECT, [HOSTILE], NOW - timedelta(days=4), reasons=[{"code": "<i>new</i>", "weight": 1.0}]
    ).id
    seeded.sends["personal"] = add(
        "Re: Termin am Dienstag", [ANNA], NOW - timedelta(hours=1), flagged=False, score=0.04, reasons=REPLY
    ).id
    seeded.sends["excluded"] = add("Betriebsrat", [DORA], NOW - timedelta(days=6), flagged=False, score=None).id
    seeded.nudges["lone"] = lone.id
