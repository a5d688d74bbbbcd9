"""Server-sent events: an open list is told that something changed, and nothing else; it ends when it should."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.store import feedback, news, web_sessions
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind, NudgeState
from app.web import live
from tests.web.seed import BORIS, NOW, Seeded, open_outbox
from tests.web.site import Site

CHANGED = "event: changed"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "TICK", 0.01)
    monkeypatch.setattr(live, "HEARTBEAT", 0.02)


class Stream:
    """What a browser has received so far. `status` is None until the answer begins."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.text = ""
        self.gone = asyncio.Event()
        self.ended = asyncio.Event()

    @property
    def changes(self) -> int:
        return self.text.count(CHANGED)

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.text += message["body"].decode()
        if not message.get("more_body"):
            self.ended.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - what is waited for is done by other threads
                await asyncio.sleep(0.005)


@asynccontextmanager
async def following(site: Site, browser: TestClient) -> AsyncIterator[Stream]:
    """An open stream of this browser, of which the database has been asked once."""
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
    headers = [(b"host", b"zuruf.example"), (b"cookie", cookie.encode()), (b"accept", b"text/event-stream")]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/sends/live",
        "query_string": b"",
        "headers": headers,
        "scheme": "https",
        "client": ("203.0.113.7", 1),
        "http_version": "1.1",
        "root_path": "",
    }
    stream = Stream()
    running = asyncio.create_task(site.app(scope, stream.receive, stream.send))
    try:
        await stream.until(lambda: stream.changes > 0 or stream.ended.is_set())
        yield stream
    finally:
        stream.gone.set()
        await running


def play(play_it: Coroutine[Any, Any, None]) -> None:
    asyncio.run(play_it)


def send_new(site: Site, rep: Seeded) -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, rep.mailbox_id))
        outbox.uid = 900
        outbox.send("Brandneu", [BORIS], NOW)


def deliver(site: Site, rep: Seeded) -> None:
    with site.database.writing() as session:
        session.get_one(Nudge, rep.nudges["planned"]).state = NudgeState.DELIVERED


def call(site: Site, rep: Seeded) -> None:
    with site.database.writing() as session:
        feedback.say(session, session.get_one(Send, rep.sends["lone"]), FeedbackKind.CALLED, NOW)


@pytest.mark.parametrize("change", [send_new, deliver, call])
def test_an_open_list_is_told_of_changes(site: Site, jonas: Seeded, change: Callable[[Site, Seeded], None]) -> None:
    async def told() -> None:
        async with following(site, site.signed_in(jonas.rep_id)) as stream:
            assert stream.changes == 1
            await asyncio.to_thread(change, site, jonas)
            await stream.until(lambda: stream.changes == 2)

    play(told())


def test_a_page_asks_once_for_what_happened_before_its_stream_began(site: Site, jonas: Seeded) -> None:
    """Whatever is sent between the page and the first look is in that look, so that no later one differs from it."""

    async def told() -> None:
        async with following(site, site.signed_in(jonas.rep_id)) as stream:
            beats = stream.text.count(":\n\n")
            await stream.until(lambda: stream.text.count(":\n\n") > beats + 2)
            assert stream.text.startswith(f"retry: 5000\n\n{CHANGED}\n")
            assert stream.changes == 1

    play(told())


def test_the_stream_holds_nothing_of_the_mails(site: Site, jonas: Seeded) -> None:
    async def told() -> None:
        async with following(site, site.signed_in(jonas.rep_id)) as stream:
            await asyncio.to_thread(send_new, site, jonas)
            await stream.until(lambda: stream.changes == 2)
            assert set(stream.text.split("\n")) <= {"retry: 5000", CHANGED, "data:", ":", ""}

    play(told())


def test_nobody_is_told_of_what_is_somebody_elses(site: Site, jonas: Seeded, priya: Seeded) -> None:
    async def untold() -> None:
        async with (
            following(site, site.signed_in(priya.rep_id)) as hers,
            following(site, site.signed_in(jonas.rep_id)) as his,
        ):
            await asyncio.to_thread(send_new, site, jonas)
            await his.until(lambda: his.changes == 2)
            beats = hers.text.count(":\n\n")
            await hers.until(lambda: hers.text.count(":\n\n") > beats + 2)
            assert hers.changes == 1

    play(untold())


def test_pages_of_one_rep_share_what_is_asked_of_the_database(
    site: Site, jonas: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    stamp = news.stamp

    def counted(session: Session, rep_id: uuid.UUID) -> str:
        asked.append(rep_id)
        return stamp(session, rep_id)

    monkeypatch.setattr(news, "stamp", counted)

    async def share() -> None:
        browser = site.signed_in(jonas.rep_id)
        async with following(site, browser) as one, following(site, browser), following(site, browser):
            await one.until(lambda: one.text.count(":\n\n") > 5)

    play(share())
    assert len(asked) == 1


def test_it_ends_with_the_session(site: Site, jonas: Seeded) -> None:
    async def end() -> None:
        async with following(site, site.signed_in(jonas.rep_id)) as stream:
            with site.database.writing() as session:
                web_sessions.end_all(session, jonas.rep_id)
            await stream.until(stream.ended.is_set)

    play(end())


def test_it_ends_when_the_session_is_too_old(site: Site, jonas: Seeded) -> None:
    async def end() -> None:
        async with following(site, site.signed_in(jonas.rep_id)) as stream:
            site.now += timedelta(days=31)
            await stream.until(stream.ended.is_set)

    play(end())


def test_it_ends_when_the_service_stops(site: Site, jonas: Seeded) -> None:
    async def end() -> None:
        async with following(site, site.signed_in(jonas.rep_id)) as stream:
            site.app.state.live.end()
            await stream.until(stream.ended.is_set)

    play(end())


def test_a_page_too_many_is_turned_away_and_may_come_when_another_has_gone(
    site: Site, jonas: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PAGES_OF_REP", 1)

    async def come() -> None:
        browser = site.signed_in(jonas.rep_id)
        async with following(site, browser), following(site, browser) as second:
            assert second.status == 204
        async with following(site, browser) as third:
            assert third.status == 200

    play(come())


def test_who_wants_no_events_gets_none(site: Site, jonas: Seeded) -> None:
    assert site.signed_in(jonas.rep_id).get("/sends/live").status_code == 406


def test_nobody_is_asked_to_sign_in(site: Site) -> None:
    assert site.visitor().get("/sends/live").headers["location"] == "/sign-in"
