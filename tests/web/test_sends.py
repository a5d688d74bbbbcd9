"""The list of flagged sends as a browser gets it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode
from starlette.testclient import TestClient

from app.store import feedback, mailboxes
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind, MailboxState, NudgeState
from tests.web.seed import BORIS, HOSTILE_SUBJECT, NOW, PRIYA, Seeded, connect_mailbox, open_outbox
from tests.web.site import Site

FRAGMENT = {"hx-request": "true"}


@pytest.fixture
def browser(site: Site, jonas: Seeded) -> TestClient:
    return site.signed_in(jonas.rep_id)


def page(browser: TestClient, address: str = "/sends") -> LexborHTMLParser:
    answer = browser.get(address)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def rows(html: LexborHTMLParser) -> list[LexborNode]:
    return html.css(".sends tbody tr")


def said(node: LexborNode | LexborHTMLParser | None, selector: str) -> str:
    found = node.css_first(selector) if node is not None else None
    return " ".join(found.text().split()) if found is not None else ""


def subjects(html: LexborHTMLParser) -> set[str]:
    return {said(row, ".subject") for row in rows(html)}


def live_address(text: str) -> str:
    found = re.search(r'hx-get="(/sends/rows[^"]*)"', text)
    assert found
    return unescape(found[1])


def send_new(site: Site, rep: Seeded, subject: str = "Brandneu") -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, rep.mailbox_id))
        outbox.uid = 900
        outbox.send(subject, [BORIS], NOW)


def row_of(html: LexborHTMLParser, rep: Seeded, name: str) -> LexborNode:
    link = html.css_first(f"#send-{rep.sends[name]}")
    assert link is not None
    row = link.parent.parent if link.parent else None
    assert row is not None
    return row


def test_a_row_tells_recipient_subject_strength_reason_and_time(browser: TestClient, jonas: Seeded) -> None:
    row = row_of(page(browser), jonas, "parts-0")
    assert said(row, ".whole") == "Anna Weber"
    assert said(row, ".subject") == "Frästeile aus Aluminium in 5 Werktagen, Anna Weber"
    assert said(row, ".how") == "deutlich"
    assert len(row.css(".strength .on")) == 2
    assert said(row, ".reason") == "96 % des Textes stehen auch in 8 anderen Mails der letzten 4 Tage."
    assert said(row, ".when time") == "Di., 3. März, 11:05"


def test_further_recipients_are_counted_and_a_nameless_one_is_called_by_address(
    browser: TestClient, jonas: Seeded
) -> None:
    html = page(browser)
    assert said(row_of(html, jonas, "failed"), ".whole") == "Anna Weber + 3"
    assert said(row_of(html, jonas, "parts-4"), ".whole") == "einkauf@hallenbau-ost.example"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("question-0", "Kommt bald"),
        ("intent", "Unterwegs"),
        ("parts-0", "Im Posteingang"),
        ("lone", "Kein Hinweis"),
        ("failed", "Nicht zugestellt"),
        ("history-0", "Kein Hinweis"),
    ],
)
def test_the_state_of_the_note_is_told_in_words(browser: TestClient, jonas: Seeded, name: str, label: str) -> None:
    assert said(row_of(page(browser), jonas, name), ".nudge") == label


def test_the_reps_own_word_stands_before_the_state(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        feedback.say(session, session.get_one(Send, jonas.sends["parts-0"]), FeedbackKind.CALLED, NOW)
    html = page(browser)
    assert said(row_of(html, jonas, "parts-0"), ".nudge") == "Angerufen"
    assert said(row_of(html, jonas, "parts-1"), ".nudge") == "Im Posteingang"


def test_an_english_reader_gets_english(site: Site, priya: Seeded) -> None:
    html = page(site.signed_in(priya.rep_id))
    assert said(html, "h1") == "Flagged mails"
    assert said(row_of(html, priya, "parts-0"), ".nudge") == "In your inbox"


def test_hostile_words_are_shown_as_text(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser)
    row = row_of(html, jonas, "hostile")
    assert said(row, ".subject") == HOSTILE_SUBJECT
    assert said(row, ".whole") == '<b onmouseover="alert(1)">Eve</b>'
    assert said(row, ".reason") == "Ein weiteres Zeichen: <i>new</i>."
    assert not html.css("main script, main img, main b, main [onmouseover]")


def test_a_search_word_with_markup_stays_a_value(browser: TestClient) -> None:
    html = page(browser, '/sends?q="><script>alert(1)</script>')
    field = html.css_first("input[name=q]")
    assert field is not None
    assert field.attributes["value"] == '"><script>alert(1)</script>'
    assert not html.css("main script")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=hausmesse", {"Einladung zur Hausmesse"}),
        ("q=b.lang@lang-antriebe.example+freitag", {"Nur noch bis Freitag: 12 % auf alles"}),
        ("q=strasse", {"Kurze Frage zu Ihrer Fertigung an der Straße"}),
        ("q=dienstag&show=every", {"Re: Termin am Dienstag"}),
        ("nudge=waiting&since=2026-03-04&until=2026-03-04&q=wartungsvertrag", {"Wartungsvertrag 2026"}),
        ("language=en", {"Quick question about your cranes"}),
        ("until=2026-01-31", {"Rahmenvertrag Ersatzteile"}),
        ("since=2026-03-02&until=2026-03-02", {"Nur noch bis Freitag: 12 % auf alles"}),
        ("q=nirgends", set[str]()),
        ("reason=merge_field", {"Nur noch bis Freitag: 12 % auf alles"}),
        ("reason=merge_field&language=en", set[str]()),
    ],
)
def test_search_and_filters_find_what_they_should(browser: TestClient, query: str, found: set[str]) -> None:
    assert subjects(page(browser, f"/sends?{query}")) == found


@pytest.mark.parametrize(
    "query",
    [
        "by=x",
        "order=x",
        "said=x",
        "below=1-00000000000000000000000000000000-nan",
        "reason=x",
        "since=yesterday",
        "until=9999-12-31",
        "nudge=x",
        "language=tlh",
        "template=7",
        "below=x",
        "show=x",
        "a=b",
    ],
)
def test_what_cannot_be_meant_is_left_out(browser: TestClient, query: str) -> None:
    assert len(rows(page(browser, f"/sends?{query}"))) == len(rows(page(browser)))


def test_the_list_of_one_template_is_named_by_its_subject(browser: TestClient, jonas: Seeded) -> None:
    html = page(browser, f"/sends?template={jonas.templates['cranes']}")
    assert (len(rows(html)), said(html, ".chip strong")) == (3, "Quick question about your cranes")


def test_pages_follow_each_other_without_repeats_or_gaps(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, jonas.mailbox_id))
        outbox.uid = 1000
        for number in range(60):
            outbox.send(f"Alt {number}", [BORIS], NOW - timedelta(days=60, minutes=number))
    first = page(browser)
    send_new(site, jonas)
    link = first.css_first("a[rel=next]")
    assert link is not None
    second = page(browser, link.attributes["href"] or "")
    shown = [said(row, ".subject") for row in rows(first) + rows(second)]
    assert [subject for subject in shown if subject.startswith("Alt")] == [f"Alt {number}" for number in range(60)]
    assert "Brandneu" not in shown
    assert not second.css("[hx-get]")


def test_the_rows_answer_only_with_news(site: Site, browser: TestClient, jonas: Seeded) -> None:
    address = live_address(browser.get("/sends").text)
    assert browser.get(address, headers=FRAGMENT).status_code == 204
    send_new(site, jonas)
    answer = browser.get(address, headers=FRAGMENT)
    html = LexborHTMLParser(answer.text)
    assert said(html, "[hx-swap-oob]") == "1 neue Mail in der Liste"
    assert browser.get(live_address(answer.text), headers=FRAGMENT).status_code == 204


def test_new_mails_wait_above_the_list_until_the_reader_wants_them(
    site: Site, browser: TestClient, jonas: Seeded
) -> None:
    before = browser.get("/sends").text
    send_new(site, jonas)
    html = LexborHTMLParser(browser.get(live_address(before), headers=FRAGMENT).text)
    assert subjects(html) == subjects(LexborHTMLParser(before))
    bar = html.css_first(".arrived a")
    assert bar is not None
    assert (said(html, ".arrived"), bar.attributes["href"]) == ("1 neue Mail zeigen", "/sends")
    shown = LexborHTMLParser(browser.get(bar.attributes["hx-get"] or "", headers=FRAGMENT).text)
    assert said(rows(shown)[0], ".subject") == "Brandneu"
    assert [said(row, ".subject") for row in shown.css(".is-new")] == ["Brandneu"]
    assert not shown.css(".arrived a")


def test_the_first_mail_of_an_empty_list_is_shown_at_once(site: Site) -> None:
    with site.database.writing() as session:
        mailbox = connect_mailbox(session, site.keys, PRIYA, language="en")
    browser = site.signed_in(mailbox.rep_id)
    address = live_address(browser.get("/sends").text)
    send_new(site, Seeded(mailbox.rep_id, mailbox.id))
    assert subjects(LexborHTMLParser(browser.get(address, headers=FRAGMENT).text)) == {"Brandneu"}


def test_a_changed_state_is_news_without_a_new_mail(site: Site, browser: TestClient, jonas: Seeded) -> None:
    address = live_address(browser.get("/sends").text)
    with site.database.writing() as session:
        session.get_one(Nudge, jonas.nudges["planned"]).state = NudgeState.DELIVERED
    html = LexborHTMLParser(browser.get(address, headers=FRAGMENT).text)
    assert said(row_of(html, jonas, "question-0"), ".nudge") == "Im Posteingang"
    assert not html.css("[hx-swap-oob], .is-new")


def test_a_mailbox_that_needs_the_rep_is_news(site: Site, browser: TestClient, jonas: Seeded) -> None:
    address = live_address(browser.get("/sends").text)
    with site.database.writing() as session:
        mailboxes.enter(session.get_one(Mailbox, jonas.mailbox_id), MailboxState.ATTENTION, NOW)
    assert 'class="notice bad"' in browser.get(address, headers=FRAGMENT).text


def test_news_keep_to_the_search(site: Site, browser: TestClient, jonas: Seeded) -> None:
    address = live_address(browser.get("/sends?q=hausmesse").text)
    send_new(site, jonas, "Kein Treffer")
    html = LexborHTMLParser(browser.get(address, headers=FRAGMENT).text)
    assert subjects(html) == {"Einladung zur Hausmesse"}


@pytest.mark.parametrize(
    ("address", "title"),
    [("/sends", "Nothing flagged so far"), ("/sends?q=anna", "Nothing found")],
)
def test_an_empty_list_says_why(site: Site, address: str, title: str) -> None:
    with site.database.writing() as session:
        rep_id = connect_mailbox(session, site.keys, PRIYA, language="en").rep_id
    assert said(page(site.signed_in(rep_id), address), ".empty h2") == title


def test_an_empty_list_leads_to_the_first_read_while_that_runs(site: Site) -> None:
    with site.database.writing() as session:
        mailbox = connect_mailbox(session, site.keys, PRIYA, language="en")
        mailbox.history_ended_at = None
        mailboxes.enter(mailbox, MailboxState.READING, NOW)
        reading = f"/mailboxes/{mailbox.id}/reading"
    html = page(site.signed_in(mailbox.rep_id))
    assert said(html, ".empty h2") == "Zuruf is reading your last 90 days"
    assert html.css_first(f'.empty a[href="{reading}"]') is not None


@pytest.mark.parametrize("state", [MailboxState.ATTENTION, MailboxState.WAITING, MailboxState.PAUSED])
def test_a_mailbox_that_is_not_watched_is_told_above_the_list(
    site: Site, browser: TestClient, jonas: Seeded, state: MailboxState
) -> None:
    with site.database.writing() as session:
        mailboxes.enter(session.get_one(Mailbox, jonas.mailbox_id), state, NOW)
    assert page(browser).css_first(f'.notice a[href="/mailboxes/{jonas.mailbox_id}"]') is not None


@pytest.mark.usefixtures("jonas")
def test_a_rep_sees_only_own_sends(site: Site, priya: Seeded) -> None:
    html = page(site.signed_in(priya.rep_id), "/sends?show=every")
    shown = {link.attributes["id"] for link in html.css(".whole")}
    assert shown == {f"send-{send_id}" for send_id in priya.sends.values()}


def test_a_template_of_another_rep_is_not_found(site: Site, jonas: Seeded, priya: Seeded) -> None:
    answer = site.signed_in(priya.rep_id).get(f"/sends?template={jonas.templates['parts']}")
    assert answer.status_code == 404


@pytest.mark.usefixtures("jonas")
def test_nobody_gets_no_list(site: Site) -> None:
    assert site.visitor().get("/sends").headers["location"] == "/sign-in"
    assert site.visitor().get("/sends/rows", headers=FRAGMENT).headers["hx-redirect"] == "/sign-in"


def test_looking_at_the_list_changes_nothing(site: Site, browser: TestClient) -> None:
    before = site.dump()
    for address in ("/sends", "/sends/rows", "/sends?q=anna&show=every"):
        browser.get(address)
        browser.head(address)
    assert site.dump() == before


def test_the_oldest_come_first_where_that_is_asked_for(browser: TestClient) -> None:
    newest_first = [said(row, ".whole") for row in rows(page(browser))]
    assert [said(row, ".whole") for row in rows(page(browser, "/sends?order=oldest"))] == newest_first[::-1]


def test_the_clearest_come_first_where_that_is_asked_for(browser: TestClient) -> None:
    html = page(browser, "/sends?order=strength")
    assert [said(row, ".how") for row in rows(html)][:9] == ["deutlich"] * 9
    assert not html.css("[hx-get]")


def test_mails_are_found_by_the_reps_answer(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        feedback.say(session, session.get_one(Send, jonas.sends["parts-0"]), FeedbackKind.CALLED, NOW)
    html = page(browser, "/sends?said=called")
    assert [said(row, ".nudge") for row in rows(html)] == ["Angerufen"]
    assert said(html, ".chip strong") == "Angerufen"
    assert len(rows(page(browser, "/sends?said=none"))) == len(rows(page(browser))) - 1


def test_what_a_word_took_off_the_list_is_found_by_that_word(site: Site, browser: TestClient, jonas: Seeded) -> None:
    with site.database.writing() as session:
        feedback.say(session, session.get_one(Send, jonas.sends["lone"]), FeedbackKind.NOT_A_TEMPLATE, NOW)
    html = page(browser, "/sends?said=not_a_template")
    assert subjects(html) == {"Nur noch bis Freitag: 12 % auf alles"}
    flagged, every = (link.attributes for link in html.css(".choice a"))
    assert flagged["href"] == "/sends"
    assert "aria-current" in every


def test_flagged_mails_or_all_are_chosen_above_the_list(browser: TestClient) -> None:
    html = page(browser, "/sends?q=anna&by=template")
    assert [link.attributes["href"] for link in html.css(".choice a")] == [
        "/sends?q=anna&by=template",
        "/sends?q=anna&show=every&by=template",
    ]


def test_each_filter_in_use_can_be_removed_alone(browser: TestClient) -> None:
    html = page(browser, "/sends?q=anna&language=de&since=2026-01-01&reason=style")
    chips = {said(chip, "strong"): chip.css_first("a") for chip in html.css(".chip")}
    assert list(chips) == ["anna", "Deutsch", "Wortwahl", "01.01.2026"]
    link = chips["Deutsch"]
    assert link is not None
    assert link.attributes["href"] == "/sends?q=anna&reason=style&since=2026-01-01"
    assert link.attributes["aria-label"] == "Filter Sprache entfernen"


def test_grouped_by_text_each_template_stands_once_with_its_mails_counted(browser: TestClient, jonas: Seeded) -> None:
    groups = page(browser, "/sends?by=template").css(".groups li")
    assert [said(group, ".badge") for group in groups] == ["4 Mails", "1 Mail", "9 Mails", "3 Mails", "3 Mails"]
    link = groups[3].css_first("a")
    assert link is not None
    assert link.attributes["href"] == f"/sends?template={jonas.templates['cranes']}"
    assert len(rows(page(browser, link.attributes["href"] or ""))) == 3


def test_groups_keep_to_the_filters_and_lead_to_what_belongs_to_none(browser: TestClient) -> None:
    assert [said(one, ".badge") for one in page(browser, "/sends?by=template&q=anna").css(".groups li")] == [
        "1 Mail"
    ] * 3
    lone = page(browser, "/sends?by=template").css_first(".lone a")
    assert lone is not None
    assert lone.attributes["href"] == "/sends?template=none"
    assert "Einladung zur Hausmesse" in subjects(page(browser, "/sends?template=none"))


def test_the_way_of_looking_is_kept_by_the_search_form(browser: TestClient) -> None:
    field = page(browser, "/sends?by=template").css_first(".send-filters input[name=by]")
    assert field is not None
    assert field.attributes["value"] == "template"


def test_very_long_words_from_a_mail_are_cut_by_the_page_and_not_by_the_store(
    site: Site, browser: TestClient, jonas: Seeded
) -> None:
    send_new(site, jonas, "\u202e" + "x" * 1_000_000)
    answer = browser.get("/sends")
    assert answer.status_code == 200
    assert len(answer.text) < 100_000
