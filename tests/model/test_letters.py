"""What the model and the fault runs rely on: the classifier takes these texts for what their module says."""

from datetime import UTC, datetime, timedelta

import pytest

from app.intake.samples import sample_of
from app.mail.message import read_message
from app.nudge.policy import NudgeRules
from classifier import Judge, OutboxMemory
from tests.flow.mails import PEOPLE
from tests.model.letters import TEXTS, round_letter

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", range(len(TEXTS)))
def test_a_text_is_worth_a_nudge_from_its_third_copy_on_and_not_before(text: int) -> None:
    judge, memory = Judge.load(), OutboxMemory(bytes(32))
    worth = []
    for number, person in enumerate(PEOPLE):
        at = AT + timedelta(minutes=number)
        sample = sample_of(read_message(round_letter(text, person, number, at)), at)
        judgement = judge.judge(str(number), sample, memory)
        in_template = judgement.template is not None
        worth.append(judgement.flagged and (in_template or judgement.score >= NudgeRules().sure_score))
    assert worth == [False, False, True, True, True]
