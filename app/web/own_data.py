"""A rep's own data: download everything, erase everything."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.web.access import SignedIn, sign_out
from app.web.archive import Archive
from app.web.context import web_of
from app.web.removal import take_leave_for_good
from app.web.rendering import render, texts_of

router = APIRouter(prefix="/own-data")


@router.get("/download")
def download(request: Request, rep: SignedIn) -> Response:
    web = web_of(request)
    with web.database.reading() as session:
        vault = web.keys.of_rep(session, rep.id)
    now = web.clock()
    archive = Archive(web.database, vault, rep, texts_of(request), now)
    name = f"zuruf-{now.astimezone(rep.zone):%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(archive.parts(), media_type="application/zip", headers=headers)


@router.get("/erase")
def ask_before_erasing(request: Request, rep: SignedIn) -> Response:
    return render(request, "own_data_erase.html", addresses=[mailbox.address for mailbox in rep.mailboxes])


@router.post("/erase")
def erase(request: Request, rep: SignedIn) -> Response:
    """Confirmed only once it is so: a delivery under way may need a moment to end."""
    done = take_leave_for_good(web_of(request), rep)
    request.state.rep = None
    response = render(request, "own_data_erased.html", status=200 if done else 202, done=done)
    sign_out(request, response)
    return response
