"""What the rules in the form would have brought in the last 30 days; looking changes nothing."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.nudge.facts import FlaggedSend
from app.nudge.preview import SPAN, Preview, preview
from app.nudge.rules import rules_from
from app.store import history, mailboxes
from app.web.access import MailboxHere, OwnMailbox, RepHere, SignedIn
from app.web.context import web_of
from app.web.rendering import render, texts_of
from app.web.rules_form import TypedRules, check_rules

router = APIRouter(prefix="/mailboxes/{mailbox_id}/rules/preview")


@router.get("")
def show_preview(
    request: Request, mailbox: OwnMailbox, rep: SignedIn, typed: Annotated[TypedRules, Query()]
) -> Response:
    """The fragment that the form asks for when a field was changed."""
    with web_of(request).database.reading() as session:
        stored = mailboxes.one_of_rep(session, rep.id, mailbox.id).rules
    rules = check_rules(typed, stored, texts_of(request)).rules
    shown = preview_rules(request, rep, mailbox, rules) if rules is not None else None
    return render(request, "_rules_preview.html", preview=shown)


def preview_rules(request: Request, rep: RepHere, mailbox: MailboxHere, rules: Mapping[str, Any]) -> Preview:
    """As if these rules had held; raises `UnknownRow`."""
    web = web_of(request)
    now = web.clock()
    with web.database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        sends = history.flagged_since(session, row, now - SPAN)
    facts = [FlaggedSend(send.sent_at, send.template, send.recipients, send.score) for send in sends]
    return preview(facts, rules_from(rules), now)
