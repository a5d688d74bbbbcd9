"""What the page of a mailbox shows: its health, its Sent folder, its private list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request

from app.intake.exclusions import exclusion_lines
from app.mail.providers import find_provider
from app.store import history, mailboxes, sends
from app.store.envelopes import unseal_envelope
from app.store.schema import Mailbox
from app.store.states import MailboxState
from app.web.access import MailboxHere, RepHere
from app.web.context import web_of
from app.web.problems import ShownProblem, shown_problem

_PASSWORD_MENDS: Final = frozenset(
    {"login_refused", "app_password_needed", "web_login_needed", "password_expired", "no_password_login"}
)
_FOLDER_MENDS: Final = frozenset({"folder_missing", "choose_sent_folder", "no_sent_folder"})


@dataclass(frozen=True, slots=True)
class Health:
    """How the mailbox is; `mended_by` is `password`, `folder`, or None where the rep has nothing to enter."""

    state: MailboxState
    since: datetime
    last_contact_at: datetime | None
    next_attempt_at: datetime | None
    problem: ShownProblem | None
    mended_by: str | None


@dataclass(frozen=True, slots=True)
class SentFolder:
    """The watched folder as far as it has been read; `unread` mails could not be."""

    name: str
    known: int
    unread: int
    newest_at: datetime | None
    newest_subject: str | None


@dataclass(frozen=True, slots=True)
class MailboxView:
    health: Health
    folder: SentFolder
    rules: dict[str, Any]
    exclusions: str
    host: str
    connected_at: datetime


def view_mailbox(request: Request, rep: RepHere, mailbox: MailboxHere) -> MailboxView:
    """Raises `UnknownRow`."""
    web = web_of(request)
    with web.database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        vault = web.keys.of_rep(session, rep.id)
        newest = history.newest_send(session, row.id)
        subject = unseal_envelope(vault, newest.id, newest.envelope).subject if newest else None
        folder = SentFolder(
            row.sent_folder,
            history.count_sends(session, row.id),
            sends.quarantined_count(session, row.id),
            newest.sent_at if newest else row.newest_at,
            subject,
        )
        return MailboxView(
            health=_health(request, row, mailbox.address),
            folder=folder,
            rules=dict(row.rules),
            exclusions="\n".join(exclusion_lines(vault, row)),
            host=row.host,
            connected_at=row.connected_at,
        )


def view_health(request: Request, rep: RepHere, mailbox: MailboxHere) -> Health:
    """Raises `UnknownRow`."""
    with web_of(request).database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
    return _health(request, row, mailbox.address)


def _health(request: Request, row: Mailbox, address: str) -> Health:
    is_problem = row.reason is not None and row.state in {MailboxState.WAITING, MailboxState.ATTENTION}
    problem = shown_problem(request, row.reason, find_provider(address)) if row.reason and is_problem else None
    return Health(row.state, row.state_since, row.last_contact_at, row.next_attempt_at, problem, _mended_by(problem))


def _mended_by(problem: ShownProblem | None) -> str | None:
    if problem is None:
        return None
    if problem.code in _PASSWORD_MENDS:
        return "password"
    return "folder" if problem.code in _FOLDER_MENDS else None
