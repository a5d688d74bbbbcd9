"""The privacy page: what is stored, for how long, and who sees it. Open to everybody, also before connecting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.store import admin_acts, own_rows
from app.store.admin_acts import AdminActKind
from app.texts import Translator
from app.web.access import RepHere, rep_here
from app.web.context import web_of
from app.web.rendering import render, texts_of

router = APIRouter()

# Tables that are a matter of one row of the page; what is in none of them is counted in the last row.
_COUNTED: Final[Mapping[str, tuple[str, ...]]] = {
    "mailboxes": ("mailboxes", "second_folders", "oauth_grants"),
    "sends": ("sends",),
    "words": ("send_tokens",),
    "templates": ("templates",),
    "nudges": ("nudges", "nudge_answers"),
    "feedback": ("feedback",),
    "contacts": ("contact_facts",),
    "sessions": ("web_sessions", "sign_in_links"),
    "acts": ("admin_acts",),
}


@dataclass(frozen=True, slots=True)
class Act:
    """What the administrator did to a mailbox, in words; `address` is empty where the mailbox is gone."""

    what: str
    at: datetime
    address: str


@router.get("/privacy")
def show_privacy(request: Request) -> Response:
    rep = rep_here(request)
    counts: dict[str, int] | None = None
    acts: list[Act] = []
    if rep is not None:
        with web_of(request).database.reading() as session:
            counts, acts = _count(session, rep), _acts(session, rep, texts_of(request))
    web = web_of(request)
    return render(
        request,
        "privacy.html",
        retention_days=web.retention_days,
        instance_figure=web.instance_figure,
        counts=counts,
        acts=acts,
    )


def _count(session: Session, rep: RepHere) -> dict[str, int]:
    rows = own_rows.count_rows(session, rep.id)
    counts = {name: sum(rows.pop(table, 0) for table in tables) for name, tables in _COUNTED.items()}
    return {**counts, "other": sum(rows.values())}


def _acts(session: Session, rep: RepHere, texts: Translator) -> list[Act]:
    addresses = {mailbox.id: mailbox.address for mailbox in rep.mailboxes}
    words = act_words(texts)
    return [
        Act(words[act.kind], act.at, addresses.get(act.mailbox_id, "") if act.mailbox_id else "")
        for act in admin_acts.of_rep(session, rep.id)
    ]


def act_words(texts: Translator) -> dict[AdminActKind, str]:
    return {
        AdminActKind.CONNECTED: texts.gettext("connected the mailbox"),
        AdminActKind.PAUSED: texts.gettext("paused it"),
        AdminActKind.RESUMED: texts.gettext("resumed it"),
        AdminActKind.WAY_CHANGED: texts.gettext("changed how notes are delivered"),
        AdminActKind.CHECKED: texts.gettext("tested the login (the last time)"),
        AdminActKind.REMOVED: texts.gettext("removed the mailbox"),
    }
