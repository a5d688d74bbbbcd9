"""The decision: log-odds add up, every reason moves the score as it says, and no single sign decides too much."""

from dataclasses import replace
from typing import Any

import pytest

from classifier import Judge, Reason, Remembered, Sample
from classifier.decision import Calibration, Evidence, weigh
from classifier.families import Coverage
from classifier.outbox import Match
from classifier.own_text import own_text
from classifier.structure import read_structure
from classifier.style import Style
from tests.classifier.mails import INVOICE_DE, MONDAY, PERSONAL_DE, TEMPLATE_DE, TEMPLATE_EN, campaign, mail, replay

NEUTRAL = (
    "Guten Tag {last},\n\ndie Halle in der Nordstraße bekommt im Sommer ein neues Dach, deshalb ist die Einfahrt "
    "dann gesperrt. Der Weg über den Hof bleibt offen, dort stehen auch die Container und die Stapler. Im Büro "
    "ändert sich nichts, das Telefon ist wie immer von acht bis fünf besetzt.\n\nGruß\nJonas"
)


def bar(judge: Judge, sample: Sample) -> float:
    judgement = judge.judge("1", sample, None)
    return sum(reason.weight for reason in judgement.reasons) - judgement.log_odds


@pytest.mark.parametrize("sample", [mail(PERSONAL_DE), mail(NEUTRAL), mail(INVOICE_DE, subject="Rechnung 4")])
def test_the_sum_is_what_the_reasons_add_up_to(judge: Judge, sample: Sample) -> None:
    judgement = judge.judge("1", sample, None)
    added = sum(reason.weight for reason in judgement.reasons) - bar(judge, mail(NEUTRAL))
    assert judgement.log_odds == pytest.approx(added, abs=0.05)


def test_reasons_come_strongest_first(judge: Judge) -> None:
    weights = [abs(reason.weight) for reason in replay(judge, campaign(TEMPLATE_DE, 4))[-1].reasons]
    assert weights == sorted(weights, reverse=True)


STRUCTURE: dict[str, dict[str, Any]] = {
    "unsubscribe_header": {"headers": {"list-unsubscribe": "<mailto:x@keller.example>"}},
    "sequence_tool": {"headers": {"x-lemlist-id": "1"}},
    "tracking_pixel": {"html": '<img src="https://t.example/o" width="1" height="1">'},
    "tracking_links": {"html": '<a href="https://keller.example/?utm_source=mail">hier</a>'},
    "many_recipients": {"recipients": tuple(f"p{number}@lang.example" for number in range(30))},
    "hidden_recipients": {"hidden_recipients": 9},
    "reply": {"is_reply": True},
    "calendar": {"has_calendar": True},
    "internal": {"recipients": ("boris@keller-maschinen.example",)},
}


@pytest.mark.parametrize("code", STRUCTURE)
def test_removing_a_piece_of_structure_moves_the_score_as_its_reason_says(judge: Judge, code: str) -> None:
    without = judge.judge("1", mail(NEUTRAL), None)
    judgement = judge.judge("1", mail(NEUTRAL, **STRUCTURE[code]), None)
    weight = next(reason.weight for reason in judgement.reasons if reason.code == code)
    assert judgement.log_odds - without.log_odds == pytest.approx(weight, abs=1e-6)


def test_removing_the_siblings_takes_their_weight_from_the_score(judge: Judge) -> None:
    sample = mail(NEUTRAL, 6, days=6)
    together = replay(judge, [*campaign(NEUTRAL, 6), sample])[-1]
    alone = judge.judge("alone", sample, None)
    weight = next(reason.weight for reason in together.reasons if reason.code == "same_text")
    assert together.log_odds - alone.log_odds == pytest.approx(weight, abs=1e-6)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("call_to_action", " Hätten Sie Interesse an einem kurzen Telefonat?"),
        ("merge_field", " Das gilt auch für {{company_name}}."),
        ("sales_phrases", " Testen Sie es kostenlos und unverbindlich, das spart Zeit und Geld."),
    ],
)
def test_adding_a_sign_of_sales_raises_the_score_and_names_it(judge: Judge, code: str, sentence: str) -> None:
    before = judge.judge("1", mail(NEUTRAL), None)
    after = judge.judge("1", mail(NEUTRAL.replace("besetzt.", "besetzt." + sentence)), None)
    assert after.log_odds > before.log_odds
    assert next(reason.weight for reason in after.reasons if reason.code == code) > 0


def test_an_opt_out_raises_the_score(judge: Judge) -> None:
    before = judge.judge("1", mail(NEUTRAL), None)
    sentence = "besetzt. Wenn Sie keine weiteren Nachrichten wünschen, genügt ein kurzes Nein."
    assert judge.judge("1", mail(NEUTRAL.replace("besetzt.", sentence)), None).log_odds > before.log_odds


def test_a_reference_to_earlier_contact_lowers_the_score(judge: Judge) -> None:
    before = judge.judge("1", mail(NEUTRAL), None)
    thanked = NEUTRAL.replace("die Halle", "danke für Ihren Anruf von gestern. Die Halle", 1)
    after = judge.judge("1", mail(thanked), None)
    assert after.log_odds < before.log_odds


