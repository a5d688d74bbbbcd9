"""The keyed fingerprint and its stored form."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.sketch import SIZE, Sketch, hash_recipients, make_hashes
from classifier.slots import SLOT

TEXT = ["wir", "helfen", "betrieben", "ihre", "rüstzeiten", "deutlich", "zu", "senken"]


def test_another_key_gives_other_hashes() -> None:
    assert not set(make_hashes(TEXT, b"a")) & set(make_hashes(TEXT, b"b"))


def test_a_very_short_text_has_no_fingerprint() -> None:
    assert len(make_hashes(["danke", "passt"], b"k")) == 0


def test_one_changed_word_touches_three_hashes_at_most() -> None:
    changed = [*TEXT[:4], "kosten", *TEXT[5:]]
    assert len(set(make_hashes(TEXT, b"k")) - set(make_hashes(changed, b"k"))) == 3


def test_triples_of_slots_say_nothing() -> None:
    assert len(make_hashes([SLOT, "und", SLOT] * 5, b"k")) == 0


def test_a_long_text_is_sampled_the_same_way_every_time() -> None:
    words = [f"wort{number}" for number in range(2000)]
    hashes = make_hashes(words, b"k")
    assert len(hashes) == SIZE
    assert set(make_hashes(words[:1900], b"k")) & set(hashes)


def test_a_sketch_survives_its_stored_form() -> None:
    sketch = Sketch(make_hashes(TEXT, b"k"), 8, 3, 17, 0.8)
    stored = sketch.to_bytes()
    again = Sketch.from_bytes(stored)
    assert np.array_equal(again.hashes, sketch.hashes)
    assert (again.words, again.recipients, again.group, again.fit) == (8, 3, 17, 204 / 255)


def test_the_stored_form_is_small() -> None:
    words = [f"wort{number}" for number in range(3000)]
    assert len(Sketch(make_hashes(words, b"k"), 3000, 1).to_bytes()) <= 1300


@given(st.binary(max_size=64))
def test_any_bytes_read_as_some_sketch(data: bytes) -> None:
    sketch = Sketch.from_bytes(data)
    assert len(sketch.hashes) <= 13
    assert 0.0 <= sketch.fit <= 1.0


def test_recipients_are_hashed_without_regard_to_case_and_order() -> None:
    assert hash_recipients(["A@x.example", "b@x.example"], b"k") == hash_recipients(
        ["B@x.example", "a@x.example"], b"k"
    )


def test_only_so_many_recipients_are_kept() -> None:
    assert len(hash_recipients((f"{number}@x.example" for number in range(5000)), b"k")) == 64
