"""The page of one send: why, what became of the note, its siblings, and the rep's answers."""

import re
import uuid
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from app.nudge.policy import Why
from app.store import feedback
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind, NudgeState
from app.texts import translator
from app.web.nudge_words import NudgeTeller
from tests.web.seed import ANNA, HOSTILE_SUBJECT, NOW, Seeded, open_outbox
from tests.web.site import Site


@pytest.fixture
def browser(site: Site, jonas: Seeded) -> TestClient:
    return site.signed_in(jonas.rep_id)


def page(browser: TestClient, rep: Seeded, name: str) -> LexborHTMLParser:
    answer = browser.get(f"/sends/{rep.sends[name]}")
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def texts(html: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in html.css(selector)]


def offered(html: LexborHTMLParser) -> list[str | None]:
    return [button.attributes["value"] for button in html.css(".answers button")]


def said_of(site: Site, rep: Seeded, name: str) -> set[FeedbackKind]:
    with site.database.reading() as session:
        return set(feedback.said_of(session, session.get_one(Send, rep.sends[name])))


def test_reasons_are_sentences_in_order_of_weight(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser, jonas, "parts-0")
    assert texts(html, ".reasons > li > span") == [
        "96 % des Textes stehen auch in 8 anderen Mails der letzten 4 Tage.",
        "Die Wortwahl klingt nach einer Mail an viele (zu 91 %).",
        "Die Mail bittet um Termin oder Antwort, wie es Mails an viele tun.",
        "Dagegen spricht: Sie haben dieser Person schon 2 Mal geschrieben.",
    ]
    assert len(html.css(".reasons > .against")) == 1
    assert texts(html, ".verdict") == ["deutlich"]


def today(site: Site, rep: Seeded, siblings: int, name: str = "parts-0") -> list[str]:
    """What the page adds to the reason of a mail that had so many siblings when it was judged."""
    with site.database.writing() as session:
        send = session.get_one(Send, rep.sends[name])
        send.reasons = [{"code": "same_text", "weight": 3.1, "siblings": siblings, "percent": 96, "days": 4}]
    return texts(page(site.signed_in(rep.rep_id), rep, name), ".reasons small")


def test_a_reason_whose_number_has_changed_says_the_one_of_today(site: Site, jonas: Seeded, priya: Seeded) -> None:
    assert today(site, jonas, 8) == []
    assert today(site, jonas, 2) == [
        "So war es, als die Mail beurteilt wurde. Heute gibt es 8 andere Mails mit diesem Text."
    ]
    assert today(site, priya, 9) == [
        "That was so when the mail was judged. Today there are 8 other mails with this text."
    ]


def test_a_reason_whose_copies_are_erased_says_so(site: Site, jonas: Seeded) -> None:
    assert today(site, jonas, 2, "intent") == [
        "So war es, als die Mail beurteilt wurde. Heute ist keine andere Mail mit diesem Text mehr gespeichert."
    ]


def test_a_send_that_was_not_flagged_tells_why_not(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser, jonas, "personal")
    assert texts(html, "#why") == ["Warum diese Mail nicht aufgefallen ist"]
    assert texts(html, ".reasons > .against > span") == ["Dagegen spricht: Es ist eine Antwort auf eine Mail."]
    assert offered(html) == ["called"]


def test_an_excluded_send_tells_that_it_was_not_looked_at(browser: TestClient, jonas: Seeded) -> None:
    assert "Sie wurde nicht angesehen." in page(browser, jonas, "excluded").text()


def test_siblings_are_named_with_their_dates(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser, jonas, "question-1")
    assert texts(html, ".siblings > li") == [
        "Dora Groß Mi., 4. März, 14:02",
        "Carla Stein Mi., 4. März, 14:01",
        "Anna Weber Mi., 4. März, 13:59",
    ]
    assert f"/sends?show=every&template={jonas.templates['question']}" in {
        link.attributes["href"] for link in html.css(".about-siblings a")
    }


def test_recipients_beyond_three_are_folded_away(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser, jonas, "failed")
    assert texts(html, ".send-head summary") == ["und 1 weitere Person"]
    assert "Dora Groß dora.gross@strassenbau-nord.example" in texts(html, ".send-head details li")


def test_hostile_words_are_shown_as_text(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser, jonas, "hostile")
    assert texts(html, "h1") == [HOSTILE_SUBJECT]
    assert texts(html, "title") == [f"{HOSTILE_SUBJECT} · Zuruf"]
    assert not html.css("main script, main img, main b, main i:not(.strength i)")


def test_a_very_long_line_is_no_trouble(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, jonas.mailbox_id))
        outbox.uid = 900
        jonas.sends["long"] = outbox.send("x" * 1_000_000, [ANNA], NOW).id
    assert browser.get("/sends").status_code == 200
    assert len(texts(page(browser, jonas, "long"), "h1")[0]) == 1_000_000


@pytest.mark.parametrize("kind", list(FeedbackKind))
def test_an_answer_is_told_back_and_can_be_undone(
    site: Site, browser: TestClient, jonas: Seeded, kind: FeedbackKind
) -> None:
    address = f"/sends/{jonas.sends['parts-0']}"
    assert kind in offered(page(browser, jonas, "parts-0"))
    answer = browser.post(f"{address}/feedback", data={"kind": kind})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}#answer")
    html = page(browser, jonas, "parts-0")
    assert [button.attributes["value"] for button in html.css(".told button")] == [kind]
    assert kind not in offered(html)
    browser.post(f"{address}/feedback/undo", data={"kind": kind})
    assert said_of(site, jonas, "parts-0") == set()
    assert kind in offered(page(browser, jonas, "parts-0"))


