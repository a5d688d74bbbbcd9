"""The rep's own numbers: what is counted, when it is too few to tell, and that nobody else sees it."""

import re
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.store import feedback, reply_looks
from app.store.insights import CalledSend
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind
from app.web.insights import after_calls, week_bounds
from tests.web.seed import NOW, Seeded, connect_mailbox, open_outbox
from tests.web.site import Site

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
CALL = UUID(int=1)


def page(site: Site, seeded: Seeded, period: str = "12", language: str = "en") -> str:
    browser = site.signed_in(seeded.rep_id, accept_language=language)
    answer = browser.get("/insights", params={"period": period})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def add_first_mails(site: Site, seeded: Seeded, *, flagged: bool, answered: int, of: int) -> None:
    with site.database.writing() as session:
        outbox = open_outbox(session, site.keys, session.get_one(Mailbox, seeded.mailbox_id))
        for number in range(of):
            person = ("", f"p{number}-{flagged}@firma.example")
            send = outbox.send("Angebot", [person], NOW - 20 * DAY, flagged=flagged, score=0.9 if flagged else 0.1)
            send.opens, send.answer_seconds = True, 3600 if number < answered else None
        reply_looks.put_off(session, seeded.mailbox_id, NOW + DAY, NOW - timedelta(hours=4))


def test_the_page_counts_mails_by_week(site: Site, priya: Seeded) -> None:
    text = page(site, priya)
    assert "<dd>25</dd>" in text
    assert 'role="img"' in text
    assert text.count('<rect class="part"') >= 7


@pytest.mark.parametrize(("period", "weeks"), [("4", 4), ("12", 7), ("all", 7), ("nonsense", 7)])
def test_the_period_is_chosen_and_never_longer_than_what_is_kept(
    site: Site, priya: Seeded, period: str, weeks: int
) -> None:
    assert page(site, priya, period).count('<th scope="row"><time') == weeks


def test_before_the_first_look_it_says_when_answers_are_looked_for(site: Site, priya: Seeded) -> None:
    assert "has not looked for answers yet" in page(site, priya)


def test_few_mails_are_too_few_to_tell(site: Site, priya: Seeded) -> None:
    add_first_mails(site, priya, flagged=False, answered=9, of=29)
    add_first_mails(site, priya, flagged=True, answered=1, of=40)
    text = page(site, priya)
    assert "Too few to tell." in text
    assert "9 of 29" in text
    assert "too few to tell" in text


def test_a_difference_that_may_be_chance_is_called_so(site: Site, priya: Seeded) -> None:
    add_first_mails(site, priya, flagged=False, answered=8, of=40)
    add_first_mails(site, priya, flagged=True, answered=5, of=40)
    assert "No difference that could be told from chance." in page(site, priya)


def test_a_plain_difference_is_told_with_its_interval_and_without_a_cause(site: Site, priya: Seeded) -> None:
    add_first_mails(site, priya, flagged=False, answered=30, of=60)
    add_first_mails(site, priya, flagged=True, answered=3, of=60)
    text = page(site, priya)
    assert "+45 points, with 95 % certainty between +30 and +58" in text
    assert "what happened, not why" in text


def test_mails_that_had_no_time_to_be_answered_do_not_count_yet(site: Site, priya: Seeded) -> None:
    add_first_mails(site, priya, flagged=False, answered=30, of=60)
    with site.database.writing() as session:
        session.query(Send).filter(Send.opens.is_(True)).update({"sent_at": NOW - 6 * DAY})
    assert "0 of 0" in page(site, priya)


def test_in_german_it_is_german(site: Site, jonas: Seeded) -> None:
    add_first_mails(site, jonas, flagged=False, answered=30, of=60)
    add_first_mails(site, jonas, flagged=True, answered=3, of=60)
    text = page(site, jonas, language="de")
    assert "Persönliche gegenüber wie kopierten ersten Mails: +45 Prozentpunkte" in text
    assert "50 %" in text


def test_what_was_said_of_notes_is_counted_and_taken_back(site: Site, priya: Seeded) -> None:
    with site.database.writing() as session:
        nudge = session.get_one(Nudge, priya.nudges["delivered"])
        feedback.say(session, nudge, FeedbackKind.CALLED, NOW)
    assert '<th scope="row">Called</th><td class="number">1</td>' in page(site, priya)
    with site.database.writing() as session:
        feedback.take_back(session, session.get_one(Nudge, priya.nudges["delivered"]), FeedbackKind.CALLED, NOW)
    assert '<th scope="row">Nothing</th><td class="number">1</td>' in page(site, priya)


def test_whether_notes_change_anything_is_told_where_some_are_left_out(site: Site, priya: Seeded) -> None:
    assert "Nothing can be counted yet" not in page(site, priya)
    with site.database.writing() as session:
        mailbox = session.get_one(Mailbox, priya.mailbox_id)
        mailbox.rules = {**mailbox.rules, "hold_out": 0.1}
    assert "Nothing can be counted yet" in page(site, priya)


def test_nobody_elses_mails_are_counted(site: Site, jonas: Seeded, priya: Seeded) -> None:
    before = page(site, priya)
    add_first_mails(site, jonas, flagged=True, answered=20, of=90)
    assert page(site, priya) == before


def test_without_mails_it_says_what_will_appear(site: Site) -> None:
    with site.database.writing() as session:
        mailbox = connect_mailbox(session, site.keys, language="en")
        rep_id = mailbox.rep_id
    browser = site.signed_in(rep_id)
    assert "Nothing to look back on yet" in browser.get("/insights").text
    with site.database.writing() as session:
        session.get_one(Mailbox, mailbox.id).history_ended_at = None
    assert "is reading your last 90 days" in browser.get("/insights").text


def test_nobody_is_asked_to_sign_in(site: Site) -> None:
    assert site.visitor().get("/insights").headers["location"] == "/sign-in"


def test_weeks_begin_on_mondays_of_the_reps_zone_also_over_a_change_of_the_clocks() -> None:
    bounds = week_bounds(NOW + 35 * DAY, NOW, BERLIN, 4)
    assert [bound.isoformat() for bound in bounds] == [
        "2026-03-16T00:00:00+01:00",
        "2026-03-23T00:00:00+01:00",
        "2026-03-30T00:00:00+02:00",
        "2026-04-06T00:00:00+02:00",
        "2026-04-13T00:00:00+02:00",
    ]


def called(call_after: float, answer_after: float | None) -> CalledSend:
    """One call, so many days after a mail that was answered after so many days."""
    seconds = None if answer_after is None else int(answer_after * DAY.total_seconds())
    return CalledSend(CALL, NOW + call_after * DAY, NOW, seconds)


@pytest.mark.parametrize(
    ("rows", "count", "of"),
    [
        ([called(2, 3)], 1, 1),
        ([called(2, None)], 0, 1),
        ([called(2, 1)], 0, 0),
        ([called(2, 9.5)], 0, 1),
        ([called(2, 1), called(2, None), called(2, 4)], 1, 1),
    ],
)
def test_after_calls_only_later_answers_to_unanswered_mails_count(rows: list[CalledSend], count: int, of: int) -> None:
    share = after_calls(rows)
    assert (share.count, share.of) == (count, of)
