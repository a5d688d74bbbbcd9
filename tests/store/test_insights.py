"""The sums of the insights page, and the rows of the search for answers, on every database."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app.store import feedback, insights, replies, reply_looks
from app.store.engine import Database
from app.store.envelopes import address_token, message_key
from app.store.insights import Answered, WeekSums
from app.store.keys import Keys
from app.store.schema import Nudge, Send
from app.store.states import FeedbackKind, NudgeState
from tests.web.seed import ANNA, NOW, PRIYA, Seeded, open_database, seed

DAY = timedelta(days=1)
SINCE = NOW - 60 * DAY
WEEK_SECONDS = 7 * 86400


def call(database: Database, rep: Seeded) -> None:
    with database.writing() as session:
        feedback.say(session, session.get_one(Nudge, rep.nudges["delivered"]), FeedbackKind.CALLED, NOW - DAY)


def answer(database: Database, rep: Seeded, name: str, seconds: int) -> bool:
    with database.writing() as session:
        return replies.note_answer(session, rep.sends[name], seconds)


def test_sends_and_calls_are_summed_by_week(database: Database, jonas: Seeded) -> None:
    call(database, jonas)
    with database.reading() as session:
        sums = insights.by_week(session, jonas.rep_id, [SINCE, NOW - 7 * DAY, NOW])
        assert insights.oldest_send(session, jonas.rep_id) == NOW - 42 * DAY
    assert sums == [WeekSums(3, 3, 0), WeekSums(22, 20, 1)]


def test_first_mails_are_told_apart_with_their_answers(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        first = {"parts-0": True, "parts-1": True, "personal": True, "question-0": False}
        replies.note_openings(session, {jonas.sends[name]: opens for name, opens in first.items()})
    assert answer(database, jonas, "parts-0", WEEK_SECONDS)
    assert answer(database, jonas, "parts-1", WEEK_SECONDS + 1)
    with database.reading() as session:
        found = insights.first_mails(session, jonas.rep_id, SINCE, NOW, WEEK_SECONDS)
    assert (found.templated, found.personal) == (Answered(2, 1), Answered(1, 0))


def test_only_an_earlier_answer_replaces_one(database: Database, jonas: Seeded) -> None:
    assert [answer(database, jonas, "parts-0", seconds) for seconds in (90, 100, 80)] == [True, False, True]
    with database.reading() as session:
        assert session.get_one(Send, jonas.sends["parts-0"]).answer_seconds == 80


def test_notes_are_counted_with_what_was_said(database: Database, jonas: Seeded) -> None:
    call(database, jonas)
    with database.reading() as session:
        assert insights.notes_by_state(session, jonas.rep_id, SINCE)[NudgeState.DELIVERED] == 1
        assert insights.reactions(session, jonas.rep_id, SINCE) == {FeedbackKind.CALLED: 1}
        assert insights.with_any_word(session, jonas.rep_id, SINCE) == 1
        assert len(insights.called_sends(session, jonas.rep_id, SINCE, NOW)) == 9


def test_another_rep_has_sums_of_its_own(database: Database, keys: Keys, jonas: Seeded) -> None:
    call(database, jonas)
    priya = seed(database, keys, PRIYA)
    with database.reading() as session:
        assert insights.reactions(session, priya.rep_id, SINCE) == {}
        assert insights.called_sends(session, priya.rep_id, SINCE, NOW) == []
        assert insights.by_week(session, priya.rep_id, [SINCE, NOW]) == [WeekSums(25, 23, 0)]


def test_what_was_said_of_notes_is_not_looked_for_among_all_reps(tmp_path: Path) -> None:
    database, keys = open_database(tmp_path)
    rep_id = seed(database, keys).rep_id
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    with database.reading() as session:
        insights.reactions(session, rep_id, SINCE)
        statement, values = asked[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    database.close()
    assert "SCAN feedback" not in [row[3] for row in plan]


def test_a_send_is_found_by_its_message_id_and_by_person(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.reading() as session:
        vault = keys.of_rep(session, jonas.rep_id)
        key, token = message_key(vault, "<1@keller-maschinen.example>"), address_token(vault, ANNA[1])
        assert [one.id for one in replies.with_message_keys(session, jonas.mailbox_id, [key])] == [
            jonas.sends["parts-0"]
        ]
        to_anna = replies.sent_to(session, jonas.mailbox_id, token, SINCE, NOW - DAY)
        assert to_anna[0].id == jonas.sends["parts-0"]
        assert replies.is_to(session, jonas.mailbox_id, jonas.sends["parts-0"], token)
        assert not replies.was_written_to(session, jonas.mailbox_id, token, NOW - 30 * DAY)


def test_mailboxes_take_turns_and_a_folder_goes_on_where_it_was_left(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        assert reply_looks.next_due(session, NOW, NOW) == jonas.mailbox_id
        reply_looks.put_off(session, jonas.mailbox_id, NOW + DAY, NOW)
        reply_looks.move_cursor(session, jonas.mailbox_id, "INBOX", 7, 41)
    with database.reading() as session:
        assert reply_looks.next_due(session, NOW, NOW) is None
        assert reply_looks.next_due(session, NOW + DAY, NOW) == jonas.mailbox_id
        assert reply_looks.cursor(session, jonas.mailbox_id, "INBOX", 7) == 41
        assert reply_looks.cursor(session, jonas.mailbox_id, "INBOX", 8) is None
        assert reply_looks.last_look(session, jonas.rep_id) == NOW