def test_an_answer_by_mail_is_told_as_one(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        nudge = session.get_one(Nudge, jonas.nudges["delivered"])
        when = NOW + timedelta(days=1)
        feedback.say(session, nudge, FeedbackKind.WILL_CALL, NOW, at=when, by_mail=True)
    [told] = texts(page(browser, jonas, "parts-0"), ".told p")
    assert told.startswith("Sie wollen anrufen. Der Anruf ist für den 5. März 2026, 14:05 geplant.")
    assert told.endswith("So haben Sie am 4. März 2026, 14:05 per Mail geantwortet.")


def test_an_answer_that_nobody_knows_is_refused(site: Site, browser: TestClient, jonas: Seeded) -> None:
    before = site.dump()
    for data in ({"kind": "shout"}, {}):
        assert browser.post(f"/sends/{jonas.sends['parts-0']}/feedback", data=data).status_code == 400
    assert site.dump() == before


def test_a_mail_to_several_people_has_no_person_to_speak_of(site: Site, browser: TestClient, jonas: Seeded) -> None:
    assert "not_for_person" not in offered(page(browser, jonas, "failed"))
    before = site.dump()
    answer = browser.post(f"/sends/{jonas.sends['failed']}/feedback", data={"kind": "not_for_person"})
    assert answer.status_code == 400
    assert site.dump() == before


def test_the_reps_own_word_stands_first_among_the_reasons(browser: TestClient, jonas: Seeded) -> None:
    browser.post(f"/sends/{jonas.sends['parts-0']}/feedback", data={"kind": "not_for_person"})
    html = page(browser, jonas, "parts-0")
    assert texts(html, ".reasons > .against > span")[0] == (
        "Dagegen spricht: Sie haben gesagt, dass Ihre Mails an diese Person persönlich sind."
    )
    assert texts(html, "#why") == ["Warum diese Mail nicht aufgefallen ist"]
    assert texts(html, ".told p")[0].startswith("Sie haben gesagt, dass Ihre Mails an diese Person persönlich sind.")


def test_a_mail_that_came_back_tells_why_there_is_no_note(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        session.get_one(Send, jonas.sends["parts-0"]).nudge_id = None
    sentence = texts(page(browser, jonas, "parts-0"), "#answer > p")[0]
    assert sentence == "Kein Hinweis. Eine frühere Antwort von Ihnen hatte diese Mail aus Ihrer Liste herausgehalten."


def test_a_send_outside_any_template_has_nothing_to_stop(browser: TestClient, jonas: Seeded) -> None:
    assert offered(page(browser, jonas, "lone")) == ["called", "not_a_template", "not_for_person"]


@pytest.mark.parametrize("path", ["", "/text"])
def test_another_reps_send_is_not_found(site: Site, jonas: Seeded, priya: Seeded, path: str) -> None:
    browser = site.signed_in(priya.rep_id)
    assert browser.get(f"/sends/{jonas.sends['parts-0']}{path}").status_code == 404


@pytest.mark.parametrize("path", ["/feedback", "/feedback/undo"])
def test_another_rep_cannot_answer_for_a_send(site: Site, jonas: Seeded, priya: Seeded, path: str) -> None:
    browser = site.signed_in(priya.rep_id)
    before = site.dump()
    answer = browser.post(f"/sends/{jonas.sends['parts-0']}{path}", data={"kind": "not_a_template"})
    assert answer.status_code == 404
    assert site.dump() == before


@pytest.mark.parametrize("send_id", [str(uuid.uuid4()), "0", "rows/", "<script>"])
def test_an_unknown_send_is_not_found(browser: TestClient, send_id: str) -> None:
    assert browser.get(f"/sends/{send_id}").status_code in {404, 307}


def test_nobody_is_sent_to_sign_in(site: Site, jonas: Seeded) -> None:
    address = f"/sends/{jonas.sends['parts-0']}"
    assert site.visitor().get(address).headers["location"] == "/sign-in"
    before = site.dump()
    assert site.visitor().post(f"{address}/feedback", data={"kind": "called"}).headers["location"] == "/sign-in"
    assert site.dump() == before


def test_looking_at_a_send_changes_nothing(site: Site, browser: TestClient, jonas: Seeded) -> None:
    before = site.dump()
    for name in jonas.sends:
        page(browser, jonas, name)
    assert site.dump() == before


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("decision", [None, *Why, "of another version"])
@pytest.mark.parametrize("state", list(NudgeState))
def test_every_state_and_reason_of_a_note_has_its_words(
    site: Site, jonas: Seeded, state: NudgeState, decision: str | None, language: str
) -> None:
    teller = NudgeTeller(translator("de" if language == "de" else "en"), lambda moment: f"{moment:%d.%m.}")
    with site.database.reading() as session:
        send = session.get_one(Send, jonas.sends["parts-0"])
        nudge = session.get_one(Nudge, jonas.nudges["planned"])
        nudge.state, nudge.decision = state, decision
        words = teller.state(send, nudge)
    assert re.fullmatch(r"[^%]+", words.label)
    assert re.fullmatch(r"[A-ZÄÖÜ][^%]+\.", words.sentence)


def test_silent_notes_are_told_with_the_policys_reason(browser: TestClient, jonas: Seeded) -> None:
    sentence = texts(page(browser, jonas, "cranes-0"), "#answer > p")[0]
    assert sentence == "Kein Hinweis. Zu diesem Text gab es in den sieben Tagen davor schon einen Hinweis."
