"""What the rep said of one person or one mail: what it takes off the list, what the judge is told, what returns."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.store import kept_back, nudges, sends
from app.store.engine import Database
from app.store.errors import CannotBeSaid
from app.store.heeded import Heeded, heeded
from app.store.keys import Keys
from app.store.schema import Mailbox, Nudge, Send
from app.store.states import FeedbackKind, NudgeState
from tests.store.test_feedback import flagged, said, say, take_back
from tests.web.seed import ANNA, BORIS, NOW, PRIYA, Person, Seeded, open_outbox, seed

NO_TEMPLATE, PERSONAL = FeedbackKind.NOT_A_TEMPLATE, FeedbackKind.NOT_FOR_PERSON
ANNAS, BORISS = b"a" * 8, b"b" * 8


def told(database: Database, rep: Seeded) -> Heeded:
    with database.reading() as session:
        return heeded(session, rep.mailbox_id, NOW - timedelta(days=60))


def key(database: Database, rep: Seeded, name: str, keys: bytes) -> None:
    with database.writing() as session:
        session.get_one(Send, rep.sends[name]).recipient_keys = keys


def keep_back(database: Database, keys: Keys, rep: Seeded, name: str, people: bytes, **reason: object) -> None:
    """A send that the judge kept from being flagged; `reason` as it was stored."""
    with database.writing() as session:
        persons: list[Person] = [ANNA, BORIS][: len(people) // 8]
        outbox = open_outbox(session, keys, session.get_one(Mailbox, rep.mailbox_id))
        outbox.uid = 700 + len(rep.sends)
        send = outbox.send("Angebot", persons, NOW, flagged=False, reasons=[{"weight": -4.5, **reason}])
        send.recipient_keys = people
        rep.sends[name] = send.id


def is_flagged(database: Database, rep: Seeded, name: str) -> bool:
    return rep.sends[name] in flagged(database, rep)


def test_one_send_leaves_the_list_for_its_person_and_returns(database: Database, jonas: Seeded) -> None:
    before = flagged(database, jonas)
    say(database, jonas, "parts-0", PERSONAL)
    assert before - flagged(database, jonas) == {jonas.sends["parts-0"]}
    assert (said(database, jonas, "parts-0"), said(database, jonas, "parts-1")) == ({PERSONAL}, set())
    take_back(database, jonas, "parts-0", PERSONAL)
    assert flagged(database, jonas) == before


def test_the_judge_is_told_of_the_person_as_long_as_that_stands(database: Database, keys: Keys, jonas: Seeded) -> None:
    priya = seed(database, keys, PRIYA)
    key(database, jonas, "parts-0", ANNAS)
    say(database, jonas, "parts-0", PERSONAL)
    assert told(database, jonas).people == {ANNAS}
    assert told(database, priya).people == set()
    take_back(database, jonas, "parts-0", PERSONAL)
    assert told(database, jonas).people == set()


def test_undo_returns_later_mail_that_no_other_word_keeps_back(database: Database, keys: Keys, jonas: Seeded) -> None:
    for name, people in (("parts-0", ANNAS), ("parts-1", BORISS), ("question-1", BORISS)):
        key(database, jonas, name, people)
        say(database, jonas, name, PERSONAL)
    for name, people in (("to Anna", ANNAS), ("to Boris", BORISS), ("to both", ANNAS + BORISS)):
        keep_back(database, keys, jonas, name, people, code="not_for_person")
    take_back(database, jonas, "parts-0", PERSONAL)
    assert [is_flagged(database, jonas, f"to {name}") for name in ("Anna", "Boris", "both")] == [True, False, True]
    take_back(database, jonas, "parts-1", PERSONAL)
    assert [is_flagged(database, jonas, name) for name in ("parts-1", "to Boris")] == [True, False]


@pytest.mark.parametrize("first", [NO_TEMPLATE, PERSONAL])
def test_of_two_words_each_is_taken_back_alone(database: Database, jonas: Seeded, first: FeedbackKind) -> None:
    before = flagged(database, jonas)
    second = PERSONAL if first is NO_TEMPLATE else NO_TEMPLATE
    for step, kind in ((say, PERSONAL), (say, NO_TEMPLATE), (take_back, first)):
        step(database, jonas, "parts-0", kind)
        assert not is_flagged(database, jonas, "parts-0")
    take_back(database, jonas, "parts-0", second)
    assert flagged(database, jonas) == before


@pytest.mark.parametrize("name", ["failed", "delivered"])
def test_of_many_people_it_cannot_be_said(database: Database, jonas: Seeded, name: str) -> None:
    with pytest.raises(CannotBeSaid):
        say(database, jonas, name, PERSONAL)


def test_the_judge_is_told_of_templates_that_are_none(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "cranes-0", NO_TEMPLATE)
    assert told(database, jonas) == Heeded(frozenset({3}), {}, frozenset(), 0)
    with database.reading() as session:
        assert heeded(session, jonas.mailbox_id, NOW).templates == frozenset()


@pytest.mark.parametrize("name", ["lone", "hostile"])
def test_the_judge_is_told_of_single_mails_that_are_none(database: Database, jonas: Seeded, name: str) -> None:
    say(database, jonas, name, NO_TEMPLATE)
    words = told(database, jonas)
    assert (words.lone, words.refused, words.templates) == ({jonas.sends[name]: b""}, 1, frozenset())
    take_back(database, jonas, name, NO_TEMPLATE)
    assert told(database, jonas).refused == 0


def test_undo_returns_what_the_word_on_a_single_mail_kept_back(database: Database, keys: Keys, jonas: Seeded) -> None:
    say(database, jonas, "lone", NO_TEMPLATE)
    for name, origin in (("copy", jonas.sends["lone"]), ("other", uuid.uuid4())):
        keep_back(database, keys, jonas, name, ANNAS, code="allowed", origin=str(origin))
    take_back(database, jonas, "lone", NO_TEMPLATE)
    assert [is_flagged(database, jonas, name) for name in ("lone", "copy", "other")] == [True, True, False]


def test_what_is_not_flagged_anyway_bears_no_mark(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "personal", PERSONAL)
    with database.reading() as session:
        assert not kept_back.bears(session.get_one(Send, jonas.sends["personal"]), kept_back.NOT_FOR_PERSON)


def test_a_template_that_is_off_the_list_has_shown_itself_before(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "parts-0", NO_TEMPLATE)
    with database.reading() as session:
        new = [session.get_one(Send, jonas.sends["parts-8"])]
        assert sends.copies_before_first_flag(session, jonas.templates["parts"], new) == []


def test_a_word_on_a_single_mail_outlives_its_nudge(database: Database, jonas: Seeded) -> None:
    say(database, jonas, "lone", NO_TEMPLATE)
    with database.writing() as session:
        _enter(session, jonas, "lone", "parts")
        assert session.get(Nudge, jonas.nudges["lone"]) is None
    assert said(database, jonas, "parts-8") == {NO_TEMPLATE}


def test_a_nudge_follows_its_sends_into_another_template(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        _enter(session, jonas, "cranes-0", "parts")
        nudge = session.get_one(Nudge, jonas.nudges["silent"])
        assert (nudge.template_id, nudge.state) == (jonas.templates["parts"], NudgeState.SILENT)


def test_what_was_held_out_counts_for_the_template_like_what_came(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        session.get_one(Nudge, jonas.nudges["lone"]).decision = nudges.HELD_OUT
        _enter(session, jonas, "lone", "parts")
        assert session.get_one(Nudge, jonas.nudges["lone"]).template_id == jonas.templates["parts"]


def _enter(session: Session, rep: Seeded, name: str, template: str) -> None:
    send = session.get_one(Send, rep.sends[name])
    send.template_id = rep.templates[template]
    session.flush()
    nudges.follow_into_template(session, [send])
