"""The page of one mailbox: its health in words, its settings, pause and removal."""

import re
from datetime import timedelta
from typing import Any

import pytest

from app.intake.exclusions import exclusion_lines
from app.store import mailboxes, quarantine
from app.store.quarantine import Place
from app.store.schema import Mailbox, Rep, Send, WebSession
from app.store.states import MailboxState
from tests.web.seed import HOSTILE_SUBJECT, NOW, Seeded, open_outbox, seed
from tests.web.site import Site

RULES = {
    "settle_minutes": "15",
    "quiet_from": ["17:30", "12:00", ""],
    "quiet_to": ["07:00", "13:00", ""],
    "quiet_days": ["sun"],
    "cap_per_day": "2",
    "cap_per_week": "0",
    "time_zone": "Europe/Vienna",
    "threaded": "false",
    "region": "AT-9",
    "remind_above": "12",
    "remind_tone": "frank",
    "tone": "du",
    "back_off": "false",
    "way": "rest",
    "call_slot": "true",
    "hold_out": "true",
}
OLD_RULES = ("settle_seconds", "quiet_hours", "time_zone", "cap_per_day", "cap_per_week", "threaded")


def row_of(site: Site, seeded: Seeded) -> Mailbox:
    with site.database.reading() as session:
        return session.get_one(Mailbox, seeded.mailbox_id)


def enter(site: Site, seeded: Seeded, state: MailboxState, reason: str | None = None, **values: Any) -> None:
    with site.database.writing() as session:
        row = session.get_one(Mailbox, seeded.mailbox_id)
        mailboxes.enter(row, state, site.now - timedelta(hours=3), reason)
        for name, value in values.items():
            setattr(row, name, value)


def page_of(site: Site, seeded: Seeded, language: str = "en") -> str:
    browser = site.signed_in(seeded.rep_id)
    browser.post("/language", data={"language": language})
    return browser.get(f"/mailboxes/{seeded.mailbox_id}").text


def test_health_is_told_in_words(site: Site, jonas: Seeded) -> None:
    page = page_of(site, jonas)
    assert "Watched" in page
    assert ">12 seconds ago</time>" in page
    assert "vor 12 Sekunden" in page_of(site, jonas, "de")


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (MailboxState.ATTENTION, "login_refused", ["Needs you", "refused the login", "/password"]),
        (MailboxState.ATTENTION, "folder_missing", ["is gone", "/sent-folder"]),
        (MailboxState.ATTENTION, "certificate_expired", ["has expired", "Only whoever runs the server"]),
        (MailboxState.WAITING, "timeout", ["does not answer", "Zuruf keeps trying", "Next at 14:07."]),
        (MailboxState.ATTENTION, "from_the_future", ["no words for (from_the_future)"]),
        (MailboxState.PAUSED, "by_rep", ["Nothing is read and no note comes", "/resume"]),
        (MailboxState.READING, None, ["Reading the last 90 days", "/reading"]),
    ],
)
def test_a_state_says_what_happened_and_what_to_do(
    site: Site, jonas: Seeded, state: MailboxState, reason: str | None, words: list[str]
) -> None:
    enter(site, jonas, state, reason, next_attempt_at=NOW + timedelta(minutes=2))
    page = page_of(site, jonas)
    assert [word for word in words if word not in page] == []


def test_a_watched_mailbox_that_falls_silent_is_not_shown_as_well(site: Site, jonas: Seeded) -> None:
    words = "Nothing has been heard of it for a while"
    assert words not in page_of(site, jonas)
    enter(site, jonas, MailboxState.WATCHED, last_contact_at=NOW - timedelta(minutes=16))
    assert words in page_of(site, jonas)


def test_only_a_mailbox_that_waits_for_its_turn_is_told_how_far_signing_in_is(site: Site, jonas: Seeded) -> None:
    site.metrics.follow(lambda: {"wanted": 1005, "watched": 120, "waiting": 880})
    browser, path = site.signed_in(jonas.rep_id), f"/mailboxes/{jonas.mailbox_id}/health"
    words = "meldet sich nacheinander bei den Postfächern an: 120 von 1.000."
    assert words not in browser.get(path).text
    enter(site, jonas, MailboxState.WAITING, "waiting_turn")
    assert words in browser.get(path).text


