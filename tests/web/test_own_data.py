"""What a rep takes along, and what is left after erasing."""

import csv
import io
import json
from datetime import timedelta
from zipfile import ZipFile

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from app.store import admin_acts, feedback
from app.store.admin_acts import AdminActKind
from app.store.own_rows import count_rows
from app.store.schema import Mailbox, Rep, Send
from app.store.states import FeedbackKind
from tests.web.seed import ANNA, JONAS, NOW, Seeded, open_outbox
from tests.web.site import Site


def _archive(site: Site, seeded: Seeded) -> ZipFile:
    answer = site.signed_in(seeded.rep_id).get("/own-data/download")
    assert answer.headers["content-disposition"] == 'attachment; filename="zuruf-2026-03-04.zip"'
    return ZipFile(io.BytesIO(answer.content))


def test_the_archive_holds_every_row_readable(site: Site, jonas: Seeded) -> None:
    archive = _archive(site, jonas)
    tables = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    with site.database.reading() as session:
        counts = count_rows(session, jonas.rep_id)
    assert {f"tables/{name}.json": count for name, count in counts.items() if name != "send_tokens"} == {
        name: len(rows) for name, rows in tables.items()
    }
    assert tables["tables/mailboxes.json"][0]["address"] == JONAS.address
    assert any(ANNA[1] in row["envelope"] for row in tables["tables/sends.json"])


def test_what_lets_somebody_in_is_not_in_the_archive(site: Site, jonas: Seeded) -> None:
    archive = _archive(site, jonas)
    content = b"".join(archive.read(name) for name in archive.namelist())
    assert JONAS.password.encode() not in content
    assert b"wrapped_key" not in content
    assert b'"password"' not in content


def test_the_archive_is_the_own_one_only(site: Site, jonas: Seeded, priya: Seeded) -> None:
    archive = _archive(site, jonas)
    content = b"".join(archive.read(name) for name in archive.namelist())
    assert str(priya.mailbox_id).encode() not in content
    assert b"northwind" not in content


def test_sends_come_as_a_table_that_no_spreadsheet_runs(site: Site, jonas: Seeded) -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, jonas.mailbox_id))
        outbox.send('=HYPERLINK("https://evil.example")', [("@SUM(A1)", "anna@weber.example")], NOW)
        sends = session.scalar(select(func.count()).select_from(Send))
    lines = list(csv.DictReader(io.StringIO(_archive(site, jonas).read("sends.csv").decode("utf-8-sig"))))
    assert len(lines) == sends
    assert '\'=HYPERLINK("https://evil.example")' in {line["subject"] for line in lines}
    assert not any(value.startswith(("=", "+", "-", "@")) for line in lines for value in line.values())


def test_planned_calls_come_as_a_calendar(site: Site, jonas: Seeded) -> None:
    with site.database.writing() as session:
        for name in ("parts-0", "question-1"):
            send = session.get_one(Send, jonas.sends[name])
            feedback.say(session, send, FeedbackKind.WILL_CALL, NOW, at=NOW + timedelta(days=1))
    events = Calendar.from_ical(_archive(site, jonas).read("calls.ics")).walk("VEVENT")
    assert {str(event["summary"]) for event in events} == {"Boris Lang anrufen", "Anna Weber anrufen"}


def test_an_archive_without_planned_calls_has_no_empty_calendar(site: Site, priya: Seeded) -> None:
    assert {name for name in _archive(site, priya).namelist() if not name.startswith("tables/")} == {
        "README.txt",
        "sends.csv",
    }


def test_one_damaged_value_does_not_keep_the_others(site: Site, jonas: Seeded) -> None:
    with site.database.writing() as session:
        session.get_one(Mailbox, jonas.mailbox_id).username = b"damaged"
        session.get_one(Send, jonas.sends["parts-0"]).envelope = b"damaged"
    archive = _archive(site, jonas)
    assert json.loads(archive.read("tables/mailboxes.json"))[0]["username"] == "cannot be opened"
    assert b"Boris Lang" in archive.read("sends.csv")


def test_erasing_asks_first_and_then_leaves_nobody(site: Site, jonas: Seeded, priya: Seeded) -> None:
    browser, other = site.signed_in(jonas.rep_id), site.signed_in(jonas.rep_id)
    assert JONAS.address in browser.get("/own-data/erase").text
    answer = browser.post("/own-data/erase")
    assert (answer.status_code, "Everything is erased" in answer.text) == (200, True)
    assert other.get("/sends").headers["location"] == "/sign-in"
    with site.database.reading() as session:
        assert session.get(Rep, jonas.rep_id) is None
        assert sum(count_rows(session, jonas.rep_id).values()) == 0
        assert session.get(Rep, priya.rep_id) is not None


@pytest.mark.usefixtures("jonas")
def test_nobody_downloads_or_erases_without_a_session(site: Site) -> None:
    before = site.dump()
    for method, path in (("GET", "/own-data/download"), ("GET", "/own-data/erase"), ("POST", "/own-data/erase")):
        assert site.visitor().request(method, path).headers["location"] == "/sign-in"
    assert site.dump() == before


@pytest.mark.usefixtures("priya")
def test_the_privacy_page_counts_the_own_rows(site: Site, jonas: Seeded) -> None:
    page = site.signed_in(jonas.rep_id).get("/privacy").text
    with site.database.reading() as session:
        counts = count_rows(session, jonas.rep_id)
    assert f'<td class="number" data-label="Zeilen">{counts["sends"]}</td>' in page
    assert f'<td class="number" data-label="Zeilen">{counts["nudges"]}</td>' in page
    assert '<td class="number">' not in site.visitor().get("/privacy").text


def test_the_rep_sees_what_the_administrator_did(site: Site, jonas: Seeded, priya: Seeded) -> None:
    with site.database.writing() as session:
        mailbox = session.get_one(Mailbox, jonas.mailbox_id)
        admin_acts.note(session, mailbox, AdminActKind.PAUSED, NOW)
    assert "Postfach angehalten" in site.signed_in(jonas.rep_id).get("/privacy").text
    assert "Nothing so far" in site.signed_in(priya.rep_id).get("/privacy").text
