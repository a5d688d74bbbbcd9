"""One mail and one template: what the rep says of it is told, counts in the list, and can be undone."""

from playwright.sync_api import expect

from tests.browser.visit import Visit


def test_a_mail_is_answered_in_place_and_the_answer_undone(visit: Visit) -> None:
    visit.go(f"/sends/{visit.seeded.sends['parts-0']}")
    visit.find("#answer button[value=called]").click()
    undo = visit.find("form[action$='/feedback/undo'] button")
    expect(undo).to_be_visible()
    visit.assert_sound()
    undo.click()
    expect(visit.find("#answer button[value=called]")).to_be_visible()
    visit.assert_sound()


def test_a_mail_that_was_not_flagged_says_why(visit: Visit) -> None:
    visit.go(f"/sends/{visit.seeded.sends['personal']}")
    expect(visit.find(".reasons > li")).to_have_count(2)
    visit.assert_sound()


def test_a_template_is_found_and_named(visit: Visit) -> None:
    visit.go("/templates")
    visit.find(".templates > li").filter(has_text="Frästeile").locator("a").click()
    visit.find("#name").fill("Werkstück-Aktion")
    visit.find(".template-name button").click()
    expect(visit.find("h1")).to_have_text("Werkstück-Aktion")
    visit.go("/sends?by=template")
    expect(visit.find(".groups .whole").filter(has_text="Werkstück-Aktion")).to_have_count(1)


def test_templates_are_searched_narrowed_and_all_shown_again(visit: Visit) -> None:
    visit.go(f"/templates/{visit.seeded.templates['parts']}")
    visit.find(".answers button[value=stop]").click()
    visit.go("/templates")
    visit.find("#search").fill("Frästeile")
    visit.find("#search").press("Enter")
    expect(visit.find(".templates > li")).to_have_count(1)
    visit.find("#state").select_option("stopped")
    visit.find(".send-filters button").click()
    expect(visit.find(".templates .badge")).to_have_count(1)
    visit.assert_sound()
    visit.find("#state").select_option("allowed")
    visit.find(".send-filters button").click()
    expect(visit.find(".templates > li")).to_have_count(0)
    visit.assert_sound()
    visit.find(".empty a").click()
    expect(visit.find(".templates > li")).to_have_count(5)


def test_a_template_is_allowed_and_stopped_and_both_undone(visit: Visit) -> None:
    visit.go(f"/templates/{visit.seeded.templates['parts']}")
    for kind in ("not_a_template", "stop"):
        visit.find(f".answers button[value={kind}]").click()
        expect(visit.find(".badges")).to_be_visible()
        visit.assert_sound()
        visit.find(".told button").click()
        expect(visit.find(".badges")).to_have_count(0)
    expect(visit.find(".answers button")).to_have_count(2)


def test_insights_show_the_period_that_is_chosen_and_their_numbers_as_a_table(visit: Visit) -> None:
    visit.go("/insights")
    visit.find(".orders a[href$='period=4']").click()
    visit.find(".card summary").first.click()
    rows = visit.find(".card details[open] tbody tr")
    expect(rows).to_have_count(4)
    counted = sum(int(row.locator("td").first.inner_text()) for row in rows.all())
    assert counted == int(visit.find(".figures dd").first.inner_text())
    visit.assert_sound()