def test_the_health_fragment_is_only_a_fragment(site: Site, jonas: Seeded) -> None:
    fragment = site.signed_in(jonas.rep_id).get(f"/mailboxes/{jonas.mailbox_id}/health").text
    assert "zuletzt geprüft" in fragment
    assert "<html" not in fragment


def test_the_sent_folder_is_shown_with_count_and_newest_mail(site: Site, jonas: Seeded) -> None:
    page = page_of(site, jonas)
    assert '<dd class="number">25</dd>' in page
    assert "Kurze Frage zu Ihrer Fertigung an der Straße" in page


def test_a_hostile_subject_is_shown_as_text(site: Site, jonas: Seeded) -> None:
    with site.database.writing() as session:
        row = session.get_one(Mailbox, jonas.mailbox_id)
        open_outbox(session, site.keys, row).send(HOSTILE_SUBJECT, [], NOW + timedelta(hours=1))
    page = page_of(site, jonas)
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


def test_rules_are_saved_and_the_watcher_is_told(site: Site, jonas: Seeded) -> None:
    before = row_of(site, jonas).generation
    answer = site.signed_in(jonas.rep_id).post(f"/mailboxes/{jonas.mailbox_id}/rules", data=RULES)
    assert answer.headers["location"] == f"/mailboxes/{jonas.mailbox_id}?saved=rules#rules"
    row = row_of(site, jonas)
    assert row.generation == before + 1
    assert row.rules == {
        "settle_seconds": 900,
        "quiet_hours": "17:30-07:00,12:00-13:00,sun",
        "time_zone": "Europe/Vienna",
        "cap_per_day": 2,
        "cap_per_week": 0,
        "threaded": False,
        "region": "AT-9",
        "digest": "single",
        "rest_in_digest": True,
        "remind_above": 12,
        "remind_tone": "frank",
        "tone": "du",
        "back_off": False,
        "hold_out": 0.1,
        "call_slot": True,
    }


def test_saved_rules_come_back_in_the_form(site: Site, jonas: Seeded) -> None:
    site.signed_in(jonas.rep_id).post(f"/mailboxes/{jonas.mailbox_id}/rules", data=RULES)
    page = page_of(site, jonas)
    assert page.count('name="quiet_from"') == 3
    assert 'value="17:30"' in page
    assert '<option value="Europe/Vienna" selected>' in page
    assert 'name="threaded" value="false" checked' in page
    assert '<option value="AT-9" selected>Wien</option>' in page
    assert 'name="remind_above" type="number" min="2" max="500" value="12"' in page
    assert 'name="remind_tone" value="frank" checked' in page
    assert 'name="tone" value="du" checked' in page
    assert 'name="back_off" value="false" checked' in page
    assert 'name="way" value="rest" checked' in page
    assert 'name="call_slot" value="true" checked' in page
    assert 'name="hold_out" value="true" checked' in page


def test_rules_stored_before_a_setting_existed_show_its_default(site: Site, jonas: Seeded) -> None:
    with site.database.writing() as session:
        row = session.get_one(Mailbox, jonas.mailbox_id)
        row.rules = {name: row.rules[name] for name in OLD_RULES}
    page = page_of(site, jonas)
    assert 'name="remind_tone" value="gentle" checked' in page
    assert 'name="tone" value="sie" checked' in page
    assert 'name="back_off" value="true" checked' in page


