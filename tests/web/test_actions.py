"""The links of a note: they ask before they act, act without a sign-in, and tell nothing of the mails."""

import uuid
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.nudge.action_links import ActionLink, ActionLinks
from app.store import feedback
from app.store.schema import Mailbox, Nudge
from app.store.states import FeedbackKind
from app.web.actions import BY_LINK
from tests.web.seed import NOW, Seeded
from tests.web.site import FAR_AWAY, Site

GERMAN = {"accept-language": "de"}


def link(site: Site, nudge_id: uuid.UUID, action: str) -> str:
    with site.database.reading() as session:
        key = site.keys.of_installation(session).derive("action-links")
    return f"/a/{ActionLinks(key).token(ActionLink(nudge_id, action), NOW)}"


def said(site: Site, rep: Seeded, name: str = "delivered") -> set[FeedbackKind]:
    with site.database.reading() as session:
        return set(feedback.said_of(session, session.get_one(Nudge, rep.nudges[name])))


@pytest.fixture
def stranger(site: Site) -> TestClient:
    return site.visitor()


@pytest.mark.parametrize("kind", sorted(BY_LINK))
def test_opening_a_link_asks_and_changes_nothing(
    site: Site, jonas: Seeded, stranger: TestClient, kind: FeedbackKind
) -> None:
    address = link(site, jonas.nudges["delivered"], kind)
    before = site.dump()
    for method in ("GET", "HEAD", "GET"):
        assert stranger.request(method, address).status_code == 200
    assert site.dump() == before
    assert f'<form method="post" action="{address}">' in stranger.get(address).text


@pytest.mark.parametrize("kind", sorted(BY_LINK))
def test_the_button_acts_and_can_be_taken_back(
    site: Site, jonas: Seeded, stranger: TestClient, kind: FeedbackKind
) -> None:
    address = link(site, jonas.nudges["delivered"], kind)
    answer = stranger.post(address)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert said(site, jonas) == {kind}
    assert f'<form method="post" action="{address}/undo">' in stranger.get(address).text
    stranger.post(f"{address}/undo")
    assert said(site, jonas) == set()
    assert f'<form method="post" action="{address}">' in stranger.get(address).text


def test_later_tells_when_the_note_comes_once_more(site: Site, jonas: Seeded, stranger: TestClient) -> None:
    address = link(site, jonas.nudges["delivered"], "later")
    stranger.post(address)
    assert "Der Hinweis kommt am 5. März 2026, 08:00 noch einmal." in stranger.get(address, headers=GERMAN).text
    stranger.post(f"{address}/undo")
    assert "kommt am" not in stranger.get(address, headers=GERMAN).text


def test_pressing_twice_is_pressing_once(site: Site, jonas: Seeded, stranger: TestClient) -> None:
    address = link(site, jonas.nudges["delivered"], "called")
    stranger.post(address)
    before = site.dump()
    assert stranger.post(address).status_code == 303
    assert site.dump() == before


def test_the_page_shows_nothing_of_the_mails(site: Site, jonas: Seeded) -> None:
    text = site.visitor(FAR_AWAY, **GERMAN).get(link(site, jonas.nudges["delivered"], "called")).text
    assert "ab dem 3. März 2026, 11:05" in text
    for secret in ("Fräs", "Anna", "Weber", "keller-maschinen", "weber-guss", str(jonas.sends["parts-0"])):
        assert secret not in text


def test_a_link_does_not_sign_in(site: Site, jonas: Seeded, stranger: TestClient) -> None:
    address = link(site, jonas.nudges["delivered"], "called")
    stranger.get(address)
    stranger.post(address)
    assert not stranger.cookies
    assert stranger.get("/sends").headers["location"] == "/sign-in"


def test_a_link_acts_on_its_own_nudge_only(site: Site, jonas: Seeded, priya: Seeded, stranger: TestClient) -> None:
    stranger.post(link(site, jonas.nudges["delivered"], "not_a_template"))
    assert said(site, jonas) == {FeedbackKind.NOT_A_TEMPLATE}
    assert said(site, priya) == set()
    assert said(site, jonas, "planned") == set()


@pytest.mark.parametrize("spoil", ["", "x", "%00", "A" * 4000])
@pytest.mark.parametrize("path", ["", "/undo"])
def test_a_changed_link_does_nothing(site: Site, jonas: Seeded, stranger: TestClient, spoil: str, path: str) -> None:
    address = link(site, jonas.nudges["delivered"], "called")[:-3] + spoil
    before = site.dump()
    assert stranger.get(address).status_code == 410
    assert stranger.post(address + path).status_code == 410
    assert site.dump() == before


@pytest.mark.parametrize("action", ["open", "delete", "not_for_person", ""])
def test_a_signed_action_that_is_none_does_nothing(
    site: Site, jonas: Seeded, stranger: TestClient, action: str
) -> None:
    assert stranger.post(link(site, jonas.nudges["delivered"], action)).status_code == 410


def test_a_link_ends_after_fourteen_days(site: Site, jonas: Seeded, stranger: TestClient) -> None:
    address = link(site, jonas.nudges["delivered"], "called")
    site.now += timedelta(days=14)
    assert stranger.get(address).status_code == 200
    site.now += timedelta(seconds=1)
    assert stranger.get(address).status_code == 410
    assert stranger.post(address).status_code == 410
    assert said(site, jonas) == set()


def test_a_link_of_an_erased_mailbox_does_nothing(site: Site, jonas: Seeded, stranger: TestClient) -> None:
    address = link(site, jonas.nudges["delivered"], "called")
    with site.database.writing() as session:
        session.delete(session.get_one(Mailbox, jonas.mailbox_id))
    assert stranger.get(address).status_code == 410


def test_a_link_is_not_taken_from_another_site(site: Site, jonas: Seeded) -> None:
    address = link(site, jonas.nudges["delivered"], "called")
    elsewhere = site.visitor(FAR_AWAY, origin="https://mail.example", **{"sec-fetch-site": "cross-site"})
    assert elsewhere.get(address).status_code == 200
    assert elsewhere.post(address).status_code == 403
    assert said(site, jonas) == set()
