"""The tables. Personal values are sealed (`vault`); the rest is numbers, states, keyed hashes and times."""

import uuid
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.store.base import Base, Number32, owned_by
from app.store.signs import signs_of
from app.store.states import FeedbackKind, MailboxState, NudgeKind, NudgeState

_FILTERED: Final = ("language", "template_id", "nudge_id", "signs")


class Installation(Base):
    """One row: the data key of the installation itself (look-ups across reps, link signatures)."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrapped_key: Mapped[bytes]


class Rep(Base):
    """One person. Nobody but this person sees what hangs below."""

    __tablename__ = "reps"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes]
    language: Mapped[str | None]
    created_at: Mapped[datetime]


class WebSession(Base):
    """A signed-in browser; the cookie's token is kept as a hash."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    rep_id: Mapped[uuid.UUID] = mapped_column(owned_by("reps"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]


class SignInLink(Base):
    """A link that was put into a mailbox's INBOX; works once."""

    __tablename__ = "sign_in_links"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    rep_id: Mapped[uuid.UUID] = mapped_column(owned_by("reps"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class FolderCursor:
    """How far a watched folder was read, and what the server makes of the next step."""

    uidvalidity: Mapped[Number32 | None]
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    newest_at: Mapped[datetime | None]  # INTERNALDATE of the newest send seen
    nudge_uid: Mapped[Number32 | None]  # sends below it are history; None until the folder is opened next
    nudges_from: Mapped[datetime]  # sends filed before it are history, too
    fetch_failures: Mapped[int] = mapped_column(default=0)  # in a row, of the FETCH behind the cursor
    fetch_step: Mapped[int | None]  # messages at a time, until the cursor has passed `fetch_until`
    fetch_until: Mapped[Number32 | None]


class Mailbox(FolderCursor, Base):
    """One connected account. Whoever proves host and login owns it; the address alone proves nothing."""

    __tablename__ = "mailboxes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    rep_id: Mapped[uuid.UUID] = mapped_column(owned_by("reps"), index=True)
    address: Mapped[bytes]
    address_index: Mapped[bytes] = mapped_column(index=True)
    login_index: Mapped[bytes] = mapped_column(unique=True)
    host: Mapped[str]
    port: Mapped[int]
    tls: Mapped[str]
    username: Mapped[bytes]
    password: Mapped[bytes]
    private_host: Mapped[bool]  # an administrator, or the installation's setting, allowed a private address
    demo: Mapped[bool]
    language: Mapped[str]

    state: Mapped[MailboxState]
    reason: Mapped[str | None]
    state_since: Mapped[datetime]
    last_contact_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int] = mapped_column(default=0)  # counts changes by the rep, so that the watcher notices them
    connected_at: Mapped[datetime]

    rules: Mapped[dict[str, Any]]
    snoozed_until: Mapped[datetime | None]  # no nudges before
    exclusions: Mapped[bytes | None]
    private_mail: Mapped[bool] = mapped_column(default=False)  # mail to private addresses is judged, too
    submission: Mapped[bytes | None]  # the SMTP server that carries nudges; None: they are appended
    told_at: Mapped[datetime | None]  # when a mail last told the rep that the mailbox needs attention
    claimed_until: Mapped[datetime | None]  # such a mail is on its way
    removing_since: Mapped[datetime | None]  # the rep sees it no more; it goes once no delivery is under way

    sent_folder: Mapped[str]
    followed_from: Mapped[str | None]  # the Sent folder's name before the server or the rep renamed it
    other_sent: Mapped[str | None]  # a folder that looks like a second Sent folder
    renumbered: Mapped[list[Any]] = mapped_column(default=list)  # times (ISO 8601) of the last day's new UIDVALIDITYs
    history_total: Mapped[int | None]
    history_done: Mapped[int] = mapped_column(default=0)
    history_started_at: Mapped[datetime | None]
    history_ended_at: Mapped[datetime | None]


class SecondFolder(FolderCursor, Base):
    """Another folder with sent mail, chosen by the rep; it is looked into every few minutes."""

    __tablename__ = "second_folders"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), primary_key=True)
    name: Mapped[str]
    reason: Mapped[str | None]  # why it could not be read the last time
    looked_at: Mapped[datetime | None]


class Template(Base):
    """A family of near-identical sends of one mailbox."""

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("mailbox_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"))
    number: Mapped[int]
    allowed: Mapped[bool] = mapped_column(default=False)  # the rep said that this is no template, or fine
    name: Mapped[bytes | None]  # as the rep calls it
    created_at: Mapped[datetime]


