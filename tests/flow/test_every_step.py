"""One rep's walk through the running service with a real mailbox, from connecting to erasing: as people differ in
language, theme, screen and scripts, and once by keyboard alone. Each walk begins where the one before erased all."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.browser.served import DESKTOP, PAIRWISE, Look
from tests.flow.mails import PEOPLE, REP
from tests.flow.running import Zuruf
from tests.flow.test_first_run import fill_sent
from tests.flow.test_page_flow import connect_by_page
from tests.flow.walking import Walk
from tests.servers.dovecot import Dovecot


@pytest.fixture(scope="module")
def zuruf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zuruf]:
    """One service for all walks."""
    with Zuruf(tmp_path_factory.mktemp("every-step")) as service:
        yield service


@pytest.fixture(scope="module")
def user(dovecot: Dovecot) -> str:
    """A mailbox from which ten mails were sent three weeks ago, five of them with one text."""
    user = dovecot.new_user()
    fill_sent(dovecot, user)
    return user


def look_back(walk: Walk) -> None:
    walk.arrive("Your last 90 days")
    assert walk.find(".figures dd").all_inner_texts()[:3] == ["10", "5", "1"]
    walk.find(".notice a[href='/sends']").click()
    walk.arrive("Flagged mails")
    expect(walk.find("#list tbody tr")).to_have_count(5)


def search_the_list_and_say_a_word_of_two(walk: Walk) -> None:
    walk.find("#search").fill(PEOPLE[2].last_name)
    walk.find("#search").press("Enter")
    expect(walk.find("#list tbody tr")).to_have_count(1)
    walk.find(".chips a").click()
    expect(walk.find("#list tbody tr")).to_have_count(5)
    for box in walk.find("#list .pick").all()[:2]:
        box.check()
    walk.find("#act button[value=called]").click()
    undo = walk.find("form[action='/sends/acts/undo'] button")
    expect(undo).to_be_visible()
    walk.assert_sound()
    undo.click()
    expect(undo).to_have_count(0)
    with walk.page.expect_download() as saved:
        walk.find(".saves a[href*='format=csv']").click()
    assert all(person.address in saved.value.path().read_text() for person in PEOPLE)


def read_one_mail(walk: Walk) -> None:
    walk.find("#list a.whole").filter(has_text="Anna Weber").click()
    expect(walk.find("#why")).to_be_visible()
    walk.assert_sound()
    if not walk.look.scripts:
        walk.find(".live-text a").click()
    expect(walk.find("mark.shared").filter(has_text="Schnellwechsler")).to_be_visible()
    expect(walk.find("mark.slot").filter(has_text="Weber")).not_to_have_count(0)
    walk.assert_sound()


def answer_it_and_take_that_back(walk: Walk) -> None:
    if not walk.look.scripts:
        walk.page.go_back()
    walk.find("#answer button[value=called]").click()
    undo = walk.find("form[action$='/feedback/undo'] button")
    expect(undo).to_be_visible()
    walk.assert_sound()
    undo.click()
    expect(undo).to_have_count(0)


def see_why_a_mail_was_not_flagged(walk: Walk) -> None:
    walk.go("/sends?show=every")
    expect(walk.find("#list tbody tr")).to_have_count(10)
    walk.find("#list a.whole").filter(has_text=PEOPLE[1].name).first.click()
    expect(walk.find(".reasons > li")).not_to_have_count(0)
    walk.assert_sound()


def name_allow_and_stop_the_template(walk: Walk) -> None:
    walk.find("nav.own a[href='/templates']").click()
    walk.arrive("Templates")
    walk.find(".templates > li").filter(has_text="Rüstzeit").locator("h2 a").click()
    if walk.look.scripts:
        expect(walk.find(".slot-box").first).to_be_visible()
    walk.find("#name").fill("Rüstzeit")
    walk.find(".template-name button").click()
    expect(walk.find("h1")).to_have_text("Rüstzeit")
    walk.find(".answers button[value=not_a_template]").click()
    expect(walk.find(".badge.good")).to_be_visible()
    walk.find(".told button").click()
    expect(walk.find(".badge.good")).to_have_count(0)
    walk.find(".answers button[value=stop]").click()
    expect(walk.find(".send-head .badge")).to_be_visible()
    walk.assert_sound()
    walk.go(f"{urlsplit(walk.page.url).path}/skeleton")
    expect(walk.find(".slot-box").first).to_be_visible()
    walk.assert_sound()
    walk.go("/templates?q=R%C3%BCstzeit&state=stopped")
    expect(walk.find(".templates > li")).to_have_count(1)


def look_at_the_insights(walk: Walk) -> None:
    walk.find("nav.own a[href='/insights']").click()
    walk.arrive("Insights")
    assert walk.find(".figures dd").all_inner_texts()[:2] == ["10", "5"]


def set_rules_and_exclusions_and_pause(walk: Walk) -> None:
    walk.find("nav.own a[href^='/mailboxes/']").click()
    walk.arrive(REP)
    walk.find("[name=cap_per_week]").fill("0")
    walk.find("form[action*='/rules'] > button").click()
    walk.page.wait_for_url("**saved**")
    assert walk.find("[name=cap_per_week]").input_value() == "0"
    walk.find("#entries").fill("segelclub.example")
    walk.find("form[action$='/exclusions'] button").click()
    expect(walk.find("#entries")).to_have_value("segelclub.example")
    walk.find("form[action$='/pause'] button").click()
    expect(walk.find("form[action$='/resume'] button")).to_be_visible()
    walk.assert_sound()
    walk.find("form[action$='/resume'] button").click()
    expect(walk.find("form[action$='/pause'] button")).to_be_visible()
    walk.find("main a[href$='/sent-folder']").first.click()
    walk.arrive("Which folder holds your sent mails?")


def take_everything_along(walk: Walk) -> None:
    walk.find(".page-foot a[href='/privacy']").click()
    walk.arrive("What is stored, and who sees it")
    with walk.page.expect_download() as saved:
        walk.find("a[href='/own-data/download']").click()
    assert_whole(saved.value.path())


def assert_whole(path: Path) -> None:
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        sends = archive.read("sends.csv").decode()
    assert all(person.address in sends for person in PEOPLE)


def erase_everything(walk: Walk) -> None:
    walk.find("main a[href='/own-data/erase']").click()
    walk.arrive("Erase everything that Zuruf knows of you?")
    walk.find("main form button").click()
    walk.arrive("Everything is erased")
    walk.find("main a[href='/']").click()
    expect(walk.find("main a[href='/connect']")).to_be_visible()


@pytest.mark.parametrize("look", PAIRWISE, ids=str)
def test_a_rep_gets_from_connecting_to_erasing(walk: Walk, dovecot: Dovecot, user: str) -> None:
    walk.assert_sound()
    connect_by_page(walk.page, dovecot, user)
    look_back(walk)
    search_the_list_and_say_a_word_of_two(walk)
    read_one_mail(walk)
    answer_it_and_take_that_back(walk)
    see_why_a_mail_was_not_flagged(walk)
    name_allow_and_stop_the_template(walk)
    look_at_the_insights(walk)
    set_rules_and_exclusions_and_pause(walk)
    take_everything_along(walk)
    erase_everything(walk)


def connect_by_keyboard(walk: Walk, dovecot: Dovecot, user: str) -> None:
    walk.press("main a[href='/connect']")
    walk.type("#address", REP)
    walk.type("#password", dovecot.password)
    walk.press("summary")
    walk.type("#host", dovecot.host)
    walk.press("#tls", "End")
    walk.type("#port", str(dovecot.imap_port))
    walk.type("#username", user)
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url("**/dry-run")


def answer_by_keyboard(walk: Walk) -> None:
    walk.press(".notice a[href='/sends']")
    expect(walk.find("#list tbody tr")).to_have_count(5)
    walk.page.wait_for_load_state()  # the rows are there before the script that knows the keys
    walk.page.keyboard.press("j")
    walk.page.keyboard.press("Enter")
    expect(walk.find("mark.shared").first).to_be_visible()
    walk.press("#answer button[value=called]")
    expect(walk.find(".told")).to_be_visible()
    walk.press(".told button", "Space")
    expect(walk.find(".told")).to_have_count(0)


def name_and_stop_by_keyboard(walk: Walk) -> None:
    walk.press(".about-siblings a[href^='/templates/']")
    walk.type("#name", "Rüstzeit")
    walk.page.keyboard.press("Enter")
    expect(walk.find("h1")).to_have_text("Rüstzeit")
    walk.press(".answers button[value=stop]", "Space")
    expect(walk.find(".send-head .badge")).to_be_visible()


def set_rules_by_keyboard(walk: Walk) -> None:
    walk.press("nav.own a[href^='/mailboxes/']")
    walk.type("[name=cap_per_week]", "0")
    walk.press("[name=way]", "ArrowDown")
    walk.press("form[action*='/rules'] > button")
    walk.page.wait_for_url("**saved**")
    assert walk.find("[name=cap_per_week]").input_value() == "0"
    expect(walk.find("[name=way][value=rest]")).to_be_checked()


@pytest.mark.parametrize("look", [Look("de-DE", "dark", DESKTOP)], ids=str)
def test_so_does_a_rep_with_a_keyboard_alone(walk: Walk, dovecot: Dovecot, user: str) -> None:
    connect_by_keyboard(walk, dovecot, user)
    answer_by_keyboard(walk)
    name_and_stop_by_keyboard(walk)
    walk.press("nav.own a[href='/insights']")
    walk.press(".orders a[href$='period=4']")
    walk.page.wait_for_url("**period=4")
    set_rules_by_keyboard(walk)
    with walk.page.expect_download() as saved:
        walk.press("a[href='/own-data/download']")
    assert_whole(saved.value.path())
    walk.press("main a[href='/own-data/erase']")
    walk.press("main form button", "Space")
    walk.arrive("Everything is erased")
