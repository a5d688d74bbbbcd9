"""The list of sends: order, paging, filters, search, and whose sends they are."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.store import feedback, list_query, listing
from app.store.engine import Database
from app.store.envelopes import query_tokens, unseal_envelope
from app.store.errors import UnknownRow
from app.store.keys import Keys
from app.store.list_query import Cursor, Filters, NudgeFilter, Order
from app.store.schema import Mailbox, Send
from app.store.states import FeedbackKind
from tests.web.seed import BORIS, NOW, PRIYA, Seeded, open_outbox, seed


def ids(sends: Sequence[Send]) -> list[uuid.UUID]:
    return [send.id for send in sends]


def found(database: Database, keys: Keys, rep_id: uuid.UUID, query: str, *, flagged_only: bool = True) -> list[str]:
    """The subjects that a search finds, without repeats."""
    with database.reading() as session:
        vault = keys.of_rep(session, rep_id)
        filters = Filters(flagged_only=flagged_only, tokens=tuple(query_tokens(vault, query)))
        sends = listing.page(session, rep_id, filters).sends
        return list(dict.fromkeys(unseal_envelope(vault, send.id, send.envelope).subject for send in sends))


def matching(database: Database, rep_id: uuid.UUID, filters: Filters) -> set[uuid.UUID]:
    with database.reading() as session:
        return set(ids(listing.page(session, rep_id, filters).sends))


def add_send(session: Session, keys: Keys, rep: Seeded, minutes_ago: float) -> uuid.UUID:
    outbox = open_outbox(session, keys, session.get_one(Mailbox, rep.mailbox_id))
    return outbox.send("Neu", [BORIS], NOW - timedelta(minutes=minutes_ago)).id


def test_flagged_sends_come_newest_first_and_others_are_left_out(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        sends = listing.page(session, jonas.rep_id, Filters()).sends
    assert [send.sent_at for send in sends] == sorted((send.sent_at for send in sends), reverse=True)
    assert set(ids(sends)) == set(jonas.sends.values()) - {jonas.sends["personal"], jonas.sends["excluded"]}


def test_every_send_is_listed_where_all_are_asked_for(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        sends = listing.page(session, jonas.rep_id, Filters(flagged_only=False)).sends
    assert ids(sends) == ids(sorted(sends, key=lambda send: (send.sent_at, send.id), reverse=True))
    assert set(ids(sends)) == set(jonas.sends.values())


@pytest.mark.parametrize("flagged_only", [True, False])
def test_paging_neither_repeats_nor_loses_a_row_when_new_sends_arrive(
    database: Database, keys: Keys, jonas: Seeded, flagged_only: bool
) -> None:
    filters = Filters(flagged_only=flagged_only)
    with database.reading() as session:
        before = ids(listing.page(session, jonas.rep_id, filters).sends)
    seen: list[uuid.UUID] = []
    below: Cursor | None = None
    while below is not None or not seen:
        with database.reading() as session:
            page = listing.page(session, jonas.rep_id, filters, below, size=4)
        seen += ids(page.sends)
        below = page.below
        with database.writing() as session:
            add_send(session, keys, jonas, minutes_ago=-len(seen))
    assert seen == before


def test_sends_of_the_same_moment_are_paged_one_by_one(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.writing() as session:
        twins = {add_send(session, keys, jonas, minutes_ago=0.5) for _ in range(5)}
    seen: list[uuid.UUID] = []
    below: Cursor | None = None
    for _ in twins:
        with database.reading() as session:
            page = listing.page(session, jonas.rep_id, Filters(), below, size=1)
        seen += ids(page.sends)
        below = page.below
    assert sorted(seen) == sorted(twins)


def test_the_last_page_has_nothing_below(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        everything = listing.page(session, jonas.rep_id, Filters())
        exactly = listing.page(session, jonas.rep_id, Filters(), size=len(everything.sends))
        less = listing.page(session, jonas.rep_id, Filters(), size=len(everything.sends) - 1)
    assert everything.below is exactly.below is None
    assert less.below is not None


def test_a_cursor_survives_the_way_through_a_link() -> None:
    cursor = Cursor(NOW + timedelta(microseconds=123), uuid.uuid4())
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize("text", ["", "-", "12", "1-2", "x-00000000000000000000000000000000", f"{'9' * 30}-{'0' * 32}"])
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        Cursor.parse(text)


def test_the_range_of_days_includes_its_start_and_not_its_end(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        sent_at = listing.one(session, jonas.rep_id, jonas.sends["lone"]).sent_at
    lone = jonas.sends["lone"]
    assert lone in matching(database, jonas.rep_id, Filters(since=sent_at))
    assert lone not in matching(database, jonas.rep_id, Filters(until=sent_at))


def test_filters_narrow_the_list_together(database: Database, jonas: Seeded) -> None:
    cranes = {jonas.sends[f"cranes-{minute}"] for minute in range(3)}
    assert matching(database, jonas.rep_id, Filters(language="en")) == cranes
    assert matching(database, jonas.rep_id, Filters(template_id=jonas.templates["cranes"])) == cranes
    assert matching(database, jonas.rep_id, Filters(language="de", template_id=jonas.templates["cranes"])) == set()


@pytest.mark.parametrize(
    ("wanted", "among", "not_among"),
    [
        (NudgeFilter.WAITING, {"question-0", "intent"}, {"parts-0", "lone", "history-0"}),
        (NudgeFilter.DELIVERED, {"parts-0", "parts-8"}, {"question-0", "failed", "history-0"}),
        (NudgeFilter.NONE, {"lone", "failed", "history-0", "hostile"}, {"parts-0", "question-0", "intent"}),
    ],
)
def test_sends_are_found_by_what_became_of_their_nudge(
    database: Database, jonas: Seeded, wanted: NudgeFilter, among: set[str], not_among: set[str]
) -> None:
    sends = matching(database, jonas.rep_id, Filters(nudge=wanted))
    assert {jonas.sends[name] for name in among} <= sends
    assert not {jonas.sends[name] for name in not_among} & sends


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("Hausmesse", ["Einladung zur Hausmesse"]),
        ("hausMESSE einladung", ["Einladung zur Hausmesse"]),
        ("b.lang@lang-antriebe.example wartungsvertrag", ["Wartungsvertrag 2026"]),
        ("B.Lang@Lang-Antriebe.Example 12", ["Nur noch bis Freitag: 12 % auf alles"]),
        ("GROSS hausmesse", ["Einladung zur Hausmesse"]),
        ("strassenbau hausmesse", ["Einladung zur Hausmesse"]),
        ("STRASSE", ["Kurze Frage zu Ihrer Fertigung an der Straße"]),
        ("Hausmesse Wartungsvertrag", []),
        ("nirgends", []),
        ("lang@lang-antriebe.example", []),
    ],
)
def test_a_search_finds_sends_with_all_of_its_words(
    database: Database, keys: Keys, jonas: Seeded, query: str, subjects: list[str]
) -> None:
    assert found(database, keys, jonas.rep_id, query) == subjects


def test_a_search_finds_unflagged_sends_only_where_all_are_asked_for(
    database: Database, keys: Keys, jonas: Seeded
) -> None:
    assert found(database, keys, jonas.rep_id, "Termin") == []
    assert found(database, keys, jonas.rep_id, "Termin", flagged_only=False) == ["Re: Termin am Dienstag"]


def test_common_words_are_searched_as_well_as_rare_ones(
    database: Database, keys: Keys, jonas: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = ["Fertigung", "Anna Fertigung", "example", "Anna Wartungsvertrag", "Termin example"]
    rare = [found(database, keys, jonas.rep_id, query, flagged_only=False) for query in queries]
    monkeypatch.setattr(list_query, "RARE", 0)
    assert [found(database, keys, jonas.rep_id, query, flagged_only=False) for query in queries] == rare


def test_a_search_is_paged_like_the_list(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.reading() as session:
        tokens = tuple(query_tokens(keys.of_rep(session, jonas.rep_id), "example"))
        everything = listing.page(session, jonas.rep_id, Filters(tokens=tokens))
        first = listing.page(session, jonas.rep_id, Filters(tokens=tokens), size=5)
        rest = listing.page(session, jonas.rep_id, Filters(tokens=tokens), first.below)
    assert ids(first.sends) + ids(rest.sends) == ids(everything.sends)


def test_nobody_sees_or_finds_the_sends_of_another_rep(database: Database, keys: Keys, jonas: Seeded) -> None:
    priya = seed(database, keys, PRIYA)
    hers = set(priya.sends.values())
    assert matching(database, priya.rep_id, Filters(flagged_only=False)) == hers
    assert matching(database, priya.rep_id, Filters(template_id=jonas.templates["parts"])) == set()
    with database.reading() as session:
        tokens = tuple(query_tokens(keys.of_rep(session, jonas.rep_id), "Hausmesse"))
        assert listing.page(session, priya.rep_id, Filters(tokens=tokens)).sends == ()


def test_another_reps_send_and_template_are_unknown(database: Database, keys: Keys, jonas: Seeded) -> None:
    priya = seed(database, keys, PRIYA)
    with database.reading() as session:
        with pytest.raises(UnknownRow):
            listing.one(session, priya.rep_id, jonas.sends["lone"])
        with pytest.raises(UnknownRow):
            listing.newest_of_template(session, priya.rep_id, jonas.templates["parts"])


def test_siblings_are_the_other_sends_of_the_template_newest_first(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        send = listing.one(session, jonas.rep_id, jonas.sends["question-1"])
        siblings = listing.siblings(session, send)
        assert ids(siblings) == [jonas.sends[f"question-{minute}"] for minute in (3, 2, 0)]
        assert listing.count_of_template(session, jonas.templates["question"]) == 4


def test_a_send_outside_any_template_has_no_siblings(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        assert not listing.siblings(session, listing.one(session, jonas.rep_id, jonas.sends["lone"]))


def test_a_template_is_named_by_its_newest_send(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        send = listing.newest_of_template(session, jonas.rep_id, jonas.templates["parts"])
    assert send.id == jonas.sends["parts-8"]


def test_counts_tell_flagged_sends_and_all(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        counts = listing.counts(session, jonas.rep_id)
    assert (counts.flagged, counts.every) == (len(jonas.sends) - 2, len(jonas.sends))


def test_counting_ends_somewhere(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        counts = listing.counts(session, jonas.rep_id, limit=3)
    assert (counts.flagged, counts.every) == (3, 3)


def test_the_nudges_of_a_page_are_looked_up_at_once(database: Database, jonas: Seeded) -> None:
    with database.reading() as session:
        sends = [listing.one(session, jonas.rep_id, jonas.sends[name]) for name in ("parts-0", "parts-1", "history-0")]
        nudges = listing.nudges_of(session, sends)
    assert set(nudges) == {jonas.nudges["delivered"]}


def test_the_oldest_first_is_the_same_list_backwards(database: Database, jonas: Seeded) -> None:
    filters = Filters(order=Order.OLDEST)
    with database.reading() as session:
        newest_first = ids(listing.page(session, jonas.rep_id, Filters()).sends)
        first = listing.page(session, jonas.rep_id, filters, size=4)
        rest = listing.page(session, jonas.rep_id, filters, first.below)
    assert ids(first.sends) + ids(rest.sends) == newest_first[::-1]


def test_sends_are_found_by_a_sign_among_their_reasons(database: Database, jonas: Seeded) -> None:
    assert matching(database, jonas.rep_id, Filters(reason="merge_field")) == {jonas.sends["lone"]}


def test_sends_that_wait_are_found_though_there_are_many(
    database: Database, jonas: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = matching(database, jonas.rep_id, Filters(nudge=NudgeFilter.WAITING))
    monkeypatch.setattr(list_query, "RARE", 0)
    assert matching(database, jonas.rep_id, Filters(nudge=NudgeFilter.WAITING)) == few


def test_a_list_held_at_its_top_counts_what_came_above(database: Database, keys: Keys, jonas: Seeded) -> None:
    with database.reading() as session:
        seen = listing.page(session, jonas.rep_id, Filters()).sends
    with database.writing() as session:
        for number in range(3):
            add_send(session, keys, jonas, minutes_ago=-number)
    top = Cursor.of(seen[0])
    with database.reading() as session:
        assert ids(listing.page(session, jonas.rep_id, Filters(), top=top).sends) == ids(seen)
        assert listing.count_above(session, jonas.rep_id, Filters(), top) == 3
        assert listing.count_above(session, jonas.rep_id, Filters(), top, limit=2) == 2
        assert listing.count_above(session, jonas.rep_id, Filters(language="en"), top) == 0


def test_the_strongest_come_first_page_by_page(database: Database, jonas: Seeded) -> None:
    filters, seen, below = Filters(order=Order.STRONGEST, flagged_only=False), list[Send](), None
    while below is not None or not seen:
        with database.reading() as session:
            page = listing.page(session, jonas.rep_id, filters, below, size=3)
        seen += page.sends
        below = Cursor.parse(str(page.below)) if page.below else None
    assert ids(seen) == ids(sorted(seen, key=lambda one: (one.score, one.sent_at, one.id), reverse=True))
    assert set(ids(seen)) == set(jonas.sends.values()) - {jonas.sends["excluded"]}


@pytest.mark.parametrize("score", ["nan", "inf", "x"])
def test_a_cursor_with_a_strength_that_is_none_is_refused(score: str) -> None:
    with pytest.raises(ValueError, match=r"score|float"):
        Cursor.parse(f"1-{'0' * 32}-{score}")


@pytest.mark.parametrize("rare", [1000, 0])
def test_sends_are_found_by_what_the_rep_said_of_them_their_note_or_their_template(
    database: Database, jonas: Seeded, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr(list_query, "RARE", rare)
    words = {
        "parts-0": "called",
        "question-1": "stop",
        "cranes-0": "later",
        "lone": "not_for_person",
        "hostile": "stop",
    }
    with database.writing() as session:
        for name, word in words.items():
            feedback.say(session, session.get_one(Send, jonas.sends[name]), FeedbackKind(word), NOW)
        feedback.say(session, session.get_one(Send, jonas.sends["history-0"]), FeedbackKind.NOT_A_TEMPLATE, NOW)
        feedback.take_back(session, session.get_one(Send, jonas.sends["parts-0"]), FeedbackKind.CALLED, NOW)
    with database.reading() as session:
        every = listing.page(session, jonas.rep_id, Filters(flagged_only=False)).sends
        said = feedback.said_of_each(session, every)
    for kind in FeedbackKind:
        told = {send_id for send_id, kinds in said.items() if kind in kinds}
        assert matching(database, jonas.rep_id, Filters(flagged_only=False, said=kind)) == told
    unsaid = {send_id for send_id, kinds in said.items() if not kinds}
    assert matching(database, jonas.rep_id, Filters(flagged_only=False, unsaid=True)) == unsaid
    assert unsaid
    assert len(unsaid) < len(every)
