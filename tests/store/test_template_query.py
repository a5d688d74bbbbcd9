"""Which templates a word or a state finds, on both databases, and whose."""

import uuid

import pytest

from app.store import list_query, template_query, templates
from app.store.engine import Database
from app.store.keys import Keys
from app.store.schema import Template
from app.store.states import FeedbackKind
from app.store.template_query import TemplateState, Wanted
from app.store.templates import Order
from tests.web.seed import NOW, PRIYA, Seeded, seed


def find(database: Database, keys: Keys, rep: Seeded, wanted: Wanted) -> set[uuid.UUID]:
    """The templates that are found, of those that have a name in the seed."""
    with database.reading() as session:
        conditions = template_query.conditions(session, keys.of_rep(session, rep.rep_id), rep.rep_id, wanted)
        page = templates.page(session, rep.rep_id, Order.LATEST, wanted=conditions)
        return {one.id for one in page.templates} & set(rep.templates.values())


def named(rep: Seeded, *names: str) -> set[uuid.UUID]:
    return {rep.templates[name] for name in names}


@pytest.fixture
def spoken_of(database: Database, keys: Keys, jonas: Seeded) -> Seeded:
    """The parts are allowed, the cranes stopped and named, the old ones both."""
    with database.writing() as session:
        rows = {name: session.get_one(Template, one) for name, one in jonas.templates.items()}
        templates.give_name(keys.of_rep(session, jonas.rep_id), rows["cranes"], "Kran-Umfrage Süd")
        for name, kind in (
            ("parts", FeedbackKind.NOT_A_TEMPLATE),
            ("cranes", FeedbackKind.STOP),
            ("history", FeedbackKind.STOP),
            ("history", FeedbackKind.NOT_A_TEMPLATE),
        ):
            templates.say(session, rows[name], kind, NOW)
    return jonas


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", {"parts", "question", "cranes", "history"}),
        ("umfrage", {"cranes"}),
        ("SÜD kran", {"cranes"}),
        ("cranes", {"cranes"}),
        ("Carla Stein", {"parts", "question", "history"}),
        ("Carla Umfrage", set()),
        ("?", set()),
    ],
)
def test_words_are_looked_for_in_names_subjects_and_recipients(
    database: Database, keys: Keys, spoken_of: Seeded, words: str, names: set[str]
) -> None:
    assert find(database, keys, spoken_of, Wanted(words)) == named(spoken_of, *names)


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (TemplateState.ALLOWED, {"parts", "history"}),
        (TemplateState.STOPPED, {"cranes", "history"}),
        (TemplateState.ACTIVE, {"question"}),
    ],
)
def test_states_are_told_by_what_was_said(
    database: Database, keys: Keys, spoken_of: Seeded, state: TemplateState, names: set[str]
) -> None:
    assert find(database, keys, spoken_of, Wanted(state=state)) == named(spoken_of, *names)


def test_what_was_taken_back_counts_no_longer(database: Database, keys: Keys, spoken_of: Seeded) -> None:
    with database.writing() as session:
        cranes = session.get_one(Template, spoken_of.templates["cranes"])
        templates.take_back(session, cranes, FeedbackKind.STOP, NOW)
    assert find(database, keys, spoken_of, Wanted(state=TemplateState.ACTIVE)) == named(spoken_of, "cranes", "question")


@pytest.mark.usefixtures("spoken_of")
def test_nothing_of_another_rep_is_found(database: Database, keys: Keys) -> None:
    priya = seed(database, keys, PRIYA)
    assert find(database, keys, priya, Wanted("Umfrage")) == set()
    assert find(database, keys, priya, Wanted("cranes")) == named(priya, "cranes")
    assert find(database, keys, priya, Wanted(state=TemplateState.STOPPED)) == set()


def test_a_word_that_nearly_all_mails_have_finds_their_templates(
    database: Database, keys: Keys, spoken_of: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_query, "RARE", 1)
    assert find(database, keys, spoken_of, Wanted("Carla")) == named(spoken_of, "parts", "question", "history")
