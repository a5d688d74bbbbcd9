"""A text cut where something is marked loses nothing."""

from hypothesis import given
from hypothesis import strategies as st

from app.web.marked_text import SHOWN, Marked, Piece, cut_text
from classifier import Phrase, Stretch

TEXT = "Guten Tag, wir fertigen Teile. Passt Dienstag?"


def whole(marked: tuple[Marked, ...]) -> str:
    return "".join(piece.text for one in marked for piece in one.pieces)


def test_shared_words_and_slots_stand_between_plain_text() -> None:
    marked = cut_text(TEXT, [Stretch(11, 23, True), Stretch(24, 29, False)], [])
    assert [(one.kind, one.pieces[0].text) for one in marked] == [
        ("", "Guten Tag, "),
        ("shared", "wir fertigen"),
        ("", " "),
        ("slot", "Teile"),
        ("", ". Passt Dienstag?"),
    ]


def test_a_phrase_across_an_edge_is_marked_on_both_sides() -> None:
    first, second, *_ = cut_text(TEXT, [Stretch(11, 23, True)], [Phrase("style", 6, 14, 1.0)])
    assert first.pieces == (Piece("Guten ", ""), Piece("Tag, ", "style"))
    assert second.pieces[0] == Piece("wir", "style")


def test_phrases_of_one_kind_side_by_side_are_one() -> None:
    [marked] = cut_text(TEXT, [], [Phrase("style", 0, 5, 1.0), Phrase("style", 6, 9, 0.5)])
    assert marked.pieces[0] == Piece("Guten Tag", "style")


def test_of_overlapping_phrases_the_earlier_one_stays_whole() -> None:
    [marked] = cut_text(TEXT, [], [Phrase("style", 0, 9, 1.0), Phrase("opt_out", 6, 14, 0.5)])
    assert [piece for piece in marked.pieces if piece.phrase] == [
        Piece("Guten Tag", "style"),
        Piece(", wir", "opt_out"),
    ]


def test_a_text_without_marks_is_one_piece() -> None:
    assert cut_text(TEXT, [], []) == (Marked("", (Piece(TEXT, ""),)),)
    assert cut_text("", [], []) == ()


def test_an_endless_text_is_cut() -> None:
    assert len(whole(cut_text("x" * (SHOWN + 5), [], []))) == SHOWN


places = st.integers(0, len(TEXT))
phrases = st.builds(
    lambda edges, code: Phrase(code, min(edges), max(edges), 1.0),
    st.tuples(places, places).filter(lambda edges: edges[0] != edges[1]),
    st.sampled_from(["style", "opt_out"]),
)


@given(st.lists(places, unique=True, max_size=6), st.lists(phrases, max_size=5))
def test_whatever_is_marked_the_text_stays_the_same(edges: list[int], found: list[Phrase]) -> None:
    ordered = sorted(edges)
    stretches = [Stretch(start, end, True) for start, end in zip(ordered[::2], ordered[1::2], strict=False)]
    assert whole(cut_text(TEXT, stretches, found)) == TEXT
