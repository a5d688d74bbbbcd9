"""One answer for many rows of the list, and its undoing."""

import uuid
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from app.store import feedback, listing
from app.store.schema import Send
from app.store.states import FeedbackKind
from tests.web.seed import Seeded
from tests.web.site import Site


@pytest.fixture
def browser(site: Site, jonas: Seeded) -> TestClient:
    return site.signed_in(jonas.rep_id)


def say(browser: TestClient, kind: str, *send_ids: uuid.UUID, back: str = "") -> LexborHTMLParser:
    """Send the form and follow it to the list."""
    form = {"kind": kind, "send": [str(send_id) for send_id in send_ids], "back": back}
    answer = browser.post("/sends/acts", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def told(html: LexborHTMLParser) -> str:
    sentence = html.css_first(".told p")
    return sentence.text() if sentence is not None else ""


def undo(browser: TestClient, html: LexborHTMLParser) -> LexborHTMLParser:
    button = html.css_first(".told button")
    assert button is not None
    answer = browser.post("/sends/acts/undo", data={"act": button.attributes["value"]}, follow_redirects=True)
    return LexborHTMLParser(answer.text)


def said(site: Site, send_id: uuid.UUID) -> feedback.Said:
    with site.database.reading() as session:
        return feedback.said_of(session, session.get_one(Send, send_id))


def flagged(site: Site, rep: Seeded) -> set[str]:
    with site.database.reading() as session:
        return {name for name, id_ in rep.sends.items() if listing.one(session, rep.rep_id, id_).flagged}


def test_calls_are_noted_for_every_chosen_mail_and_taken_back_together(
    site: Site, browser: TestClient, jonas: Seeded
) -> None:
    chosen = [jonas.sends["parts-0"], jonas.sends["lone"]]
    html = say(browser, "called", *chosen)
    assert told(html) == "Für 2 Mails vermerkt: Sie haben angerufen."
    assert all(said(site, one) == {FeedbackKind.CALLED} for one in chosen)
    assert told(undo(browser, html)) == "Zurückgenommen. Alles ist wieder wie zuvor."
    assert not any(said(site, one) for one in chosen)


def test_what_was_said_before_survives_the_undoing(site: Site, browser: TestClient, jonas: Seeded) -> None:
    say(browser, "called", jonas.sends["lone"])
    site.now += timedelta(minutes=1)
    undo(browser, say(browser, "called", jonas.sends["lone"], jonas.sends["parts-0"]))
    assert said(site, jonas.sends["lone"]) == {FeedbackKind.CALLED}
    assert not said(site, jonas.sends["parts-0"])


def test_templates_leave_the_list_and_come_back(site: Site, browser: TestClient, jonas: Seeded) -> None:
    before = flagged(site, jonas)
    html = say(browser, "not_a_template", *(jonas.sends[name] for name in ("parts-0", "parts-1", "cranes-0")))
    assert told(html) == "Vermerkt: 2 Texte sind keine Vorlagen. Mails damit stehen nicht mehr in der Liste."
    assert not [name for name in flagged(site, jonas) if name.startswith(("parts", "cranes"))]
    undo(browser, html)
    assert flagged(site, jonas) == before


def test_mail_to_several_people_is_left_out_of_what_is_said_of_one(
    site: Site, browser: TestClient, jonas: Seeded
) -> None:
    html = say(browser, "not_for_person", jonas.sends["failed"], jonas.sends["lone"])
    assert told(html) == "1 Mail steht nicht mehr in der Liste: Ihre Mail an diese Person ist persönlich."
    assert not said(site, jonas.sends["failed"])


def test_a_whole_page_of_rows_can_be_answered(site: Site, browser: TestClient, jonas: Seeded) -> None:
    chosen = [id_ for name, id_ in jonas.sends.items() if name in flagged(site, jonas)]
    assert told(say(browser, "called", *chosen)) == f"Für {len(chosen)} Mails vermerkt: Sie haben angerufen."


def test_without_a_chosen_mail_nothing_happens(site: Site, browser: TestClient) -> None:
    before = site.dump()
    assert "Nichts wurde geändert" in told(say(browser, "called"))
    assert site.dump() == before


def test_said_twice_is_told_and_cannot_be_undone_twice(browser: TestClient, site: Site, jonas: Seeded) -> None:
    say(browser, "called", jonas.sends["lone"])
    site.now += timedelta(minutes=1)
    html = say(browser, "called", jonas.sends["lone"])
    assert "nichts Neues" in told(html)
    assert html.css_first(".told button") is None


def test_the_list_is_gone_back_to_as_it_was(browser: TestClient, jonas: Seeded) -> None:
    form = {"kind": "called", "send": str(jonas.sends["lone"]), "back": "q=boris&order=oldest&x=//evil.example"}
    location = browser.post("/sends/acts", data=form).headers["location"]
    assert location.startswith("/sends?q=boris&order=oldest&done=called-")


def test_one_foreign_mail_among_the_own_ones_stops_all(
    site: Site, browser: TestClient, jonas: Seeded, priya: Seeded
) -> None:
    before = site.dump()
    form = {"kind": "called", "send": [str(jonas.sends["lone"]), str(priya.sends["lone"])]}
    assert browser.post("/sends/acts", data=form).status_code == 404
    assert site.dump() == before


def test_nobody_else_sees_or_undoes_an_act(site: Site, browser: TestClient, jonas: Seeded, priya: Seeded) -> None:
    button = say(browser, "called", jonas.sends["lone"]).css_first(".told button")
    assert button is not None
    other, before = site.signed_in(priya.rep_id), site.dump()
    act = button.attributes["value"] or ""
    assert LexborHTMLParser(other.get(f"/sends?done={act}").text).css_first(".told button") is None
    other.post("/sends/acts/undo", data={"act": act})
    assert site.dump() == before


@pytest.mark.parametrize("act", ["", "called", "called-x", "stop-1", "called-99999999999999999999", "x-1"])
def test_an_act_that_is_none_changes_nothing(site: Site, browser: TestClient, act: str) -> None:
    before = site.dump()
    assert browser.get(f"/sends?done={act}").status_code == 200
    assert browser.post("/sends/acts/undo", data={"act": act}).status_code in {303, 400}
    assert site.dump() == before


@pytest.mark.parametrize(
    "form", [{"kind": "x"}, {"kind": "called", "send": "7"}, {"kind": "called", "send": ["x"] * 60}]
)
def test_a_form_that_makes_no_sense_is_refused(browser: TestClient, form: dict[str, str | list[str]]) -> None:
    assert browser.post("/sends/acts", data=form).status_code == 400


def test_only_the_offered_words_can_be_said_of_many(site: Site, browser: TestClient, jonas: Seeded) -> None:
    before = site.dump()
    say(browser, "stop", jonas.sends["lone"])
    assert site.dump() == before
