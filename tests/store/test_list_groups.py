"""The list grouped by template."""

import uuid
from collections import Counter

import pytest

from app.store import list_groups, listing
from app.store.engine import Database
from app.store.envelopes import query_tokens
from app.store.keys import Keys
from app.store.list_query import Cursor, Filters, NudgeFilter
from app.store.schema import Mailbox
from tests.web.seed import NOW, PRIYA, Seeded, open_outbox, seed


def counted(database: Database, rep_id: uuid.UUID, filters: Filters) -> dict[uuid.UUID, int]:
    """How many sends each listed template has, in the list's order."""
    with database.reading() as session:
        return {one.template.id: one.count for one in list_groups.groups(session, rep_id, filters).groups}


def test_each_template_stands_once_the_last_sent_first(database: Database, jonas: Seeded) -> None:
    found = counted(database, jonas.rep_id, Filters())
    named = [template_id for template_id in found if template_id in jonas.templates.values()]
    assert named == [jonas.templates[name] for name in ("question", "parts", "cranes", "history")]
    assert [found[template_id] for template_id in named] == [4, 9, 3, 3]


def test_filters_choose_and_count_the_sends_of_a_template(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.reading() as session:
        tokens = tuple(query_tokens(keys.of_rep(session, jonas.rep_id), "Anna"))
    assert counted(database, jonas.rep_id, Filters(language="en")) == {jonas.templates["cranes"]: 3}
    assert list(counted(database, jonas.rep_id, Filters(tokens=tokens)).values()) == [1, 1, 1]


def test_groups_are_paged_without_repeats_or_gaps(database: Database, jonas: Seeded) -> None:
    everything, seen = list(counted(database, jonas.rep_id, Filters())), list[uuid.UUID]()
    below: Cursor | None = None
    while below is not None or not seen:
        with database.reading() as session:
            page = list_groups.groups(session, jonas.rep_id, Filters(), below, size=2)
        seen += [group.template.id for group in page.groups]
        below = page.below
    assert seen == everything


def test_a_template_without_listed_sends_is_left_out(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.writing() as session:
        open_outbox(session, keys, session.get_one(Mailbox, jonas.mailbox_id)).template(99)
    assert len(counted(database, jonas.rep_id, Filters())) == 5


def test_sends_of_no_template_are_counted_apart(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        assert list_groups.count_lone(session, jonas.rep_id, Filters(), 100) == 3
        assert list_groups.count_lone(session, jonas.rep_id, Filters(), 2) == 2
        assert list_groups.count_lone(session, jonas.rep_id, Filters(language="en"), 100) == 0


def test_nobody_sees_the_groups_of_another_rep(database: Database, keys: Keys, jonas: Seeded) -> None:
    priya = seed(database, keys, PRIYA)
    assert not set(counted(database, priya.rep_id, Filters())) & set(counted(database, jonas.rep_id, Filters()))


@pytest.mark.parametrize("near", [(2000,), (2, 3)])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(language="de"),
        Filters(reason="same_text", flagged_only=False),
        Filters(nudge=NudgeFilter.NONE),
        Filters(unsaid=True, until=NOW),
        Filters(reason="calendar"),
    ],
)
def test_groups_are_the_list_counted_by_template_whatever_is_asked(
    database: Database, jonas: Seeded, monkeypatch: pytest.MonkeyPatch, near: tuple[int, ...], filters: Filters
) -> None:
    monkeypatch.setattr(list_groups, "NEAR", near)
    with database.reading() as session:
        listed = [send.template_id for send in listing.page(session, jonas.rep_id, filters).sends if send.template_id]
        found, below = dict[uuid.UUID, int](), None
        for _ in range(5):
            page = list_groups.groups(session, jonas.rep_id, filters, below, size=2)
            found |= {one.template.id: one.count for one in page.groups}
            below = page.below
            if below is None:
                break
    assert list(found.items()) == list(Counter(listed).items())
