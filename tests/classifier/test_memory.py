"""The memory of an outbox as it is stored and built anew."""

from dataclasses import replace

import pytest

from classifier import Judge, OutboxMemory
from tests.classifier.mails import KEY, TEMPLATE_DE, TEMPLATE_EN, campaign, mail, replay


def rebuilt(judge: Judge, samples_before: int) -> OutboxMemory:
    """A memory made of what was stored, templates as the judgements said in the end."""
    judgements = replay(judge, campaign(TEMPLATE_DE, samples_before))
    templates = {judgement.remembered.send_id: judgement.template for judgement in judgements}
    for judgement in judgements:
        templates.update(judgement.regrouped)
    return OutboxMemory(
        KEY, (replace(one.remembered, template=templates[one.remembered.send_id]) for one in judgements)
    )


@pytest.mark.parametrize("before", [1, 2, 3, 6])
def test_a_memory_built_from_what_was_stored_judges_the_same(judge: Judge, before: int) -> None:
    fresh = OutboxMemory(KEY)
    replay(judge, campaign(TEMPLATE_DE, before), fresh)
    nine = mail(TEMPLATE_DE, 9, days=9)
    restored = judge.judge("next", nine, rebuilt(judge, before))
    direct = judge.judge("next", nine, fresh)
    assert replace(restored, remembered=direct.remembered) == direct
    assert restored.remembered.sketch[13:] == direct.remembered.sketch[13:]


def test_the_number_of_a_template_stays_after_a_restart(judge: Judge) -> None:
    memory = rebuilt(judge, 4)
    assert judge.judge("next", mail(TEMPLATE_DE, 7, days=7), memory).template == 1


def test_a_new_template_gets_a_new_number_after_a_restart(judge: Judge) -> None:
    memory = rebuilt(judge, 4)
    judgements = [judge.judge(f"new {person}", mail(TEMPLATE_EN, person), memory) for person in range(3)]
    assert judgements[-1].template not in (None, 1)


def test_what_is_stored_holds_no_text_and_no_address(judge: Judge) -> None:
    remembered = replay(judge, campaign(TEMPLATE_DE, 3))[-1].remembered
    stored = remembered.sketch + b"".join(remembered.recipients)
    for word in ("Rüstzeiten", "Betrieben", "stein", "carla"):
        assert word.encode() not in stored


def test_two_outboxes_with_other_keys_share_no_hash(judge: Judge) -> None:
    one, other = (judge.judge("1", mail(TEMPLATE_DE), OutboxMemory(key)).remembered for key in (b"one", b"other"))
    assert not set(one.recipients) & set(other.recipients)
    assert one.sketch[13:] != other.sketch[13:]


def test_a_number_that_cannot_be_ours_is_refused(judge: Judge) -> None:
    remembered = replay(judge, campaign(TEMPLATE_DE, 1))[0].remembered
    with pytest.raises(ValueError, match="out of range"):
        OutboxMemory(KEY, [replace(remembered, template=1 << 40)])


def test_a_send_with_an_unreadable_sketch_is_only_counted(judge: Judge) -> None:
    remembered = replay(judge, campaign(TEMPLATE_DE, 1))[0].remembered
    memory = OutboxMemory(KEY, [replace(remembered, sketch=b"\x07 other version")])
    assert judge.judge("next", mail(TEMPLATE_DE, 1), memory).siblings == ()


def test_a_send_without_a_number_joins_no_stranger(judge: Judge) -> None:
    stored = [judgement.remembered for judgement in replay(judge, campaign(TEMPLATE_DE, 2))]
    excluded = replace(stored[0], send_id="excluded", sketch=b"", recipients=())
    memory = OutboxMemory(KEY, [excluded, *stored])
    assert set(judge.judge("next", mail(TEMPLATE_DE, 5, days=5), memory).siblings) == {"0", "1"}


def test_an_automatic_mail_that_was_stored_is_nobody_s_sibling(judge: Judge) -> None:
    automatic = mail(TEMPLATE_DE, 7, headers={"auto-submitted": "auto-replied"})
    stored = judge.judge("automatic", automatic, OutboxMemory(KEY)).remembered
    memory = OutboxMemory(KEY, [stored])
    samples = campaign(TEMPLATE_DE, 3)
    assert set(replay(judge, samples, memory)[-1].siblings) == {"0", "1"}
