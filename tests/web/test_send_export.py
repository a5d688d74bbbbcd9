"""The list as a file."""

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.store.schema import Mailbox
from app.web import send_export
from tests.web.seed import ANNA, HOSTILE_SUBJECT, NOW, Seeded, open_outbox
from tests.web.site import Site


@pytest.fixture
def browser(site: Site, jonas: Seeded) -> TestClient:
    return site.signed_in(jonas.rep_id)


def table(browser: TestClient, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/sends/export?format=csv{query}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def records(browser: TestClient, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get(f"/sends/export?format=json{query}").json()
    return found


def test_both_files_have_every_listed_mail_in_the_lists_order(browser: TestClient, jonas: Seeded) -> None:
    subjects = [row["subject"] for row in table(browser)]
    assert subjects == [record["subject"] for record in records(browser)]
    assert len(subjects) == len(jonas.sends) - 2
    assert subjects[0] == "Kurze Frage zu Ihrer Fertigung an der Straße"


def test_moments_are_iso_8601_with_their_offset(browser: TestClient) -> None:
    assert records(browser, "&q=hausmesse")[0]["sent_at"] == "2026-02-27T14:05:12+01:00"


def test_the_filters_of_the_page_hold_for_the_file(browser: TestClient) -> None:
    assert {row["language"] for row in table(browser, "&language=en")} == {"en"}
    assert [row["subject"] for row in table(browser, "&q=termin&show=every")] == ["Re: Termin am Dienstag"]
    assert records(browser, "&q=nirgends") == []


def test_every_recipient_is_named(browser: TestClient) -> None:
    assert len(records(browser, "&q=hausmesse")[0]["recipients"]) == 4
    assert table(browser, "&q=hausmesse")[0]["recipients"].startswith("Anna Weber <anna.weber@weber-guss.example>; ")


@pytest.mark.parametrize("subject", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_what_looks_like_a_formula_is_none_in_the_table(
    site: Site, browser: TestClient, jonas: Seeded, subject: str
) -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, jonas.mailbox_id))
        outbox.uid = 900
        outbox.send(subject, [ANNA], NOW)
    assert table(browser)[0]["subject"] == f"'{subject}"
    assert records(browser)[0]["subject"] == subject


def test_hostile_words_stay_one_cell(site: Site, browser: TestClient, jonas: Seeded) -> None:
    subject = 'a";\r\n=cmd|x\ud800'
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, jonas.mailbox_id))
        outbox.uid = 900
        outbox.send(subject, [ANNA], NOW)
    assert table(browser)[0]["subject"] == 'a";\r\n=cmd|x?'
    assert HOSTILE_SUBJECT in {row["subject"] for row in table(browser)}


def test_a_long_list_is_written_in_parts(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = table(browser)
    monkeypatch.setattr(send_export, "AT_ONCE", 4)
    assert table(browser) == whole


def test_the_file_is_offered_for_saving_and_never_shown(browser: TestClient) -> None:
    headers = browser.get("/sends/export").headers
    assert headers["content-disposition"] == 'attachment; filename="zuruf-2026-03-04.csv"'
    assert headers["x-content-type-options"] == "nosniff"
    assert browser.get("/sends/export?format=exe").status_code == 400


def test_a_rep_gets_only_own_mails(site: Site, jonas: Seeded, priya: Seeded) -> None:
    hers = records(site.signed_in(priya.rep_id), "&show=every")
    assert len(hers) == len(priya.sends)
    assert json.dumps(records(site.signed_in(priya.rep_id), f"&template={jonas.templates['parts']}")) == "[]"


def test_nobody_gets_no_file(site: Site) -> None:
    assert site.visitor().get("/sends/export").headers["location"] == "/sign-in"
