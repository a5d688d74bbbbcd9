"""Answers as numbers: spelling does not matter, order and letters do."""

import pytest

from classifier.answers.grams import BUCKETS, count_grams, hash_word, normalise


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Später!", "spater !"),
        ("SPAETER", "spater"),
        ("Grüße an Straße 14", "grusse an strasse 00"),
        ("don\u2019t  call", "dont call"),
        ("um 9:30", "um 0 : 00"),
    ],
)
def test_spellings_of_one_word_are_one(text: str, plain: str) -> None:
    assert normalise(text) == plain


def test_buckets_are_distinct_ascending_and_within_bounds() -> None:
    buckets, counts = count_grams("mach ich, mach ich morgen")
    assert (buckets[1:] > buckets[:-1]).all()
    assert buckets[-1] < BUCKETS
    assert len(counts) == len(buckets)
    assert counts.max() > 1.0


def test_the_order_of_words_counts() -> None:
    assert set(count_grams("not her but him")[0]) != set(count_grams("not him but her")[0])


@pytest.mark.parametrize("text", ["", " \n ", "\u0301"])
def test_a_text_without_words_has_few_grams_or_none(text: str) -> None:
    assert len(count_grams(text)[0]) <= 2


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert set(count_grams("a" * 2000)[0]) == set(count_grams("a" * 9000)[0])


def test_a_word_is_known_however_it_is_written() -> None:
    assert hash_word("Später") == hash_word("spaeter")
