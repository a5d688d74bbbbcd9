"""What a rep sets: rules with their preview, digest, tone, exclusions, pause and a quiet time."""

import re

from playwright.sync_api import expect

from tests.browser.visit import Visit

PREVIEW = "form [hx-get$='/rules/preview']"


def test_rules_are_previewed_and_kept(visit: Visit) -> None:
    visit.go(visit.mailbox)
    before = visit.find(PREVIEW).inner_text()
    visit.find("[name=cap_per_week]").fill("0")
    visit.find("[name=tone][value=du]").check()
    visit.find("[name=remind_above]").fill("8")
    visit.find("[name=remind_tone][value=frank]").check()
    if visit.look.scripts:
        expect(visit.find(PREVIEW)).not_to_have_text(before)
        expect(visit.find(PREVIEW)).to_have_text(re.compile("no note|keinen Hinweis"))
    visit.find("[name=way][value=weekly]").check()
    visit.find("form[action*='/rules'] > button").click()
    visit.page.wait_for_url("**saved**")
    assert visit.find("[name=cap_per_week]").input_value() == "0"
    assert visit.find("[name=way][value=weekly]").is_checked()
    assert visit.find("[name=tone][value=du]").is_checked()
    assert visit.find("[name=remind_tone][value=frank]").is_checked()
    visit.assert_sound()


def test_exclusions_are_kept(visit: Visit) -> None:
    visit.go(visit.mailbox)
    visit.find("#entries").fill("anna@privat.example\nsegelclub.example")
    visit.find("form[action$='/exclusions'] button").click()
    visit.page.wait_for_url("**saved**")
    kept = visit.find("#entries").input_value().split()
    assert sorted(kept) == ["anna@privat.example", "segelclub.example"]


def test_a_mailbox_is_paused_and_resumed(visit: Visit) -> None:
    visit.go(visit.mailbox)
    visit.find("form[action$='/pause'] button").click()
    resume = visit.find("form[action$='/resume'] button")
    expect(resume).to_be_visible()
    visit.assert_sound()
    resume.click()
    expect(visit.find("form[action$='/pause'] button")).to_be_visible()


def test_a_quiet_time_begins_and_ends(visit: Visit) -> None:
    visit.go(visit.mailbox)
    visit.find("#snooze button[value=week]").click()
    expect(visit.find("#snooze")).to_contain_text(re.compile("9\\.? M[aä]r"))
    visit.assert_sound()
    visit.find("form[action$='/snooze/end'] button").click()
    expect(visit.find("#snooze button[value=week]")).to_be_visible()


def test_the_language_is_chosen(visit: Visit) -> None:
    other = "en" if visit.look.language == "de-DE" else "de"
    visit.go("/privacy")
    visit.find(f"form[action='/language'] button[value={other}]").click()
    expect(visit.find("html")).to_have_attribute("lang", other)
