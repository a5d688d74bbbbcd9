"""What a rep said changes the next judgement of that kind, in that outbox alone, and can be taken back."""

import pytest

from classifier import Feedback, Judge, OutboxMemory
from tests.classifier.mails import KEY, PERSONAL_DE, TEMPLATE_DE, TEMPLATE_EN, campaign, mail, replay

ALLOWED = Feedback(allowed=frozenset({1}))


def test_a_template_that_is_none_to_the_rep_is_flagged_no_more(judge: Judge) -> None:
    memory = OutboxMemory(KEY)
    known = replay(judge, campaign(TEMPLATE_DE, 5), memory)[-1]
    memory.feedback = Feedback(allowed=frozenset({known.template or 0}))
    judgement = judge.judge("next", mail(TEMPLATE_DE, 6, days=6), memory)
    assert [known.flagged, judgement.flagged] == [True, False]
    assert next(reason.weight for reason in judgement.reasons if reason.code == "allowed") < 0


def test_another_template_of_the_same_rep_is_flagged_as_before(judge: Judge) -> None:
    memory = OutboxMemory(KEY, feedback=ALLOWED)
    assert replay(judge, campaign(TEMPLATE_DE, 4), memory)[-1].template == 1
    assert [judge.judge(f"en {n}", mail(TEMPLATE_EN, n), memory).flagged for n in range(4)][-1]


def test_what_is_taken_back_counts_no_more(judge: Judge) -> None:
    memory = OutboxMemory(KEY, feedback=ALLOWED)
    assert not replay(judge, campaign(TEMPLATE_DE, 5), memory)[-1].flagged
    memory.feedback = Feedback()
    assert judge.judge("next", mail(TEMPLATE_DE, 6, days=6), memory).flagged


def test_the_word_stays_when_two_groups_turn_out_to_be_one(judge: Judge) -> None:
    _, first, second, _ = TEMPLATE_DE.split("\n\n")
    memory = OutboxMemory(KEY)
    replay(judge, [mail(first, 0), mail(second, 1)], memory)
    memory.feedback = ALLOWED
    judgements = [judge.judge(f"whole {n}", mail(TEMPLATE_DE, n, days=n), memory) for n in range(2, 7)]
    assert judgements[-1].template == 2
    assert not any(judgement.flagged for judgement in judgements)


def test_mail_to_a_person_whom_the_rep_named_is_not_flagged(judge: Judge) -> None:
    memory = OutboxMemory(KEY)
    sent = replay(judge, campaign(TEMPLATE_DE, 5), memory)
    memory.feedback = Feedback(people=frozenset(sent[0].remembered.recipients))
    named, other = (judge.judge(f"next {n}", mail(TEMPLATE_DE, n, days=9), memory) for n in (0, 6))
    assert [named.flagged, other.flagged] == [False, True]
    assert "not_for_person" in {reason.code for reason in named.reasons}


def test_mail_to_the_named_person_and_a_stranger_is_flagged(judge: Judge) -> None:
    memory = OutboxMemory(KEY)
    sent = replay(judge, campaign(TEMPLATE_DE, 5), memory)
    memory.feedback = Feedback(people=frozenset(sent[0].remembered.recipients))
    both = (mail(TEMPLATE_DE, 0).recipients[0], "stranger@lang.example")
    assert judge.judge("both", mail(TEMPLATE_DE, recipients=both, days=9), memory).flagged


@pytest.mark.parametrize("refused", [1, 3])
def test_style_that_was_wrong_weighs_less_next_time(judge: Judge, refused: int) -> None:
    before = judge.judge("1", mail(TEMPLATE_EN), OutboxMemory(KEY))
    after = judge.judge("1", mail(TEMPLATE_EN), OutboxMemory(KEY, feedback=Feedback(style=refused)))
    assert after.log_odds < before.log_odds
    assert next(reason.facts for reason in after.reasons if reason.code == "style_refused") == {"count": refused}


def test_a_mail_that_is_not_flagged_anyway_needs_no_word(judge: Judge) -> None:
    judgement = judge.judge("1", mail(PERSONAL_DE), OutboxMemory(KEY, feedback=ALLOWED))
    assert "allowed" not in {reason.code for reason in judgement.reasons}
