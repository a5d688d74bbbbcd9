"""Likeness within an outbox: families, slots, edits, and what must not count."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from classifier import Judge, OutboxMemory
from classifier.dataset import read_corpus
from classifier.outbox import SEND_LIMIT
from classifier.own_text import own_text
from classifier.simulation.campaigns import load_families
from classifier.simulation.rewriting import edit_lightly, join, split_sentences
from tests.classifier.mails import KEY, MONDAY, PEOPLE, PERSONAL_DE, TEMPLATE_DE, TEMPLATE_EN, campaign, mail, replay

SECOND_DE = """Guten Tag {last},

mein Name ist Jonas Keller, ich bin bei Keller Maschinen für den Vertrieb zuständig. Am 12. Mai öffnen wir \
unsere Halle und zeigen die neue Baureihe unter Span, dazu gibt es Leberkäse und ein Gewinnspiel. Die Plätze \
sind begrenzt, sichern Sie sich deshalb gleich eine der Karten und bringen Sie gern einen Kollegen aus der \
Fertigung mit.

Mit freundlichen Grüßen
Jonas Keller"""


def test_a_template_shows_itself_with_the_third_recipient(judge: Judge) -> None:
    first, second, third = replay(judge, campaign(TEMPLATE_DE, 3))
    assert (first.template, second.template) == (None, None)
    assert third.template is not None
    assert third.siblings == ("1", "0")
    assert third.regrouped == {"0": third.template, "1": third.template}


def test_copies_that_differ_in_slots_only_are_alike(judge: Judge) -> None:
    assert replay(judge, campaign(TEMPLATE_DE, 3))[-1].likeness > 0.9


def test_copies_weeks_apart_are_found(judge: Judge) -> None:
    samples = [mail(TEMPLATE_DE, person, days=25 * person) for person in range(3)]
    assert replay(judge, samples)[-1].template is not None


def test_copies_older_than_sixty_days_do_not_count(judge: Judge) -> None:
    samples = [mail(TEMPLATE_DE, person, days=61 * person) for person in range(3)]
    assert replay(judge, samples)[-1].siblings == ()


def test_interleaved_templates_stay_apart(judge: Judge) -> None:
    samples = [mail(text, person) for person in range(4) for text in (TEMPLATE_DE, TEMPLATE_EN)]
    judgements = replay(judge, samples)
    assert set(judgements[-2].siblings) == {"0", "2", "4"}
    assert judgements[-1].template != judgements[-2].template


def test_templates_with_the_same_opening_stay_apart(judge: Judge) -> None:
    samples = [mail(text, person) for person in range(5) for text in (TEMPLATE_DE, SECOND_DE)]
    judgements = replay(judge, samples)
    assert judgements[-1].template not in (None, judgements[-2].template)
    assert set(judgements[-1].siblings) == {"1", "3", "5", "7"}


@pytest.mark.parametrize("seed", range(8))
def test_light_edits_stay_in_the_family(judge: Judge, seed: int) -> None:
    random = Random(seed)
    sentences = split_sentences(TEMPLATE_DE.partition("\n\n")[2].partition("Mit freundlichen")[0])
    samples = [mail(join(edit_lightly(sentences, random, "de")), person) for person in range(4)]
    assert replay(judge, samples)[-1].template is not None


def test_reordered_sentences_stay_in_the_family(judge: Judge) -> None:
    sentences = split_sentences(TEMPLATE_DE.partition("\n\n")[2].partition("Mit freundlichen")[0])
    samples = [mail(join(sentences[person:] + sentences[:person]), person) for person in range(3)]
    assert replay(judge, samples)[-1].likeness > 0.8


def test_a_report_to_one_person_again_and_again_is_no_template(judge: Judge) -> None:
    judgements = replay(judge, [mail(TEMPLATE_DE, 0, days=day) for day in range(8)])
    assert {judgement.template for judgement in judgements} == {None}
    assert judgements[-1].siblings == ()


def test_a_round_to_the_same_people_and_one_more_is_no_template(judge: Judge) -> None:
    people = tuple(f"person{number}@lang-druck.example" for number in range(12))
    samples = [mail(TEMPLATE_DE, recipients=people[: 4 + number], days=number) for number in range(6)]
    assert replay(judge, samples)[-1].template is None


def test_a_copy_address_on_every_mail_does_not_hide_the_campaign(judge: Judge) -> None:
    samples = [
        mail(TEMPLATE_DE, person, recipients=(f"lead{person}@lang.example", "copy@crm.example")) for person in range(3)
    ]
    second, third = replay(judge, samples)[1:]
    assert second.template is None
    assert third.template is not None


def test_trials_to_oneself_do_not_hide_the_campaign(judge: Judge) -> None:
    trials = [mail(TEMPLATE_DE, recipients=("jonas@keller-maschinen.example",), days=-1) for _ in range(6)]
    assert replay(judge, [*trials, *campaign(TEMPLATE_DE, 3)])[-1].template is not None


def test_short_thanks_form_no_template(judge: Judge) -> None:
    judgements = replay(judge, [mail("Danke, passt!\n\nGruß\nJonas", person) for person in range(9)])
    assert {judgement.template for judgement in judgements} == {None}


def test_a_stock_phrase_of_many_mails_is_no_likeness(judge: Judge) -> None:
    stock = "Am besten erreichen Sie mich zwischen neun und zwölf Uhr, danach bin ich meistens unterwegs."
    own = [" ".join(own_text(row.sample).words) for row in read_corpus() if row.source == "de-a" and not row.bulk]
    judgements = replay(judge, [mail(f"{text}. {stock}", number) for number, text in enumerate(own)])
    assert {judgement.template for judgement in judgements} == {None}
    assert not any(judgement.flagged for judgement in judgements)


def test_a_personal_mail_between_the_copies_stands_alone(judge: Judge) -> None:
    samples = [*campaign(TEMPLATE_DE, 4), mail(PERSONAL_DE, 0)]
    assert replay(judge, samples)[-1].template is None


def test_one_text_to_two_large_rounds_is_a_template(judge: Judge) -> None:
    rounds = [tuple(f"{name}{number}@lang.example" for number in range(6)) for name in ("a", "b")]
    judgements = replay(judge, [mail(TEMPLATE_DE, recipients=people) for people in rounds])
    assert judgements[-1].template is not None


def test_sends_without_known_recipients_count_as_different_ones(judge: Judge) -> None:
    judgements = replay(judge, [mail(TEMPLATE_DE, recipients=(), recipient_names=()) for _ in range(3)])
    assert judgements[-1].template is not None


def test_judging_a_send_twice_makes_it_no_sibling_of_itself(judge: Judge) -> None:
    memory = OutboxMemory(KEY)
    for _ in range(4):
        judgement = judge.judge("same", mail(TEMPLATE_DE), memory)
    assert judgement.siblings == ()
    assert len(memory) == 1


def test_copies_in_another_language_are_found_too(judge: Judge) -> None:
    text = (
        "Bonjour {last},\n\nnous aidons les ateliers à réduire leurs temps de réglage sans acheter de "
        "nouvelles machines. Auriez-vous un quart d'heure la semaine prochaine pour en parler au téléphone, "
        "sans aucun engagement de votre part?"
    )
    third = replay(judge, [mail(text, person) for person in range(3)])[-1]
    assert (third.language, third.style) == ("fr", None)
    assert third.template is not None


def test_forgotten_sends_are_no_siblings(judge: Judge) -> None:
    memory = OutboxMemory(KEY)
    replay(judge, campaign(TEMPLATE_DE, 4), memory)
    memory.forget_before(MONDAY + timedelta(days=3))
    assert len(memory) == 1
    assert judge.judge("late", mail(TEMPLATE_DE, len(PEOPLE) - 1, days=5), memory).siblings == ("3",)


def test_the_memory_is_bounded(judge: Judge) -> None:
    memory = OutboxMemory(KEY)
    remembered = judge.judge("0", mail(TEMPLATE_DE), memory).remembered
    for number in range(SEND_LIMIT + 5):
        memory.add(replace(remembered, send_id=f"copy {number}"))
    assert SEND_LIMIT // 2 < len(memory) <= SEND_LIMIT


@pytest.mark.parametrize("language", ["de", "en"])
def test_campaigns_that_are_reworded_for_every_copy_are_found(judge: Judge, language: str) -> None:
    campaigns = [entry["texts"] for entry in load_families(language)["varied"]]
    last = [replay(judge, [mail(text, person) for person, text in enumerate(texts)])[-1] for texts in campaigns]
    assert sum(judgement.template is not None for judgement in last) >= 0.85 * len(campaigns)


def test_mails_on_the_same_topic_alone_are_no_template(judge: Judge) -> None:
    texts = (
        "Wie besprochen bekommt Ihre Werkstatt den Rüstwagen am Montag, die Voreinstellung macht Kollege Brand.",
        "Die Rüstzeiten an Ihrer zweiten Maschine habe ich mir gestern angesehen, da klemmt der Spanner.",
        "Für die Dreherei rechne ich Ihnen bis Freitag zwei Wagen mit kleiner Voreinstellung, wie Sie es wollten.",
        "Danke für die Kennzahlen! Beim Umrüsten fehlen mir noch die Minuten der Nachtschicht, haben Sie die?",
    )
    assert {one.template for one in replay(judge, [mail(text, person) for person, text in enumerate(texts)])} == {None}
