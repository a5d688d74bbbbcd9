"""The pages of templates: the list, one template, its name, and what is said of it."""

import uuid

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from app.store import feedback, templates
from app.store.schema import Mailbox, Send, Template
from app.store.states import FeedbackKind
from tests.web.seed import ANNA, NOW, Seeded, connect_mailbox, open_outbox
from tests.web.site import Site

HOSTILE_NAME = "<script>alert(1)</script> {{ 7*7 }} \u202eevil"


@pytest.fixture
def browser(site: Site, jonas: Seeded) -> TestClient:
    return site.signed_in(jonas.rep_id)


def page(browser: TestClient, path: str = "/templates") -> LexborHTMLParser:
    answer = browser.get(path)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def texts(html: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in html.css(selector)]


def path_of(rep: Seeded, name: str = "parts") -> str:
    return f"/templates/{rep.templates[name]}"


def give_name(site: Site, rep: Seeded, name: str, template: str = "parts") -> None:
    with site.database.writing() as session:
        row = session.get_one(Template, rep.templates[template])
        templates.give_name(site.keys.of_rep(session, rep.rep_id), row, name)


def test_a_family_is_listed_with_its_figures(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        session.get_one(Send, jonas.sends["parts-1"]).answer_seconds = 3600
    [row] = [one for one in page(browser).css(".templates > li") if "Frästeile" in one.text()]
    shown = " ".join(row.text().split())
    assert shown.startswith("Vorlage 1, zuerst gesendet am 3. März Frästeile aus Aluminium in 5 Werktagen, Person 3")
    assert shown.endswith("Mails9 Personen9 Hinweis1 Antwort1 gesendet3. März 2026")


@pytest.mark.usefixtures("jonas")
def test_answers_are_left_out_where_none_are_known(browser: TestClient) -> None:
    assert "Antwort" not in " ".join(texts(page(browser), ".templates dt"))


def test_the_reps_own_name_takes_the_place_of_the_neutral_one(browser: TestClient, jonas: Seeded) -> None:
    answer = browser.post(f"{path_of(jonas)}/name", data={"name": " Frästeile  Frühjahr "})
    assert (answer.status_code, answer.headers["location"]) == (303, path_of(jonas))
    assert "Frästeile Frühjahr" in texts(page(browser), ".templates h2")
    assert texts(page(browser, path_of(jonas)), "h1") == ["Frästeile Frühjahr"]
    browser.post(f"{path_of(jonas)}/name", data={"name": ""})
    assert texts(page(browser, path_of(jonas)), "h1") == ["Vorlage 1, zuerst gesendet am 3. März"]


def test_a_name_is_not_readable_in_the_database(site: Site, browser: TestClient, jonas: Seeded) -> None:
    browser.post(f"{path_of(jonas)}/name", data={"name": "Geheimplan"})
    assert "Geheimplan" not in "".join(site.dump())


def test_hostile_names_are_shown_as_text(site: Site, browser: TestClient, jonas: Seeded) -> None:
    give_name(site, jonas, HOSTILE_NAME)
    html = page(browser, path_of(jonas))
    assert texts(html, "h1 > bdi") == [HOSTILE_NAME]
    assert html.css("#name")[0].attributes["value"] == HOSTILE_NAME
    assert not html.css("main script")
    assert HOSTILE_NAME in texts(page(browser), ".templates h2 bdi")


def test_a_very_long_name_is_cut(browser: TestClient, jonas: Seeded) -> None:
    assert browser.post(f"{path_of(jonas)}/name", data={"name": "x" * 5000}).status_code == 303
    assert texts(page(browser, path_of(jonas)), "h1") == ["x" * templates.NAME_LIMIT]


@pytest.mark.parametrize(
    ("kind", "badge"), [(FeedbackKind.NOT_A_TEMPLATE, "in Ordnung"), (FeedbackKind.STOP, "keine Hinweise mehr")]
)
def test_what_is_said_of_it_is_told_back_and_can_be_undone(
    site: Site, browser: TestClient, jonas: Seeded, kind: FeedbackKind, badge: str
) -> None:
    path = path_of(jonas)
    answer = browser.post(f"{path}/feedback", data={"kind": kind})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}#answer")
    html = page(browser, path)
    assert [button.attributes["value"] for button in html.css(".told button")] == [kind]
    assert texts(html, ".send-head .badge") == [badge]
    browser.post(f"{path}/feedback/undo", data={"kind": kind})
    html = page(browser, path)
    assert not html.css(".told")
    assert [button.attributes["value"] for button in html.css(".answers button")] == ["not_a_template", "stop"]
    with site.database.reading() as session:
        assert not feedback.said_of(session, session.get_one(Send, jonas.sends["parts-0"]))


