"""A sample note, asked for on the page that ends the first read; a POST, since it puts a mail into the mailbox."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.connect import put_own_mail
from app.mail.errors import MailError
from app.mail.providers import find_provider
from app.store import mailboxes
from app.store.submissions import submission_of
from app.texts import language_of
from app.web.access import OwnMailbox, SignedIn
from app.web.context import web_of
from app.web.first_read import dry_run_page, dry_run_path
from app.web.problems import shown_problem
from app.web.rendering import redirect
from app.web.throttle import SAMPLE, throttle_of

router = APIRouter(prefix="/mailboxes/{mailbox_id}")


@router.post("/sample")
def put_sample_note(request: Request, mailbox: OwnMailbox, rep: SignedIn) -> Response:
    throttle_of(request).count(request, SAMPLE, str(mailbox.id))
    web = web_of(request)
    with web.database.reading() as session:
        row = mailboxes.one_of_rep(session, rep.id, mailbox.id)
        account, submission = mailboxes.account_of(session, web.keys, row), submission_of(session, web.keys, row)
        language = language_of(row.language)
    page = f"{web.public_url}/mailboxes/{mailbox.id}#rules"
    try:
        put_own_mail(account, submission, "sample", language, web.policy, web.clock(), page=page)
    except MailError as error:
        problem = shown_problem(request, error.code, find_provider(mailbox.address))
        return dry_run_page(request, mailbox, rep, problem=problem)
    return redirect(f"{dry_run_path(mailbox)}?sample=put")
