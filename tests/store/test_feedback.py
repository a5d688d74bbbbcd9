"""What the rep said: that it stands, what it changes, and that it can be taken back."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.store import feedback, listing, nudges, templates
from app.store.engine import Database
from app.store.keys import Keys
from app.store.list_query import Filters
from app.store.schema import Feedback, Nudge, Send, Template
from app.store.states import FeedbackKind
from tests.web.seed import NOW, PRIYA, Seeded, seed

CALLED, LATER = FeedbackKind.CALLED, FeedbackKind.LATER
NO_TEMPLATE, STOP = FeedbackKind.NOT_A_TEMPLATE, FeedbackKind.STOP


def send_of(session: Session, rep: Seeded, name: str) -> Send:
    return session.get_one(Send, rep.sends[name])


def nudge_of(session: Session, rep: Seeded, name: str) -> Nudge:
    return session.get_one(Nudge, rep.nudges[name])


def say(database: Database, rep: Seeded, name: str, kind: FeedbackKind) -> None:
    """Of a send or, where there is none of that name, of a nudge."""
    with database.writing() as session:
        about = send_of(session, rep, name) if name in rep.sends else nudge_of(session, rep, name)
        feedback.say(session, about, kind, NOW)


def take_back(database: Database, rep: Seeded, name: str, kind: FeedbackKind) -> None:
    with database.writing() as session:
        about = send_of(session, rep, name) if name in rep.sends else nudge_of(session, rep, name)
        feedback.take_back(session, about, kind, NOW + timedelta(minutes=1))


def said(database: Database, rep: Seeded, name: str) -> set[FeedbackKind]:
    with database.reading() as session:
        return set(feedback.said_of(session, send_of(session, rep, name)))


def flagged(database: Database, rep: Seeded) -> set[uuid.UUID]:
    with database.reading() as session:
        return {send.id for send in listing.page(session, rep.rep_id, Filters()).sends}


def test_a_call_stands_for_its_send_alone(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "parts-0", CALLED)
    assert said(database, jonas, "parts-0") == {CALLED}
    assert said(database, jonas, "parts-1") == set()


def test_a_nudge_stays_among_the_newest_after_its_text_left_the_list(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "delivered", NO_TEMPLATE)
    with database.reading() as session:
        shown = {nudge.id: send for nudge, send in nudges.newest(session, jonas.mailbox_id, 10)}
    assert not shown[jonas.nudges["delivered"]].flagged


def test_what_is_said_of_a_nudge_stands_for_every_send_of_its_burst(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "delivered", CALLED)
    assert said(database, jonas, "parts-0") == said(database, jonas, "parts-8") == {CALLED}
    assert said(database, jonas, "question-0") == set()


def test_said_twice_it_stands_once(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "delivered", CALLED)
    say(database, jonas, "parts-0", CALLED)
    with database.reading() as session:
        assert len(session.scalars(select(Feedback)).all()) == 1


def test_what_was_taken_back_stays_on_record(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "parts-0", LATER)
    take_back(database, jonas, "parts-0", LATER)
    assert said(database, jonas, "parts-0") == set()
    with database.reading() as session:
        row = session.scalars(select(Feedback)).one()
    assert (row.created_at, row.undone_at) == (NOW, NOW + timedelta(minutes=1))


def test_an_undo_can_be_undone(database: Database, jonas: Seeded) -> None:
    for step in (say, take_back, say):
        step(database, jonas, "parts-0", CALLED)
    assert said(database, jonas, "parts-0") == {CALLED}


def test_only_what_is_meant_is_taken_back(database: Database, jonas: Seeded) -> None:
    for kind in (CALLED, STOP):
        say(database, jonas, "parts-0", kind)
    say(database, jonas, "parts-1", CALLED)
    take_back(database, jonas, "parts-0", CALLED)
    assert said(database, jonas, "parts-0") == {STOP}
    assert said(database, jonas, "parts-1") == {CALLED, STOP}


def test_no_template_takes_the_whole_template_off_the_list(database: Database, jonas: Seeded) -> None:
    before = flagged(database, jonas)
    say(database, jonas, "parts-3", NO_TEMPLATE)
    parts = {send_id for name, send_id in jonas.sends.items() if name.startswith("parts-")}
    assert before - flagged(database, jonas) == parts
    with database.reading() as session:
        assert session.get_one(Template, jonas.templates["parts"]).allowed


@pytest.mark.parametrize("name", ["parts-3", "delivered", "lone", "hostile", "history-1"])
def test_taking_no_template_back_restores_the_list(database: Database, jonas: Seeded, name: str) -> None:
    before = flagged(database, jonas)
    say(database, jonas, name, NO_TEMPLATE)
    assert flagged(database, jonas) < before
    take_back(database, jonas, name, NO_TEMPLATE)
    assert flagged(database, jonas) == before
    with database.reading() as session:
        assert not session.scalars(select(Template).where(Template.allowed)).all()


def test_a_copy_that_was_never_flagged_does_not_come_back_flagged(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        send_of(session, jonas, "personal").template_id = jonas.templates["parts"]
    before = flagged(database, jonas)
    for step in (say, take_back):
        step(database, jonas, "delivered", NO_TEMPLATE)
    assert flagged(database, jonas) == before


def test_the_reasons_tell_that_the_rep_allowed_a_send_as_long_as_that_stands(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        before = send_of(session, jonas, "parts-0").reasons
    say(database, jonas, "parts-0", NO_TEMPLATE)
    with database.reading() as session:
        assert send_of(session, jonas, "parts-0").reasons == [*before, {"code": "allowed", "weight": 0.0}]
    take_back(database, jonas, "parts-0", NO_TEMPLATE)
    with database.reading() as session:
        assert send_of(session, jonas, "parts-0").reasons == before


def test_a_lone_nudge_takes_its_own_send_off_the_list(database: Database, jonas: Seeded) -> None:
    before = flagged(database, jonas)
    say(database, jonas, "lone", NO_TEMPLATE)
    assert before - flagged(database, jonas) == {jonas.sends["lone"]}


def test_stop_ends_nudges_and_leaves_the_sends_listed(database: Database, jonas: Seeded) -> None:
    before = flagged(database, jonas)
    say(database, jonas, "question-0", STOP)
    with database.reading() as session:
        assert feedback.is_stopped(session, jonas.templates["question"])
        assert not feedback.is_stopped(session, jonas.templates["parts"])
    assert flagged(database, jonas) == before
    assert said(database, jonas, "question-2") == {STOP}


def test_stop_can_be_taken_back_from_any_send_of_the_template(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "planned", STOP)
    take_back(database, jonas, "question-3", STOP)
    with database.reading() as session:
        assert not feedback.is_stopped(session, jonas.templates["question"])


def test_stop_outlives_the_send_that_it_was_said_of(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "cranes-0", STOP)
    with database.writing() as session:
        session.execute(delete(Send).where(Send.template_id == jonas.templates["cranes"]))
    with database.reading() as session:
        assert feedback.is_stopped(session, jonas.templates["cranes"])


def test_what_stands_for_many_sends_is_told_at_once(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "parts-0", CALLED)
    say(database, jonas, "parts-1", STOP)
    with database.reading() as session:
        page = [send_of(session, jonas, name) for name in ("parts-0", "parts-2", "lone")]
        told = feedback.said_of_each(session, page)
    assert [told[send.id] for send in page] == [{CALLED, STOP}, {STOP}, set()]


def test_one_reps_words_change_nothing_for_another(database: Database, keys: Keys, jonas: Seeded) -> None:
    priya = seed(database, keys, PRIYA)
    before = flagged(database, priya)
    say(database, jonas, "parts-0", NO_TEMPLATE)
    assert flagged(database, priya) == before
    with database.reading() as session:
        assert not session.get_one(Template, priya.templates["parts"]).allowed


def words_about(database: Database, rep: Seeded, nudge: str) -> frozenset[FeedbackKind]:
    """What the policy is told that the rep said of a nudge."""
    with database.reading() as session:
        told = nudges.said(session, rep.mailbox_id, NOW - timedelta(days=30), uuid.uuid4())
    return next(one.words for one in told if one.id == rep.nudges[nudge])


def test_a_call_noted_on_the_page_of_a_mail_answers_the_nudge(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "parts-3", CALLED)
    assert words_about(database, jonas, "delivered") == {CALLED}
    take_back(database, jonas, "parts-3", CALLED)
    assert words_about(database, jonas, "delivered") == frozenset()


def test_a_text_that_is_fine_does_not_call_its_nudge_wrong(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        templates.say(session, session.get_one(Template, jonas.templates["parts"]), NO_TEMPLATE, NOW)
    assert words_about(database, jonas, "delivered") == frozenset()
    assert said(database, jonas, "parts-0") == {NO_TEMPLATE}


def test_a_text_on_the_page_of_a_mail_that_is_none_calls_its_nudge_wrong(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "parts-0", NO_TEMPLATE)
    assert words_about(database, jonas, "delivered") == {NO_TEMPLATE}
