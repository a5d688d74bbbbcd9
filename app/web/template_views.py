"""A template as pages show it: with its name, its figures, and what the rep said of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_skeleton
from sqlalchemy.orm import Session
from starlette.requests import Request

from app.store import feedback, templates
from app.store.envelopes import legible_envelope
from app.store.schema import Send, Template
from app.store.states import FeedbackKind
from app.store.templates import Figures
from app.store.vault import DataVault
from app.texts import Translator
from app.web.access import RepHere
from app.web.formats import LOCALES
from app.web.rendering import texts_of


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template. `name` is the rep's own, `label` that or a neutral one, `subject` that of its last send."""

    id: uuid.UUID
    name: str
    label: str
    subject: str
    figures: Figures
    nudges: int
    allowed: bool
    stopped: bool


def view_rows(
    request: Request, session: Session, vault: DataVault, rep: RepHere, listed: Sequence[Template]
) -> list[TemplateRow]:
    """The rows of a page; each template costs a few questions to an index."""
    texts = texts_of(request)
    template_ids = [template.id for template in listed]
    nudges = templates.nudges_of_each(session, template_ids)
    counted = templates.figures_of_each(session, template_ids)
    last = {template.id: templates.newest(session, template.id, 1)[0] for template in listed}
    said = feedback.said_of_each(session, list(last.values()))
    rows = []
    for template in listed:
        figures, send = counted[template.id], last[template.id]
        name = templates.name_of(vault, template) or ""
        rows.append(
            TemplateRow(
                id=template.id,
                name=name,
                label=name or _neutral_name(texts, rep, template, figures.first_at),
                subject=_subject(texts, vault, send),
                figures=figures,
                nudges=nudges.get(template.id, 0),
                allowed=template.allowed,
                stopped=FeedbackKind.STOP in said[send.id],
            )
        )
    return rows


def _neutral_name(texts: Translator, rep: RepHere, template: Template, first_at: datetime) -> str:
    day = format_skeleton("MMMMd", first_at, tzinfo=rep.zone, locale=LOCALES[texts.language])
    return texts.gettext("Template %(number)s, first sent %(day)s", number=template.number, day=day)


def _subject(texts: Translator, vault: DataVault, send: Send) -> str:
    return legible_envelope(vault, send.id, send.envelope).subject or texts.gettext("(no subject)")
