"""What the page of a mailbox shows: its health, its Sent folder, its private list."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.requests import Request

from app.intake.exclusions import exclusion_lines
from app.mail.providers import find_provider
from app.store import history, mailboxes, quarantine, second_folders
from app.store.envelopes import legible_envelope
from app.store.schema import Mailbox
from app.store.states import PAUSED_BY_ITSELF, MailboxState
from app.texts.problems import describe_unread
from app.web.access import MailboxHere, RepHere
from app.web.context import web_of
from app.web.nudge_effect import told_effect
from app.web.nudge_list import NudgeRow, view_nudges
from app.web.problems import ShownProblem, shown_problem
from app.web.rendering import texts_of
from app.web.snooze import snoozed_until

_PASSWORD_MENDS: Final = frozenset(
    {"login_refused", "app_password_needed", "web_login_needed", "password_expired", "no_password_login"}
)
_SIGN_IN_MENDS: Final = frozenset({"oauth_revoked", "token_refused", "token_scope"})
_FOLDER_MENDS: Final = frozenset({"folder_missing", "choose_sent_folder", "no_sent_folder"})


@dataclass(frozen=True, slots=True)
class Health:
    """How the mailbox is; `mended_by` is `password`, `sign_in`, `folder`, or None where the rep has nothing to enter.

    `silent`: it should be watched, but nothing was heard of it for too long. `turn`: while it waits for its turn to
    connect, how many of how many mailboxes are connected.
    """

    state: MailboxState
    since: datetime
    last_contact_at: datetime | None
    next_attempt_at: datetime | None
    problem: ShownProblem | None
    mended_by: str | None
    silent: bool
    turn: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Unread:
    """So many mails that could not be read, and why."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class SecondSent:
    """The second Sent folder, and why it could not be read the last time."""

    name: str
    problem: ShownProblem | None


@dataclass(frozen=True, slots=True)
class SentFolder:
    """The watched folder as far as it has been read; `unread` mails could not be, each for one of these reasons.

    `followed_from`: what it was called before; `hint`: another folder that may hold sent mail; `second`: one that is
    looked into, too.
    """

    name: str
    known: int
    unread: tuple[Unread, ...]
    followed_from: str | None
    hint: str | None
    second: SecondSent | None
    newest_at: datetime | None
    newest_subject: str | None


@dataclass(frozen=True, slots=True)
class MailboxView:
    health: Health
    folder: SentFolder
    rules: dict[str, Any]
    exclusions: str
    private_mail: bool  # mail to private addresses is judged, too
    host: str
    connected_at: datetime
    by_smtp: bool
    nudges: Sequence[NudgeRow]
    snoozed_until: date | None
    effect: str


def view_mailbox(request: Request, rep: RepHere, mailbox: MailboxHere) -> MailboxView:
    """Raises `UnknownRow`."""
    web = web_of(request)
    with web.database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        vault = web.keys.of_rep(session, rep.id)
        newest = history.newest_send(session, row.id)
        subject = legible_envelope(vault, newest.id, newest.envelope).subject if newest else None
        second = _second(request, session, row)
        folder = SentFolder(
            name=row.sent_folder,
            known=history.count_sends(session, row.id),
            unread=_unread(request, session, row.id),
            followed_from=row.followed_from,
            hint=row.other_sent if second is None else None,
            second=second,
            newest_at=newest.sent_at if newest else row.newest_at,
            newest_subject=subject,
        )
        return MailboxView(
            health=_health(request, row, mailbox.address),
            folder=folder,
            rules=dict(row.rules),
            exclusions="\n".join(exclusion_lines(vault, row)),
            private_mail=row.private_mail,
            host=row.host,
            connected_at=row.connected_at,
            by_smtp=row.submission is not None,
            nudges=view_nudges(request, session, vault, rep, row),
            snoozed_until=snoozed_until(row, web.clock()),
            effect=told_effect(request, session, row),
        )


def view_health(request: Request, rep: RepHere, mailbox: MailboxHere) -> Health:
    """Raises `UnknownRow`."""
    with web_of(request).database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
    return _health(request, row, mailbox.address)


def _health(request: Request, row: Mailbox, address: str) -> Health:
    is_problem = row.state in {MailboxState.WAITING, MailboxState.ATTENTION} or row.reason in PAUSED_BY_ITSELF
    problem = shown_problem(request, row.reason, find_provider(address)) if row.reason and is_problem else None
    return Health(
        state=row.state,
        since=row.state_since,
        last_contact_at=row.last_contact_at,
        next_attempt_at=row.next_attempt_at,
        problem=problem,
        mended_by=_mended_by(problem),
        silent=mailboxes.is_silent(row, web_of(request).clock()),
        turn=_turn(request, row),
    )


def _turn(request: Request, row: Mailbox) -> tuple[int, int] | None:
    """Only while this very mailbox waits; those that need their rep are not counted, since their turn never comes."""
    progress = web_of(request).metrics.progress()
    if row.state != MailboxState.WAITING or row.reason != "waiting_turn" or not progress.get("waiting"):
        return None
    return progress["watched"], progress["watched"] + progress["waiting"]


def _unread(request: Request, session: Session, mailbox_id: uuid.UUID) -> tuple[Unread, ...]:
    counts: Counter[str] = Counter()
    for reason, count in quarantine.count_by_reason(session, mailbox_id).items():
        counts[describe_unread(texts_of(request), reason)] += count
    return tuple(Unread(count, reason) for reason, count in counts.most_common())


def _second(request: Request, session: Session, row: Mailbox) -> SecondSent | None:
    second = second_folders.of_mailbox(session, row.id)
    if second is None:
        return None
    return SecondSent(second.name, shown_problem(request, second.reason, None) if second.reason else None)


def _mended_by(problem: ShownProblem | None) -> str | None:
    if problem is None:
        return None
    if problem.code in _SIGN_IN_MENDS:
        return "sign_in"
    if problem.code in _PASSWORD_MENDS:
        return "password"
    return "folder" if problem.code in _FOLDER_MENDS else None
