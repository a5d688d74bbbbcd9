"""The dry run as a page shows it: what the sends of the first read would have brought, with the templates' names."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from app.nudge.dry_run import DryRun, TemplateSummary, dry_run
from app.nudge.policy import FlaggedSend
from app.nudge.rules import rules_from
from app.store import history, mailboxes
from app.store.envelopes import legible_envelope
from app.store.history import PastSend
from app.store.keys import Keys
from app.store.schema import Mailbox
from app.store.vault import DataVault
from app.web.context import Web

# A demo nudges within seconds; what it tells of the past is what a real rep would have had.
_USUAL: Final = {"settle_seconds": 600, "cap_per_day": 1, "cap_per_week": 3}


@dataclass(frozen=True, slots=True)
class NamedTemplate:
    """A template, called by the subject of its newest send."""

    subject: str
    summary: TemplateSummary


@dataclass(frozen=True, slots=True)
class Past:
    """`subjects` names the templates by their number, `lone` counts the flagged sends outside any."""

    result: DryRun
    templates: tuple[NamedTemplate, ...]
    subjects: dict[int, str]

    @property
    def lone(self) -> int:
        return self.result.flagged - sum(template.summary.count for template in self.templates)


def view_past(web: Web, rep_id: uuid.UUID, mailbox_id: uuid.UUID) -> Past:
    """Raises `UnknownRow`."""
    with web.database.reading() as session:
        return past_of(session, web.keys, mailboxes.one_of_rep(session, rep_id, mailbox_id))


def past_of(session: Session, keys: Keys, row: Mailbox) -> Past:
    """The dry run over what the first read of a mailbox found."""
    vault = keys.of_rep(session, row.rep_id)
    flagged = history.flagged_past(session, row)
    sends = history.count_past(session, row)
    facts = (FlaggedSend(send.sent_at, send.template, send.recipients, send.score) for send in flagged)
    result = dry_run(sends, facts, rules_from({**row.rules, **_USUAL} if row.demo else row.rules))
    subjects = _subjects(vault, flagged)
    named = tuple(NamedTemplate(subjects[summary.number], summary) for summary in result.templates)
    return Past(result, named, subjects)


def _subjects(vault: DataVault, flagged: Sequence[PastSend]) -> dict[int, str]:
    newest = {send.template: send for send in flagged if send.template is not None}
    return {number: legible_envelope(vault, send.id, send.envelope).subject for number, send in newest.items()}
