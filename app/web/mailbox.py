"""The page of one mailbox: how it is, its Sent folder, its settings; pause, resume, remove."""

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from app.intake.exclusions import ALWAYS, set_exclusions
from app.store import mailboxes, nudges
from app.web.access import MailboxHere, OwnMailbox, RepHere, SignedIn, sign_out
from app.web.context import web_of
from app.web.mailbox_view import view_health, view_mailbox
from app.web.removal import take_leave
from app.web.rendering import redirect, render, texts_of
from app.web.rules_form import (
    DAYS,
    CheckedRules,
    TypedRules,
    check_rules,
    fields_of,
    regions_to_choose,
)
from app.web.rules_preview import preview_rules
from app.web.time_zones import zones_by_area

router = APIRouter(prefix="/mailboxes/{mailbox_id}")

SAVED: Final = frozenset({"rules", "exclusions", "folder", "password"})
MOST_EXCLUSIONS: Final = 500


@router.get("")
def show_mailbox(request: Request, mailbox: OwnMailbox, rep: SignedIn, saved: str = "") -> Response:
    return _page(request, rep, mailbox, saved=saved if saved in SAVED else "")


@router.get("/health")
def show_health(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    """The fragment that the page asks for now and then."""
    return render(request, "_health.html", mailbox=mailbox, health=view_health(request, rep, mailbox))


@router.post("/rules")
def save_rules(request: Request, mailbox: OwnMailbox, rep: SignedIn, typed: Annotated[TypedRules, Form()]) -> Response:
    web = web_of(request)
    with web.database.writing() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        checked = check_rules(typed, row.rules, texts_of(request))
        if checked.rules is not None:
            row.rules = checked.rules
            row.generation += 1
            nudges.ask_again(session, row.id, web.clock())
            return redirect(f"/mailboxes/{mailbox.id}?saved=rules#rules")
    return _page(request, rep, mailbox, typed=typed, checked=checked)


@router.post("/exclusions")
def save_exclusions(
    request: Request,
    mailbox: OwnMailbox,
    rep: SignedIn,
    entries: Annotated[str, Form(max_length=20_000)] = "",
    private_mail: Annotated[bool, Form()] = False,
) -> Response:
    lines = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in entries.splitlines()))))
    web = web_of(request)
    with web.database.writing() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        set_exclusions(web.keys.of_rep(session, rep.id), row, "\n".join(lines[:MOST_EXCLUSIONS]))
        row.private_mail = private_mail
        row.generation += 1
    return redirect(f"/mailboxes/{mailbox.id}?saved=exclusions#exclusions")


@router.post("/pause")
def pause(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    web = web_of(request)
    with web.database.writing() as session:
        mailboxes.pause(mailboxes.one_of_rep(session, rep.id, mailbox.id), web.clock())
    return redirect(f"/mailboxes/{mailbox.id}")


@router.post("/resume")
def resume(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    web = web_of(request)
    with web.database.writing() as session:
        mailboxes.resume(mailboxes.one_of_rep(session, rep.id, mailbox.id), web.clock())
    return redirect(f"/mailboxes/{mailbox.id}")


@router.get("/remove")
def ask_before_removing(request: Request, mailbox: OwnMailbox) -> Response:
    return render(request, "mailbox_remove.html", mailbox=mailbox)


@router.post("/remove")
def remove(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    """Confirmed only once it is so: a delivery under way may need a moment to end."""
    done = take_leave(web_of(request), rep.id, mailbox)
    response = redirect("/") if done else render(request, "mailbox_leaving.html", status=202, mailbox=mailbox)
    if len(rep.mailboxes) == 1:
        sign_out(request, response)
    return response


def _page(
    request: Request,
    rep: RepHere,
    mailbox: MailboxHere,
    *,
    saved: str = "",
    typed: TypedRules | None = None,
    checked: CheckedRules | None = None,
) -> Response:
    """The page, with the rules form as it was typed when something in it is wrong."""
    view = view_mailbox(request, rep, mailbox)
    return render(
        request,
        "mailbox.html",
        status=422 if typed else 200,
        mailbox=mailbox,
        view=view,
        health=view.health,
        saved=saved,
        typed=typed or fields_of(view.rules),
        errors=checked.errors if checked else {},
        days=DAYS,
        zones=zones_by_area(),
        regions=regions_to_choose(texts_of(request).language),
        preview=preview_rules(request, rep, mailbox, view.rules),
        always_private=ALWAYS,
    )