def test_more_copies_weigh_more(judge: Judge) -> None:
    judgements = replay(judge, campaign(NEUTRAL, 7))
    weights = [reason.weight for one in judgements for reason in one.reasons if reason.code == "same_text"]
    assert len(weights) == 5
    assert weights == sorted(weights)
    assert weights[0] < weights[-1]


@pytest.mark.parametrize("text", [TEMPLATE_DE, TEMPLATE_EN])
def test_a_sales_campaign_is_flagged_from_the_third_copy_on(judge: Judge, text: str) -> None:
    judgements = replay(judge, campaign(text, 6))
    assert all(judgement.flagged for judgement in judgements[2:])
    assert judgements[2].reasons[0].code in {"same_text", "style"}


def test_routine_notes_to_many_are_templates_but_not_flagged(judge: Judge) -> None:
    judgements = replay(judge, campaign(INVOICE_DE, 8, subject="Rechnung 2025-117"))
    assert judgements[-1].template is not None
    assert not any(judgement.flagged for judgement in judgements)


def test_a_text_to_all_colleagues_is_not_flagged(judge: Judge) -> None:
    samples = [mail(NEUTRAL, recipients=(f"p{number}@keller-maschinen.example",)) for number in range(9)]
    assert not any(judgement.flagged for judgement in replay(judge, samples))


def test_many_recipients_alone_make_no_sales_mail(judge: Judge) -> None:
    people = tuple(f"p{number}@lang.example" for number in range(200))
    assert not judge.judge("1", mail(NEUTRAL, recipients=people, hidden_recipients=200), None).flagged


def test_a_personal_answer_is_not_flagged(judge: Judge) -> None:
    judgement = judge.judge("1", mail(PERSONAL_DE, is_reply=True), None)
    assert not judgement.flagged
    assert judgement.score < 0.01


def test_whoever_got_personal_mail_before_speaks_against(judge: Judge) -> None:
    before = [mail(PERSONAL_DE, 0), mail(NEUTRAL, 0)]
    judgement = replay(judge, [*before, mail("Hallo Anna,\n\nder Kran kommt nun doch erst am Mittag zu euch.", 0)])[-1]
    assert Reason("known_recipient", -0.8, {"count": 2}) in judgement.reasons


def test_automatic_mail_is_never_judged_nor_remembered(judge: Judge) -> None:
    samples = campaign(TEMPLATE_DE, 5, headers={"auto-submitted": "auto-generated"})
    judgements = replay(judge, samples)
    assert {judgement.score for judgement in judgements} == {0.0}
    assert [reason.code for reason in judgements[-1].reasons] == ["automatic"]
    assert judgements[-1].siblings == ()


FRENCH = (
    "Bonjour {last},\n\nnous aidons les ateliers à réduire leurs temps de réglage sans acheter de nouvelles "
    "machines. La plupart de nos clients gagnent plusieurs heures par semaine dès le troisième mois. Auriez-vous "
    "un quart d'heure la semaine prochaine ?"
)


def test_where_style_abstains_only_a_wide_campaign_is_flagged(judge: Judge) -> None:
    judgements = replay(judge, campaign(FRENCH, 10))
    assert {judgement.style for judgement in judgements} == {None}
    assert not any(judgement.flagged for judgement in judgements[:5])
    assert judgements[-1].flagged


def test_where_style_abstains_routine_is_not_flagged(judge: Judge) -> None:
    assert not replay(judge, campaign(FRENCH, 10, subject="Votre facture 4711"))[-1].flagged


def test_facts_never_hold_text(judge: Judge) -> None:
    samples = [replace(sample, headers={"x-mailer": "HubSpot"}) for sample in campaign(TEMPLATE_DE, 4)]
    for reason in replay(judge, samples)[-1].reasons:
        assert all(isinstance(value, int | float) or value == "hubspot" for value in reason.facts.values())


def test_the_flag_is_the_score_at_its_threshold(judge: Judge) -> None:
    for judgement in replay(judge, [*campaign(TEMPLATE_DE, 4), mail(PERSONAL_DE)]):
        assert judgement.flagged == (judgement.score >= judge.flag_at)


def test_the_score_rises_with_the_sum() -> None:
    calibration = Calibration(((-8.0, -5.0), (0.0, 2.0), (4.0, 4.0)))
    scores = [calibration.to_score(log_odds) for log_odds in (-20.0, -8.0, -4.0, 0.0, 2.0, 4.0, 9.0)]
    assert scores == sorted(scores)
    assert calibration.to_score(0.0) == pytest.approx(0.8808, abs=1e-4)


def test_without_a_calibration_the_sum_stands_for_itself() -> None:
    assert Calibration().to_score(0.0) == 0.5


def test_copies_never_speak_against_a_flag() -> None:
    sample = mail(NEUTRAL)
    sibling = Remembered("earlier", 1, MONDAY, (b"somebody",), b"")
    evidence = Evidence(
        style=Style(ngrams=-9.0, cues={}, counts={}, reading=2, copied=-20.0),
        bar=5.0,
        match=Match(1, coverage=Coverage(1.0, 60, 1.0, 1.0), siblings=(sibling,), people=9, template=True),
        when=MONDAY,
        structure=read_structure(sample, own_text(sample)),
        routine=None,
        personal_before=0,
    )
    assert [reason.code for reason in weigh(evidence)[1]] == ["style"]
