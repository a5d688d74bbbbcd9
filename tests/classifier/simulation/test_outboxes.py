"""The outbox simulator and the changes it makes to texts."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from classifier.dataset import Row, read_corpus
from classifier.simulation.campaigns import CAMPAIGN_MODES, FOLLOW_UPS, REWORDED, ROUTINE, load_families, spin
from classifier.simulation.cast import draw_contact
from classifier.simulation.outboxes import WRITTEN, Material, Simulated, simulate_outbox
from classifier.simulation.rewriting import edit_lightly, rewrite_half, split_sentences

SENTENCES = ["Eins zwei drei vier.", "Fünf sechs sieben acht!", "Neun zehn elf zwölf?", "Und so weiter und so fort."]


@pytest.fixture(scope="module")
def rows() -> Sequence[Row]:
    return [row for row in read_corpus() if row.source == "de-b"]


def simulated(rows: Sequence[Row], seed: int, half: int = 0) -> list[Simulated]:
    bulk, personal = ([row for row in rows if row.bulk is label] for label in (True, False))
    return simulate_outbox(Random(seed), Material("de", half, bulk, personal, ()), personal=20, background=0)


def test_the_same_seed_gives_the_same_outbox(rows: Sequence[Row]) -> None:
    assert simulated(rows, 3) == simulated(rows, 3)
    assert simulated(rows, 3) != simulated(rows, 4)


def test_an_outbox_holds_every_mode_in_sending_order(rows: Sequence[Row]) -> None:
    outbox = simulated(rows, 3)
    assert {mail.mode for mail in outbox} == {*CAMPAIGN_MODES, ROUTINE, WRITTEN}
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


def names(outbox: Sequence[Simulated]) -> set[str]:
    return {mail.family for mail in outbox if mail.family}


def test_the_halves_share_no_written_campaign(rows: Sequence[Row]) -> None:
    halves = [set[str]().union(*(names(simulated(rows, seed, half)) for seed in range(8))) for half in (0, 1)]
    assert not [name for name in halves[0] & halves[1] if not name.startswith("de-b")]


def test_all_mails_of_a_sequence_go_to_the_same_people(rows: Sequence[Row]) -> None:
    steps = [mail for mail in simulated(rows, 3) if mail.mode == FOLLOW_UPS]
    first, *later = sorted({mail.family or "" for mail in steps})
    people = {name: {mail.sample.recipients for mail in steps if mail.family == name} for name in (first, *later)}
    assert all(people[first] & people[name] for name in later)


def test_every_copy_of_a_reworded_campaign_reads_otherwise(rows: Sequence[Row]) -> None:
    copies = [mail for mail in simulated(rows, 3) if mail.mode == REWORDED]
    assert len({mail.sample.body for mail in copies}) == len(copies)


def test_spintax_draws_one_of_the_alternatives() -> None:
    assert {spin("{Hallo|Moin} {first}", Random(seed)) for seed in range(20)} == {"Hallo {first}", "Moin {first}"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_written_campaigns_are_complete(language: str) -> None:
    families = load_families(language)
    assert [len(families[kind]) for kind in ("spun", "varied", "sequence", "routine")] == [20, 20, 14, 48]
