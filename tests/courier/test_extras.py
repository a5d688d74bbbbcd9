"""What a nudge brings by the rep's own choice: an appointment, and the rule that the rep set."""

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from app.store.schema import Mailbox
from app.store.states import NudgeState
from tests.courier.test_delivery import NOON, Desk
from tests.flow.mails import PEOPLE, answer
from tests.servers.dovecot import Dovecot


@pytest.fixture
def desk(tmp_path: Path, dovecot: Dovecot) -> Iterator[Desk]:
    desk = Desk(tmp_path, dovecot)
    yield desk
    desk.database.close()


def with_rules(desk: Desk, **rules: object) -> None:
    def change(mailbox: Mailbox) -> None:
        mailbox.rules = {**mailbox.rules, **rules}

    desk.set_mailbox(change)


def delivered(desk: Desk) -> EmailMessage:
    desk.dovecot.append(desk.user, answer(PEOPLE[0], NOON), "INBOX")
    assert desk.advance().state is NudgeState.DELIVERED
    raws = [mail.raw for mail in desk.dovecot.messages(desk.user)]
    mails = (message_from_bytes(raw, policy=policy.default) for raw in raws)
    return next(mail for mail in mails if mail["X-Zuruf"])


def events(mail: EmailMessage) -> list[Event]:
    files = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in files] == ["PUBLISH"] * len(files)
    calendars = [Calendar.from_ical(part.get_content()) for part in files]
    assert all(str(calendar["METHOD"]) == "PUBLISH" for calendar in calendars)
    return [event for calendar in calendars for event in calendar.walk("VEVENT") if isinstance(event, Event)]


def test_a_note_brings_no_appointment_unless_the_rep_wants_one(desk: Desk) -> None:
    assert events(delivered(desk)) == []


def test_the_appointment_lies_in_the_reps_working_hours_and_invites_nobody(desk: Desk) -> None:
    with_rules(desk, call_slot=True)
    [event] = events(delivered(desk))
    assert event.start == datetime(2026, 3, 5, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert ("ATTENDEE" in event, "ORGANIZER" in event) == (False, False)
    assert "Anna Weber" in str(event["SUMMARY"])


def test_a_note_by_the_reps_own_rule_says_so(desk: Desk) -> None:
    with_rules(desk, remind_above=2, remind_tone="plain")
    mail = delivered(desk)
    body = mail.get_body(("plain",))
    assert body is not None
    assert re.search(r"mehr als (die )?2\b", str(body.get_content()))
    assert "Anrufen könnten Sie Anna Weber:" in str(body.get_content())
    assert desk.row().decision == "own_rule"
