"""The list of flagged mails: narrowed, sorted, grouped, answered in one go, and taken along as a file."""

import csv
import json
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visit import Visit

FLAGGED = 23


def sent_at(visit: Visit) -> list[str]:
    return [str(time.get_attribute("datetime")) for time in visit.find("#list tbody time").all()]


def save(visit: Visit, kind: str) -> Path:
    with visit.page.expect_download() as saved:
        visit.find(f".saves a[href*='format={kind}']").click()
    return saved.value.path()


def test_it_is_searched_filtered_and_cleared_again(visit: Visit) -> None:
    visit.go("/sends")
    visit.find("#search").fill("Anna")
    visit.find("#search").press("Enter")
    visit.page.wait_for_url("**q=Anna**")
    assert {name.split(" +")[0] for name in visit.find("#list a.whole").all_inner_texts()} == {"Anna Weber"}
    visit.find(".send-filters summary").click()
    visit.find("#nudge").select_option("delivered")
    visit.find(".send-filters .toolbar button").click()
    expect(visit.find("#list tbody tr")).to_have_count(1)
    visit.assert_sound()
    visit.find(".chips > li > a").last.click()
    expect(visit.find("#list tbody tr")).to_have_count(FLAGGED)


def test_it_is_sorted(visit: Visit) -> None:
    visit.go("/sends")
    newest_first = sent_at(visit)
    visit.find(".send-filters summary").click()
    visit.find("#order").select_option("oldest")
    visit.find(".send-filters .toolbar button").click()
    visit.page.wait_for_url("**order=oldest**")
    assert sent_at(visit) == sorted(newest_first) != newest_first


def test_it_is_grouped_by_text_and_a_group_opens(visit: Visit) -> None:
    visit.go("/sends?by=template")
    group = visit.find(".groups > li").filter(has_text="Frästeile")
    expect(group.locator(".badge")).to_contain_text("9")
    visit.assert_sound()
    group.locator("a").click()
    expect(visit.find("#list tbody tr")).to_have_count(9)


def test_one_word_is_said_of_many_mails_and_taken_back(visit: Visit) -> None:
    visit.go("/sends")
    for box in visit.find("#list .pick").all()[:2]:
        box.check()
    visit.assert_sound()
    visit.find("#act button[value=not_a_template]").click()
    undo = visit.find("form[action='/sends/acts/undo'] button")
    expect(undo).to_be_visible()
    # The two had one text, which two more bore.
    expect(visit.find("#list tbody tr")).to_have_count(FLAGGED - 4)
    visit.assert_sound()
    undo.click()
    expect(visit.find("#list tbody tr")).to_have_count(FLAGGED)


def test_it_is_saved_as_it_is_filtered(visit: Visit) -> None:
    visit.go("/sends?q=Anna")
    with save(visit, "csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    records = json.loads(save(visit, "json").read_text())
    assert [row["subject"] for row in rows] == [record["subject"] for record in records]
    assert all("anna.weber@weber-guss.example" in row["recipients"] for row in rows)
