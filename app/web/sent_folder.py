"""Choosing the Sent folder, from the folders that the server has at this moment."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from app.connect import ConnectProblem, folder_facts
from app.store import mailboxes, second_folders
from app.web.access import OwnMailbox, SignedIn
from app.web.context import web_of
from app.web.problems import shown_problem
from app.web.rendering import redirect, render
from app.web.throttle import LOOK_AT_FOLDERS, throttle_of

router = APIRouter(prefix="/mailboxes/{mailbox_id}/sent-folder")


@router.get("")
def show_folders(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    throttle_of(request).count(request, LOOK_AT_FOLDERS, mailbox.address)
    web = web_of(request)
    with web.database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        account = mailboxes.account_of(session, web.keys, row)
    try:
        folders = folder_facts(account, web.policy)
    except ConnectProblem as problem:
        shown = shown_problem(request, problem.code, problem.provider)
        return render(request, "sent_folder.html", status=502, mailbox=mailbox, folders=(), problem=shown)
    return render(request, "sent_folder.html", mailbox=mailbox, folders=folders, problem=None)


@router.post("")
def choose_folder(
    request: Request, mailbox: OwnMailbox, rep: SignedIn, folder: Annotated[str, Form(min_length=1, max_length=1000)]
) -> Response:
    """A folder that does not exist after all shows as the mailbox's state; its name is never trusted further."""
    web = web_of(request)
    with web.database.writing() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        row.followed_from = None
        if folder != row.sent_folder:
            mailboxes.change_sent_folder(row, folder)
            mailboxes.wake(row, web.clock())
    return redirect(f"/mailboxes/{mailbox.id}/reading")


@router.post("/second")
def choose_second(
    request: Request, mailbox: OwnMailbox, rep: SignedIn, folder: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Look into another folder with sent mail, too; without a name, no longer."""
    web = web_of(request)
    with web.database.writing() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        second_folders.choose(session, row, folder, web.clock())
    return redirect(f"/mailboxes/{mailbox.id}#folder")
