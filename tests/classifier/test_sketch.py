"""The keyed fingerprint and its stored form."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.sketch import DRAWERS_KEPT, SIZE, Sketch, hash_recipients, make_fingerprint
from classifier.slots import SLOT

TEXT = ["wir", "helfen", "betrieben", "ihre", "rüstzeiten", "deutlich", "zu", "senken"]


def make_hashes(words: Sequence[str], key: bytes) -> set[int]:
    return set(make_fingerprint(words, key).hashes.tolist())


def test_another_key_gives_other_hashes_and_drawers() -> None:
    assert not make_hashes(TEXT, b"a") & make_hashes(TEXT, b"b")
    one, other = (make_fingerprint(TEXT, key).drawers for key in (b"a", b"b"))
    assert not np.array_equal(one, other)


def test_a_drawer_does_not_tell_the_word() -> None:
    vocabulary = [f"wort{number}" for number in range(50_000)]
    drawers = [make_fingerprint([*TEXT[:7], word], b"k").drawers.tolist() for word in vocabulary[:20]]
    alike = [word for word in vocabulary if make_fingerprint([*TEXT[:7], word], b"k").drawers.tolist() == drawers[0]]
    assert len(alike) > 5


def test_function_words_and_slots_have_no_drawer() -> None:
    assert len(make_fingerprint(["und", SLOT, "nicht", "the", "wir", SLOT, "mit", "und", "für"], b"k").drawers) == 0


def test_drawers_do_not_depend_on_the_order_of_words() -> None:
    assert np.array_equal(make_fingerprint(TEXT, b"k").drawers, make_fingerprint(TEXT[::-1], b"k").drawers)


def test_a_very_short_text_has_no_fingerprint() -> None:
    assert len(make_hashes(["danke", "passt"], b"k")) == 0


def test_one_changed_word_touches_three_hashes_at_most() -> None:
    changed = [*TEXT[:4], "kosten", *TEXT[5:]]
    assert len(make_hashes(TEXT, b"k") - make_hashes(changed, b"k")) == 3


def test_triples_of_slots_say_nothing() -> None:
    assert len(make_hashes([SLOT, "und", SLOT] * 5, b"k")) == 0


def test_a_long_text_is_sampled_the_same_way_every_time() -> None:
    words = [f"wort{number}" for number in range(2000)]
    hashes = make_hashes(words, b"k")
    assert len(hashes) == SIZE
    assert make_hashes(words[:1900], b"k") & hashes
    assert len(make_fingerprint(words, b"k").drawers) == DRAWERS_KEPT


def test_a_sketch_survives_its_stored_form() -> None:
    sketch = Sketch(make_fingerprint(TEXT, b"k"), 8, 3, 17, 0.8)
    stored = sketch.to_bytes()
    again = Sketch.from_bytes(stored)
    assert np.array_equal(again.text.hashes, sketch.text.hashes)
    assert np.array_equal(again.text.drawers, sketch.text.drawers)
    assert (again.words, again.recipients, again.group, again.fit) == (8, 3, 17, 204 / 255)


def test_the_stored_form_is_small() -> None:
    words = [f"wort{number}" for number in range(3000)]
    assert len(Sketch(make_fingerprint(words, b"k"), 3000, 1).to_bytes()) == 1165


@given(st.binary(max_size=64) | st.binary(max_size=64).map(lambda data: b"\x02" + data))
def test_any_bytes_read_as_some_sketch(data: bytes) -> None:
    sketch = Sketch.from_bytes(data)
    assert len(sketch.text.hashes) <= 13
    assert 0.0 <= sketch.fit <= 1.0


def test_recipients_are_hashed_without_regard_to_case_and_order() -> None:
    assert hash_recipients(["A@x.example", "b@x.example"], b"k") == hash_recipients(
        ["B@x.example", "a@x.example"], b"k"
    )


def test_only_so_many_recipients_are_kept() -> None:
    assert len(hash_recipients((f"{number}@x.example" for number in range(5000)), b"k")) == 64