def test_preset_seconds_survive_saving_the_form(site: Site, jonas: Seeded) -> None:
    with site.database.writing() as session:
        row = session.get_one(Mailbox, jonas.mailbox_id)
        row.rules = {**row.rules, "settle_seconds": 5}
    answer = site.signed_in(jonas.rep_id).post(
        f"/mailboxes/{jonas.mailbox_id}/rules", data={**RULES, "settle_minutes": "1"}
    )
    assert answer.status_code == 303
    assert row_of(site, jonas).rules["settle_seconds"] == 5


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"settle_minutes": "-1"}, "whole number from 0 to 1440"),
        ({"settle_minutes": "1e3"}, "whole number from 0 to 1440"),
        ({"cap_per_day": "51"}, "whole number from 0 to 50"),
        ({"cap_per_week": ""}, "whole number from 0 to 200"),
        ({"region": "DE-XX"}, "Choose a region"),
        ({"remind_above": "1"}, "whole number from 2 to 500, or nothing"),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone"),
        ({"time_zone": "../../etc/passwd"}, "Choose a time zone"),
        ({"quiet_from": ["18:00"], "quiet_to": [""]}, "both its beginning and its end"),
        ({"quiet_from": ["18:00"], "quiet_to": ["18:00"]}, "begins and ends at the same time"),
        ({"quiet_from": ["25:00"], "quiet_to": ["08:00"]}, "no time of day"),
        ({"quiet_from": ["<b>"], "quiet_to": ["08:00"]}, "&lt;b&gt;-08:00 is no time of day"),
        ({"quiet_days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "no time at all for a note"),
    ],
)
def test_a_wrong_rule_is_named_and_nothing_is_saved(
    site: Site, jonas: Seeded, changed: dict[str, Any], words: str
) -> None:
    browser = site.signed_in(jonas.rep_id)
    browser.post("/language", data={"language": "en"})
    before = site.dump()
    answer = browser.post(f"/mailboxes/{jonas.mailbox_id}/rules", data={**RULES, **changed})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert 'aria-invalid="true"' in answer.text
    assert site.dump() == before


def test_each_place_is_offered_under_its_name_of_today(site: Site, jonas: Seeded) -> None:
    page = site.signed_in(jonas.rep_id).get(f"/mailboxes/{jonas.mailbox_id}").text
    offered = set(re.findall(r'<option value="([A-Z][^"]+/[^"]+)"', page))
    assert {"Europe/Berlin", "Europe/Kyiv", "Europe/Oslo", "America/Argentina/Buenos_Aires"} <= offered
    assert not offered & {"Europe/Kiev", "Asia/Calcutta", "America/Buenos_Aires", "US/Pacific", "GB"}


def test_an_older_name_that_was_saved_before_stays(site: Site, jonas: Seeded) -> None:
    browser, page = site.signed_in(jonas.rep_id), f"/mailboxes/{jonas.mailbox_id}"
    saved = browser.post(f"{page}/rules", data={**RULES, "time_zone": "Europe/Kiev"})
    assert saved.status_code == 303
    assert "<option selected>Europe/Kiev</option>" in browser.get(page).text


@pytest.mark.parametrize("field", ["demo", "host", "password", "generation"])
def test_the_form_cannot_set_anything_else(site: Site, jonas: Seeded, field: str) -> None:
    browser, before = site.signed_in(jonas.rep_id), site.dump()
    before = site.dump()
    answer = browser.post(f"/mailboxes/{jonas.mailbox_id}/rules", data={**RULES, field: "1"})
    assert (answer.status_code, site.dump()) == (400, before)


def test_exclusions_are_tidied_and_sealed(site: Site, jonas: Seeded) -> None:
    entries = " Anna@weber-guss.example \r\n\r\nlang-antriebe.example\r\n Sommer   Fest\r\nlang-antriebe.example"
    site.signed_in(jonas.rep_id).post(f"/mailboxes/{jonas.mailbox_id}/exclusions", data={"entries": entries})
    with site.database.reading() as session:
        row = session.get_one(Mailbox, jonas.mailbox_id)
        lines = exclusion_lines(site.keys.of_rep(session, jonas.rep_id), row)
    assert lines == ["Anna@weber-guss.example", "lang-antriebe.example", "Sommer Fest"]
    assert b"Sommer" not in (row.exclusions or b"")


def test_exclusions_come_back_as_text(site: Site, jonas: Seeded) -> None:
    entries = "</textarea><script>alert(1)</script>"
    site.signed_in(jonas.rep_id).post(f"/mailboxes/{jonas.mailbox_id}/exclusions", data={"entries": entries})
    assert "&lt;/textarea&gt;&lt;script&gt;" in page_of(site, jonas)


