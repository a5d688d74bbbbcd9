"""The way of the notes on the page: proved before it is kept, sealed, and never a stored password for a new host."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.store.schema import Mailbox, Nudge
from app.store.states import MailboxState, NudgeState
from app.store.submissions import SubmissionSetting, submission_setting
from tests.servers.smtp import SubmissionServer
from tests.web.seed import JONAS, Seeded
from tests.web.site import Site
from tests.web.test_mailbox import enter, page_of


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SubmissionServer]:
    with SubmissionServer(tmp_path) as server:
        yield server


def typed(server: SubmissionServer, **changed: str) -> dict[str, str]:
    fields = {"way": "smtp", "host": server.endpoint.host, "port": str(server.endpoint.port), "tls": "none"}
    return {**fields, "username": JONAS.address, "password": server.password, **changed}


def save(browser: TestClient, seeded: Seeded, fields: dict[str, str]) -> tuple[int, str]:
    answer = browser.post(f"/mailboxes/{seeded.mailbox_id}/delivery", data=fields)
    return answer.status_code, answer.text


def stored(site: Site, seeded: Seeded) -> SubmissionSetting | None:
    with site.database.reading() as session:
        return submission_setting(session, site.keys, session.get_one(Mailbox, seeded.mailbox_id))


def test_a_server_is_proved_by_a_login_and_kept_sealed(site: Site, jonas: Seeded, server: SubmissionServer) -> None:
    browser = site.signed_in(jonas.rep_id)
    assert save(browser, jonas, typed(server))[0] == 303
    setting = stored(site, jonas)
    assert setting is not None
    assert (setting.host, setting.username, setting.password) == ("127.0.0.1", JONAS.address, "pw")
    assert (server.logins, server.letters) == (1, [])
    assert not any("127.0.0.1" in line for line in site.dump())


def test_going_back_to_append_forgets_the_server(site: Site, jonas: Seeded, server: SubmissionServer) -> None:
    browser = site.signed_in(jonas.rep_id)
    save(browser, jonas, typed(server))
    assert save(browser, jonas, {"way": "append"})[0] == 303
    assert stored(site, jonas) is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": "wrong"}, "refused the login"),
        ({"password": ""}, "the password is missing"),
        ({"port": "99999"}, "not a number from 1 to 65535"),
        ({"host": ""}, "no name of a server"),
        ({"host": "smtp.x.example\r\nRCPT TO:<eve@example.example>"}, "no name of a server"),
        ({"port": "1"}, "does not answer"),
    ],
)
def test_what_does_not_work_is_told_and_not_kept(
    site: Site, jonas: Seeded, server: SubmissionServer, changed: dict[str, str], words: str
) -> None:
    browser = site.signed_in(jonas.rep_id)
    browser.post("/language", data={"language": "en"})
    status, page = save(browser, jonas, typed(server, **changed))
    assert (status, words in page, stored(site, jonas)) == (422, True, None)
    assert 'value="pw"' not in page


def test_a_stored_password_never_goes_to_another_host(site: Site, jonas: Seeded, server: SubmissionServer) -> None:
    browser = site.signed_in(jonas.rep_id)
    save(browser, jonas, typed(server))
    assert save(browser, jonas, typed(server, password=""))[0] == 303
    assert save(browser, jonas, typed(server, password="", host="localhost"))[0] == 422
    assert server.logins == 2


def test_trying_logs_in_and_sends_nothing(site: Site, jonas: Seeded, server: SubmissionServer) -> None:
    browser = site.signed_in(jonas.rep_id)
    save(browser, jonas, typed(server))
    page = browser.post(f"/mailboxes/{jonas.mailbox_id}/delivery/try").text
    assert "Die Anmeldung klappt" in page
    assert (server.logins, server.letters) == (2, [])


def test_nobody_else_sees_or_sets_it(site: Site, jonas: Seeded, priya: Seeded, server: SubmissionServer) -> None:
    browser = site.signed_in(priya.rep_id)
    path = f"/mailboxes/{jonas.mailbox_id}/delivery"
    answers = [browser.get(path), browser.post(path, data=typed(server)), browser.post(f"{path}/try")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_the_page_tells_the_state_of_the_last_notes_and_why(site: Site, jonas: Seeded) -> None:
    with site.database.writing() as session:
        nudge = session.get_one(Nudge, jonas.nudges["planned"])
        nudge.last_error = "inbox_not_writable"
    page = page_of(site, jonas)
    for words in ("In your inbox", "Not delivered", "Not accepted yet", "it may only be read", "The mailbox is full"):
        assert words in page


def test_a_doubtful_note_is_said_to_be_looked_for(site: Site, jonas: Seeded) -> None:
    with site.database.writing() as session:
        nudge = session.get_one(Nudge, jonas.nudges["intent"])
        assert nudge.state is NudgeState.INTENT
        nudge.last_error = "timeout"
    page = site.signed_in(jonas.rep_id).get(f"/sends/{jonas.sends['intent']}").text
    assert "Es ist nicht sicher, ob der Hinweis angekommen ist." in page


@pytest.mark.parametrize(
    ("state", "reason"),
    [(MailboxState.ATTENTION, "login_refused"), (MailboxState.PAUSED, "renumbered_too_often")],
)
def test_every_page_tells_that_the_mailbox_needs_its_rep(
    site: Site, jonas: Seeded, state: MailboxState, reason: str
) -> None:
    enter(site, jonas, state, reason)
    browser = site.signed_in(jonas.rep_id)
    for path in ("/sends", "/privacy", f"/sends/{jonas.sends['parts-0']}", f"/mailboxes/{jonas.mailbox_id}"):
        assert browser.get(path).text.count("Ihr Postfach braucht Sie:") == 1
    enter(site, jonas, MailboxState.WATCHED)
    assert "Ihr Postfach braucht Sie" not in browser.get("/sends").text
