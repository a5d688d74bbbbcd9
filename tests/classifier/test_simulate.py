"""The outbox simulator and the changes it makes to texts."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from classifier.cast import draw_contact, load_simulation
from classifier.dataset import Row, read_corpus
from classifier.rewriting import edit_lightly, rewrite_half, split_sentences
from classifier.simulate import MODES, Simulated, simulate_outbox

SENTENCES = ["Eins zwei drei vier.", "Fünf sechs sieben acht!", "Neun zehn elf zwölf?", "Und so weiter und so fort."]


@pytest.fixture(scope="module")
def rows() -> Sequence[Row]:
    return [row for row in read_corpus() if row.source == "de-b"]


def simulated(rows: Sequence[Row], seed: int) -> list[Simulated]:
    bulk = [row for row in rows if row.bulk]
    return simulate_outbox(Random(seed), "de", bulk, [row for row in rows if not row.bulk][:20], [])


def test_the_same_seed_gives_the_same_outbox(rows: Sequence[Row]) -> None:
    assert simulated(rows, 3) == simulated(rows, 3)
    assert simulated(rows, 3) != simulated(rows, 4)


def test_an_outbox_holds_every_mode_in_sending_order(rows: Sequence[Row]) -> None:
    outbox = simulated(rows, 3)
    assert {mail.mode for mail in outbox} == {*MODES, "routine", "personal"}
    times = [mail.sample.sent_at for mail in outbox if mail.sample.sent_at]
    assert times == sorted(times)


def test_copies_of_a_family_go_to_different_people(rows: Sequence[Row]) -> None:
    outbox = simulated(rows, 3)
    for family in {mail.family for mail in outbox if mail.family}:
        people = Counter(mail.sample.recipients for mail in outbox if mail.family == family)
        assert len(people) >= 3


def test_no_slot_is_left_unfilled(rows: Sequence[Row]) -> None:
    assert not [mail for mail in simulated(rows, 5) if "{" in mail.sample.body + mail.sample.subject]


def test_sentences_are_split_at_their_ends_and_at_lines() -> None:
    assert split_sentences("Kostet 1.150 Euro. Gut?\nJa!") == ["Kostet 1.150 Euro.", "Gut?", "Ja!"]


@pytest.mark.parametrize("seed", range(10))
def test_a_light_edit_leaves_most_words_alone(seed: int) -> None:
    edited = edit_lightly(SENTENCES, Random(seed), "de")
    before, after = Counter(" ".join(SENTENCES).split()), Counter(" ".join(edited).split())
    assert sum((before - after).values()) <= 3


def test_half_rewritten_keeps_half_of_the_sentences() -> None:
    rewritten = rewrite_half(SENTENCES, Random(1), ["Ganz neu."])
    assert sum(new == old for new, old in zip(rewritten, SENTENCES, strict=True)) == 2


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_contact_has_a_plain_address(language: str) -> None:
    for seed in range(20):
        assert draw_contact(Random(seed), language).address.isascii()
    assert load_simulation()["routine"][language]