def test_exclusions_can_be_emptied(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    browser.post(f"/mailboxes/{jonas.mailbox_id}/exclusions", data={"entries": "geheim-gmbh.example"})
    browser.post(f"/mailboxes/{jonas.mailbox_id}/exclusions", data={"entries": ""})
    assert "geheim-gmbh.example" not in page_of(site, jonas)


def test_pause_and_resume(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    browser.post(f"/mailboxes/{jonas.mailbox_id}/pause")
    assert row_of(site, jonas).state is MailboxState.PAUSED
    browser.post(f"/mailboxes/{jonas.mailbox_id}/resume")
    assert row_of(site, jonas).state is MailboxState.WATCHED


def test_removing_asks_first_and_then_leaves_nothing(site: Site, jonas: Seeded) -> None:
    browser = site.signed_in(jonas.rep_id)
    assert "/remove" in browser.get(f"/mailboxes/{jonas.mailbox_id}/remove").text
    answer = browser.post(f"/mailboxes/{jonas.mailbox_id}/remove")
    assert answer.headers["location"] == "/"
    with site.database.reading() as session:
        assert [session.query(table).count() for table in (Mailbox, Rep, Send, WebSession)] == [0, 0, 0, 0]
    assert browser.get("/").status_code == 200


def test_removing_leaves_other_reps_alone(site: Site, jonas: Seeded, priya: Seeded) -> None:
    site.signed_in(jonas.rep_id).post(f"/mailboxes/{jonas.mailbox_id}/remove")
    assert row_of(site, priya).state is MailboxState.WATCHED


def test_a_demo_is_marked_on_every_page(site: Site) -> None:
    demo = seed(site.database, site.keys, demo=True)
    browser = site.signed_in(demo.rep_id)
    for page in ("/sends", "/privacy", f"/mailboxes/{demo.mailbox_id}", "/nowhere"):
        assert f'action="/mailboxes/{demo.mailbox_id}/remove"' in browser.get(page).text


def test_mails_that_could_not_be_read_are_counted_with_their_reasons(site: Site, jonas: Seeded) -> None:
    place = Place(jonas.mailbox_id, 7, second=False)
    with site.database.writing() as session:
        for uid, reason in ((1, "timeout"), (2, "connection_lost"), (3, "no_date")):
            quarantine.set_aside(session, place, uid, reason, "1", site.now)
    page = page_of(site, jonas)
    assert "2 mails: The mail server breaks off at this mail." in page
    assert "1 mail: The mail has no date." in page
    assert "tried again after an update" in page
    assert "Der Mailserver bricht bei dieser Mail ab." in page_of(site, jonas, "de")


def test_a_folder_that_was_followed_is_told_until_the_rep_chooses(site: Site, jonas: Seeded) -> None:
    enter(site, jonas, MailboxState.WATCHED, sent_folder="Gesendet", followed_from="Sent")
    assert "The folder Sent is gone. Zuruf now watches Gesendet." in page_of(site, jonas)
    site.signed_in(jonas.rep_id).post(f"/mailboxes/{jonas.mailbox_id}/sent-folder", data={"folder": "Gesendet"})
    assert "is gone" not in page_of(site, jonas)


def test_a_mailbox_that_paused_itself_says_why(site: Site, jonas: Seeded) -> None:
    enter(site, jonas, MailboxState.PAUSED, "renumbered_too_often")
    assert "numbered the mails of the Sent folder anew" in page_of(site, jonas)
    assert "mehrmals neu nummeriert" in page_of(site, jonas, "de")


def test_a_second_sent_folder_is_hinted_at_chosen_and_left_again(site: Site, jonas: Seeded) -> None:
    enter(site, jonas, MailboxState.WATCHED, other_sent="Gesendete Elemente")
    hint = "There are sent mails in Gesendete Elemente as well."
    assert hint in page_of(site, jonas)
    path = f"/mailboxes/{jonas.mailbox_id}/sent-folder/second"
    site.signed_in(jonas.rep_id).post(path, data={"folder": "Gesendete Elemente"})
    page = page_of(site, jonas)
    assert hint not in page
    assert "Second folder" in page
    site.signed_in(jonas.rep_id).post(path)
    assert hint in page_of(site, jonas)


def test_mail_to_private_addresses_is_left_alone_until_the_rep_ticks_the_box(site: Site, jonas: Seeded) -> None:
    browser, path = site.signed_in(jonas.rep_id), f"/mailboxes/{jonas.mailbox_id}/exclusions"
    for ticked in (False, True, False):
        browser.post(path, data={"entries": "x.example", **({"private_mail": "true"} if ticked else {})})
        with site.database.reading() as session:
            assert session.get_one(Mailbox, jonas.mailbox_id).private_mail is ticked