def test_what_is_fine_leaves_the_list_of_sends(browser: TestClient, jonas: Seeded) -> None:
    browser.post(f"{path_of(jonas)}/feedback", data={"kind": "not_a_template"})
    assert f"/sends/{jonas.sends['parts-0']}" not in browser.get("/sends").text
    assert texts(page(browser, path_of(jonas)), ".siblings .badge") == ["nicht aufgefallen"] * 9


@pytest.mark.parametrize("kind", ["called", "later", "not_for_person", "shout", ""])
@pytest.mark.parametrize("path", ["feedback", "feedback/undo"])
def test_what_is_said_of_single_mails_cannot_be_said_here(
    site: Site, browser: TestClient, jonas: Seeded, kind: str, path: str
) -> None:
    before = site.dump()
    assert browser.post(f"{path_of(jonas)}/{path}", data={"kind": kind}).status_code == 400
    assert site.dump() == before


def test_the_chart_has_a_table_beside_it(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser, path_of(jonas))
    assert len(html.css("svg.weeks rect")) == 1
    assert texts(html, ".numbers tbody tr")[:2] == ["2. März9", "23. Feb.0"]
    assert html.css("svg.weeks")[0].attributes["aria-label"]


def test_its_sends_lead_to_their_pages(browser: TestClient, jonas: Seeded) -> None:
    links = [link.attributes["href"] for link in page(browser, path_of(jonas)).css(".siblings a")]
    assert links[-1] == f"/sends/{jonas.sends['parts-0']}"
    assert len(links) == 9


def test_a_send_leads_to_its_template(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser, f"/sends/{jonas.sends['parts-0']}")
    assert path_of(jonas) in [link.attributes["href"] for link in html.css(".about-siblings a")]


def test_many_templates_come_page_by_page(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, jonas.mailbox_id))
        outbox.uid = 1000
        for number in range(100, 140):
            outbox.send("Angebot", [ANNA], NOW, template=outbox.template(number))
    for query, count in (("order=latest", 45), ("order=most", 45), ("q=Angebot", 40), ("state=active&order=most", 45)):
        path, seen = f"/templates?{query}", list[str | None]()
        while path:
            html = page(browser, path)
            seen += [link.attributes["href"] for link in html.css(".templates h2 a")]
            following = html.css("a[rel=next]")
            path = (following[0].attributes["href"] or "") if following else ""
        assert (query, len(seen), len(set(seen))) == (query, count, count)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=frästeile", {"parts"}),
        ("q=Aluminium+Werktagen", {"parts"}),
        ("q=CARLA", {"parts", "question", "history"}),
        ("q=carla%40stein-soehne.example+Ersatzteile", {"history"}),
        ("q=Herbst", {"cranes"}),
        ("q=aktion+herbst", {"cranes"}),
        ("q=Herbst+Ersatzteile", set()),
        ("q=Frästeil", set()),
        ("q=!", set()),
        ("state=allowed", {"history"}),
        ("state=stopped", {"history", "cranes"}),
        ("state=active", {"parts", "question"}),
        ("q=Carla&state=active", {"parts", "question"}),
        ("q=Carla&state=allowed&order=most", {"history"}),
    ],
)
def test_it_is_searched_by_word_and_by_state(
    site: Site, browser: TestClient, jonas: Seeded, query: str, found: set[str]
) -> None:
    give_name(site, jonas, "Herbstaktion", "cranes")
    for name, kind in (("cranes", "stop"), ("history", "stop"), ("history", "not_a_template")):
        browser.post(f"{path_of(jonas, name)}/feedback", data={"kind": kind})
    links = {link.attributes["href"] for link in page(browser, f"/templates?{query}").css(".templates h2 a")}
    assert links & {path_of(jonas, name) for name in jonas.templates} == {path_of(jonas, name) for name in found}


