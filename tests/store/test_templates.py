"""A rep's templates: order, paging, figures, names, and what is said of a whole one."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.store import feedback, templates
from app.store.engine import Database
from app.store.errors import UnknownRow
from app.store.keys import Keys
from app.store.schema import Feedback, Mailbox, Send, Template
from app.store.states import FeedbackKind
from app.store.templates import Cursor, Order
from tests.web.seed import ANNA, BORIS, NOW, PRIYA, Seeded, open_outbox, prepare_database, seed

LATEST = ["question", "contract", "parts", "cranes", "history"]


def ids(found: Iterable[Template]) -> list[uuid.UUID]:
    return [template.id for template in found]


def listed(session: Session, rep: Seeded, order: Order = Order.LATEST, size: int = 20) -> list[uuid.UUID]:
    """All templates, page by page."""
    page = templates.page(session, rep.rep_id, order, size=size)
    found = ids(page.templates)
    while page.below is not None:
        page = templates.page(session, rep.rep_id, order, Cursor.parse(str(page.below)), size)
        found += ids(page.templates)
    return found


def figures(session: Session, template_id: uuid.UUID) -> templates.Figures:
    return templates.figures_of_each(session, [template_id])[template_id]


def template_of(session: Session, rep: Seeded, name: str = "parts") -> Template:
    return session.get_one(Template, rep.templates[name])


def send_copies(session: Session, keys: Keys, rep: Seeded, count: int, name: str = "parts") -> None:
    outbox = open_outbox(session, keys, session.get_one(Mailbox, rep.mailbox_id))
    outbox.uid = 1000
    for number in range(count):
        outbox.send("Neu", [BORIS], NOW + timedelta(seconds=number), template=template_of(session, rep, name))


@pytest.mark.parametrize("size", [1, 2, 20])
def test_what_was_sent_last_comes_first(database: Database, jonas: Seeded, size: int) -> None:
    with database.reading() as session:
        found = listed(session, jonas, size=size)
    assert [one for one in found if one in jonas.templates.values()] == [
        jonas.templates[name] for name in LATEST if name in jonas.templates
    ]
    assert len(found) == len(set(found)) == 5


@pytest.mark.parametrize("size", [1, 2, 20])
def test_what_was_sent_most_comes_first(database: Database, jonas: Seeded, size: int) -> None:
    with database.reading() as session:
        found = listed(session, jonas, Order.MOST, size)
        counts = [figures(session, one).copies for one in found]
    assert counts == [9, 4, 3, 3, 1]
    assert len(set(found)) == 5


def test_a_template_without_sends_is_none(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        empty = Template(id=uuid.uuid4(), mailbox_id=jonas.mailbox_id, number=99, created_at=NOW)
        session.add(empty)
        session.flush()
        assert empty.id not in listed(session, jonas)
        with pytest.raises(UnknownRow):
            templates.one(session, jonas.rep_id, empty.id)
        assert templates.figures_of_each(session, [empty.id]) == {}


def test_a_rep_sees_only_own_templates(database: Database, keys: Keys, jonas: Seeded) -> None:
    priya = seed(database, keys, PRIYA)
    with database.reading() as session:
        assert set(listed(session, priya)).isdisjoint(listed(session, jonas))
        with pytest.raises(UnknownRow):
            templates.one(session, priya.rep_id, jonas.templates["parts"])


def test_figures_tell_how_often_to_whom_and_when(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        session.get_one(Send, jonas.sends["parts-2"]).answer_seconds = 60
        found = figures(session, jonas.templates["parts"])
    at = NOW - timedelta(days=1, hours=3)
    assert (found.copies, found.flagged, found.people, found.answered, found.more_people) == (9, 9, 9, 1, False)
    assert (found.first_at, found.last_at) == (at, at + timedelta(minutes=8))


def test_people_are_counted_once(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.writing() as session:
        send_copies(session, keys, jonas, 3)
        outbox = open_outbox(session, keys, session.get_one(Mailbox, jonas.mailbox_id))
        outbox.uid = 2000
        outbox.send("Neu", [ANNA, BORIS], NOW, template=template_of(session, jonas))
        assert figures(session, jonas.templates["parts"]).people == 9


def test_people_are_those_of_the_newest_part(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        found = templates.figures_of_each(session, [jonas.templates["parts"]], counted=5)[jonas.templates["parts"]]
    assert (found.copies, found.people, found.more_people) == (9, 5, True)


def test_only_delivered_nudges_count(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        assert templates.nudges_of_each(session, listed(session, jonas)) == {jonas.templates["parts"]: 1}


def test_a_name_is_sealed_and_kept_short(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.writing() as session:
        vault, template = keys.of_rep(session, jonas.rep_id), template_of(session, jonas)
        assert templates.name_of(vault, template) is None
        templates.give_name(vault, template, "  Frühjahrs\n angebot " + "x" * 200)
        name = templates.name_of(vault, template) or ""
        assert (name[:18], len(name)) == ("Frühjahrs angebot ", templates.NAME_LIMIT)
        assert template.name is not None
        assert b"angebot" not in template.name


@pytest.mark.parametrize("name", ["", "  \n\t "])
def test_an_empty_name_takes_the_name_away(database: Database, keys: Keys, jonas: Seeded, name: str) -> None:
    with database.writing() as session:
        vault, template = keys.of_rep(session, jonas.rep_id), template_of(session, jonas)
        templates.give_name(vault, template, "Angebot")
        templates.give_name(vault, template, name)
        assert template.name is None


def test_what_is_fine_is_not_flagged_until_that_is_taken_back(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        template = template_of(session, jonas)
        templates.say(session, template, FeedbackKind.NOT_A_TEMPLATE, NOW)
        assert (template.allowed, figures(session, template.id).flagged) == (True, 0)
        templates.take_back(session, template, FeedbackKind.NOT_A_TEMPLATE, NOW)
        assert (template.allowed, figures(session, template.id).flagged) == (False, 9)


def test_what_is_fine_can_be_taken_back_after_the_word_was_erased(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        template = template_of(session, jonas, "history")
        templates.say(session, template, FeedbackKind.NOT_A_TEMPLATE, NOW)
        session.query(Feedback).delete()
        templates.take_back(session, template, FeedbackKind.NOT_A_TEMPLATE, NOW)
        assert (template.allowed, figures(session, template.id).flagged) == (False, 3)


def test_stopping_leaves_the_sends_flagged(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        template = template_of(session, jonas)
        templates.say(session, template, FeedbackKind.STOP, NOW)
        assert feedback.is_stopped(session, template.id)
        assert figures(session, template.id).flagged == 9
        templates.take_back(session, template, FeedbackKind.STOP, NOW)
        assert not feedback.is_stopped(session, template.id)


@pytest.mark.parametrize("cursor", ["", "1", "-", "x-1", "9" * 40 + "-" + "0" * 32])
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        Cursor.parse(cursor)


PEOPLE = "SELECT recipient_keys FROM sends WHERE template_id = NULL ORDER BY sent_at DESC, id DESC"
COUNTS = "SELECT count(*), sum(flagged), count(answer_seconds), min(sent_at) FROM sends WHERE template_id IN (NULL)"


@pytest.mark.parametrize("query", [PEOPLE, COUNTS, "SELECT max(sent_at) FROM sends WHERE template_id = NULL"])
def test_figures_are_answered_from_the_index(tmp_path: Path, query: str) -> None:
    database, _ = prepare_database(f"sqlite:///{tmp_path / 'zuruf.db'}")
    with database.reading() as session:
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
    database.close()
    assert "USING COVERING INDEX ix_sends_template" in str(plan)
