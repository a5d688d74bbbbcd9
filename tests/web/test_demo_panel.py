"""The demo on the page, with the real demo server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.testclient import TestClient

from app.demo import Demo
from app.demo.mail import DemoMail
from app.store.schema import Mailbox, Rep
from app.store.states import MailboxState
from app.web.demo_panel import OPEN_DEMO
from tests.web.seed import Seeded, seed
from tests.web.site import FAR_AWAY, Site, open_site

ACTIONS = ("/demo/personal", "/demo/template")
NUDGE = "From: Zuruf <r@x.example>\r\nSubject: Re: Angebot\r\nX-Zuruf: nudge\r\n\r\n{}/a/token <b>x</b> https://evil.example/a\r\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo server for all tests; each opens mailboxes of its own."""
    demo = Demo(tmp_path_factory.mktemp("demo"), lambda: datetime.now(UTC))
    demo.start()
    yield demo
    demo.stop()


@pytest.fixture
def fair(tmp_path: Path, desk: Demo) -> Iterator[Site]:
    """An installation that offers the demo."""
    site = open_site(tmp_path, demo=desk)
    yield site
    site.database.close()


@pytest.fixture
def visitor(fair: Site) -> TestClient:
    """Somebody who has opened a demo mailbox."""
    browser = fair.visitor()
    assert browser.post("/demo").headers["location"] == "/"
    return browser


def mailbox_of(site: Site) -> Mailbox:
    with site.database.reading() as session:
        return session.scalars(select(Mailbox)).one()


def address_of(desk: Demo) -> str:
    return desk._server.users()[-1]


def test_one_click_connects_a_demo_mailbox_and_signs_in(fair: Site, visitor: TestClient) -> None:
    mailbox = mailbox_of(fair)
    assert (mailbox.demo, mailbox.state, mailbox.sent_folder) == (True, MailboxState.READING, "Sent")
    assert visitor.get("/").headers["location"] == f"/mailboxes/{mailbox.id}/reading"
    assert (mailbox.rules["quiet_hours"], mailbox.rules["time_zone"]) == ("", "Europe/Berlin")


def test_the_demo_speaks_the_visitors_language(fair: Site) -> None:
    browser = fair.visitor()
    browser.headers["accept-language"] = "de-AT"
    browser.post("/demo")
    assert mailbox_of(fair).language == "de"
    assert '<html lang="de">' in browser.get("/sends").text


def test_whoever_is_signed_in_gets_no_second_mailbox(fair: Site, visitor: TestClient) -> None:
    before = fair.dump()
    assert visitor.post("/demo").headers["location"] == "/"
    assert fair.dump() == before


@pytest.mark.parametrize("action", ["personal", "template"])
def test_sending_as_the_rep_leads_back_to_the_list(visitor: TestClient, desk: Demo, action: str) -> None:
    before = len(desk._server.newest(address_of(desk), "Sent", 1000))
    answer = visitor.post(f"/demo/{action}")
    assert answer.headers["location"] == f"/sends?sent={action}"
    assert len(desk._server.newest(address_of(desk), "Sent", 1000)) - before == {"personal": 1, "template": 5}[action]
    assert 'class="notice good"' in visitor.get(answer.headers["location"]).text


def test_the_inbox_marks_notes_and_links_only_to_us(fair: Site, visitor: TestClient, desk: Demo) -> None:
    raw = NUDGE.format(fair.url).encode()
    desk._server.append(address_of(desk), [DemoMail("INBOX", raw, datetime.now(UTC))])
    text = visitor.get("/demo/inbox").text
    assert text.count('class="badge marker"') == 1
    assert f'<a href="{fair.url}/a/token">{fair.url}/a/token</a> &lt;b&gt;x&lt;/b&gt; https://evil.example/a' in text
    assert 'href="https://evil' not in text


def test_looking_into_the_inbox_changes_nothing(fair: Site, visitor: TestClient, desk: Demo) -> None:
    rows, mails = fair.dump(), desk._server.newest(address_of(desk), "INBOX", 100)
    visitor.get("/demo/inbox")
    assert fair.dump() == rows
    assert desk._server.newest(address_of(desk), "INBOX", 100) == mails


def test_removing_the_demo_leaves_nothing(fair: Site, visitor: TestClient, desk: Demo) -> None:
    address = address_of(desk)
    visitor.post(f"/mailboxes/{mailbox_of(fair).id}/remove")
    assert address not in desk._server.users()
    with fair.database.reading() as session:
        assert not session.scalars(select(Rep)).all()


def test_a_real_rep_has_no_demo_panel_and_no_demo_actions(fair: Site) -> None:
    browser = fair.signed_in(seed(fair.database, fair.keys).rep_id)
    assert "/demo/" not in browser.get("/sends").text
    assert browser.get("/demo/inbox").status_code == 404
    assert [browser.post(action).status_code for action in ACTIONS] == [404, 404]


def test_nobody_has_demo_actions(fair: Site) -> None:
    browser = fair.visitor()
    assert [browser.post(action).headers["location"] for action in ACTIONS] == ["/sign-in"] * 2
    assert browser.get("/demo/inbox").headers["location"] == "/sign-in"


def test_without_a_demo_server_there_is_no_demo(site: Site, jonas: Seeded) -> None:
    assert site.visitor().post("/demo").status_code == 404
    assert site.signed_in(jonas.rep_id).get("/demo/inbox").status_code == 404


def test_demos_cannot_be_opened_without_end(fair: Site) -> None:
    request = Request({"type": "http", "client": FAR_AWAY})
    for _ in range(10):
        fair.app.state.throttle.count(request, OPEN_DEMO)
    assert fair.visitor().post("/demo").status_code == 429