def test_the_search_stays_in_the_form_and_in_every_link(browser: TestClient, jonas: Seeded) -> None:
    browser.post(f"{path_of(jonas)}/feedback", data={"kind": "stop"})
    html = page(browser, "/templates?q=Fr%C3%A4steile&state=stopped&order=most")
    assert html.css("#search")[0].attributes["value"] == "Frästeile"
    assert [option.attributes["value"] for option in html.css("#state option[selected]")] == ["stopped"]
    assert [link.attributes["href"] for link in html.css(".orders a")] == [
        "/templates?q=Fr%C3%A4steile&state=stopped",
        "/templates?q=Fr%C3%A4steile&state=stopped&order=most",
    ]
    assert [link.attributes["href"] for link in html.css(".send-filters a")] == ["/templates?order=most"]


@pytest.mark.usefixtures("jonas")
def test_a_search_without_a_hit_says_what_it_goes_by(browser: TestClient) -> None:
    html = page(browser, "/templates?q=<b>nirgends</b>")
    assert texts(html, ".empty h2") == ["Nichts gefunden"]
    assert "Betreffzeilen" in html.css(".empty")[0].text()
    assert [link.attributes["href"] for link in html.css(".empty a")] == ["/templates"]
    assert html.css("#search")[0].attributes["value"] == "<b>nirgends</b>"


def test_a_name_that_was_damaged_takes_no_page_along(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        session.get_one(Template, jonas.templates["parts"]).name = b"damaged"
    for path in ("/templates", "/templates?q=Fr%C3%A4steile", path_of(jonas), "/sends?by=template"):
        assert "Frästeile" in browser.get(path).text


@pytest.mark.parametrize(
    "query", ["state=x", "q=", "order=<script>", "below=x", "below=1-2", "below=" + "9" * 400, "order=most&below=-"]
)
def test_an_odd_address_shows_the_first_page(browser: TestClient, query: str) -> None:
    assert len(page(browser, f"/templates?{query}").css(".templates > li")) == 5


def test_without_templates_the_page_tells_what_will_appear(site: Site) -> None:
    with site.database.writing() as session:
        mailbox = connect_mailbox(session, site.keys)
    html = page(site.signed_in(mailbox.rep_id))
    assert texts(html, ".empty h2") == ["Noch keine Vorlagen"]
    assert not html.css(".orders, .send-filters")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_template_is_not_found(browser: TestClient, method: str) -> None:
    path = f"/templates/{uuid.uuid4()}" + ("/name" if method == "POST" else "")
    assert browser.request(method, path).status_code == 404


def test_looking_at_templates_changes_nothing(site: Site, browser: TestClient, jonas: Seeded) -> None:
    before = site.dump()
    for path in ("/templates", *(path_of(jonas, name) for name in jonas.templates)):
        page(browser, path)
    assert site.dump() == before


def test_the_page_speaks_english_too(site: Site, priya: Seeded) -> None:
    html = page(site.signed_in(priya.rep_id), path_of(priya))
    assert texts(html, "h1") == ["Template 1, first sent 3 March"]
    assert texts(html, ".template-figures > div") == ["mails9", "people9", "note1", "sent3 Mar 2026"]