class Nudge(Base):
    """One burst and the one nudge about it; or what follows such a nudge, once of each kind."""

    __tablename__ = "nudges"
    __table_args__ = (
        Index("ix_nudges_state_due_at", "state", "due_at"),
        Index("ix_nudges_about_id_kind", "about_id", "kind", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), index=True)
    template_id: Mapped[uuid.UUID | None] = mapped_column(owned_by("templates"), index=True)
    kind: Mapped[NudgeKind] = mapped_column(default=NudgeKind.NUDGE)
    about_id: Mapped[uuid.UUID | None]  # the nudge that this one follows; both are erased at the same age
    digest_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # the digest that tells of this burst, or would
    thread: Mapped[bytes | None]  # the ids, sealed, of the answer that help is given on
    opened_at: Mapped[datetime]
    last_send_at: Mapped[datetime]
    message_id: Mapped[str]

    state: Mapped[NudgeState]
    decision: Mapped[str | None]  # the policy's reason code
    decided_at: Mapped[datetime | None]  # when it became silent
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)  # how often the server did not take it
    claimed_until: Mapped[datetime | None]  # a courier has it in hand until then
    intent_at: Mapped[datetime | None]
    inbox_uidvalidity: Mapped[Number32 | None]
    inbox_uidnext: Mapped[Number32 | None]
    absent_at: Mapped[datetime | None]  # the first search after a doubtful APPEND that found nothing
    verify_at: Mapped[datetime | None]  # when to look for a second copy once more
    delivered_at: Mapped[datetime | None]
    delivered_uid: Mapped[Number32 | None]
    last_error: Mapped[str | None]


class Send(Base):
    """One mail that the rep sent, and its judgement. `envelope` seals subject, recipients and ids; there is no text."""

    __tablename__ = "sends"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "identity"),
        # The filters of the list are answered from the index, without the rows.
        Index("ix_sends_list", "mailbox_id", "flagged", "sent_at", "id", *_FILTERED),
        Index("ix_sends_strength", "mailbox_id", "flagged", "score", "sent_at", "id", *_FILTERED),
        Index("ix_sends_content", "mailbox_id", "content_key"),
        Index("ix_sends_template", "template_id", "sent_at", "id", "flagged", "answer_seconds", "recipient_keys"),
        Index("ix_sends_message", "mailbox_id", "message_key"),
        Index("ix_sends_openings", "mailbox_id", "opens", "sent_at", "flagged", "template_id", "answer_seconds"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"))
    uidvalidity: Mapped[Number32]
    uid: Mapped[Number32]
    second: Mapped[bool] = mapped_column(default=False)  # it lies in the second folder
    identity: Mapped[bytes]
    content_key: Mapped[bytes]
    sent_at: Mapped[datetime]
    nudgeable: Mapped[bool]  # sent while watched, not found in the history
    envelope: Mapped[bytes]
    recipient_count: Mapped[int]

    flagged: Mapped[bool]
    score: Mapped[float | None]  # None where it was excluded before analysis
    style: Mapped[float | None]
    likeness: Mapped[float]
    language: Mapped[str]
    reasons: Mapped[list[Any]]
    signs: Mapped[int] = mapped_column(default=0)  # the codes of the reasons as bits, set with them
    template_id: Mapped[uuid.UUID | None] = mapped_column(owned_by("templates"))
    nudge_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("nudges.id", ondelete="SET NULL"), index=True)
    sketch: Mapped[bytes]
    recipient_keys: Mapped[bytes]  # 8 bytes each
    message_key: Mapped[bytes | None]  # of its Message-ID, by which answers find it
    opens: Mapped[bool | None]  # a first mail: nobody it went to was written to before; None: not looked into yet
    answer_seconds: Mapped[int | None]  # from sending to the first answer

    @validates("reasons")
    def _note_signs(self, _name: str, reasons: list[Any]) -> list[Any]:
        self.signs = signs_of(reasons)
        return reasons


class SendToken(Base):
    """The blind index: keyed hashes of the words of subject and recipients."""

    __tablename__ = "send_tokens"
    __table_args__ = (Index("ix_send_tokens_send_id", "send_id"),)

    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), primary_key=True)
    token: Mapped[bytes] = mapped_column(primary_key=True)
    send_id: Mapped[uuid.UUID] = mapped_column(owned_by("sends"), primary_key=True)


class Quarantined(Base):
    """A mail that could not be fetched or read; it never stops the ones after it."""

    __tablename__ = "quarantined"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    second: Mapped[bool] = mapped_column(primary_key=True, default=False)
    reason: Mapped[str]
    version: Mapped[str | None]  # of Zuruf, as it was last tried
    seen_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]  # the last time that the connection broke over it; None: the mail itself is bad


class Feedback(Base):
    """What the rep said; undone rows stay until retention ends, so that undo can be undone."""

    __tablename__ = "feedback"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), index=True)
    nudge_id: Mapped[uuid.UUID | None] = mapped_column(owned_by("nudges"), index=True)
    send_id: Mapped[uuid.UUID | None] = mapped_column(owned_by("sends"), index=True)
    kind: Mapped[FeedbackKind]
    at: Mapped[datetime | None]  # when the rep means to call, or when the nudge comes again
    by_mail: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class NudgeAnswer(Base):
    """A mail in Sent that answered a nudge. It is read once; of what it says, only the kind is kept."""

    __tablename__ = "nudge_answers"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(owned_by("mailboxes"), primary_key=True)
    identity: Mapped[bytes] = mapped_column(primary_key=True)
    content_key: Mapped[bytes]
    nudge_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("nudges.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str]
    answered_at: Mapped[datetime]
