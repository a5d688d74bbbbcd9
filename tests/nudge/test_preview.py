"""What other settings would have brought in the last 30 days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.nudge.facts import Digest, FlaggedSend, NudgeRules, Why
from app.nudge.preview import Preview, preview

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
RULES = NudgeRules()


def campaign(days_ago: float, template: int, people: int = 4) -> list[FlaggedSend]:
    start = NOW - timedelta(days=days_ago)
    return [FlaggedSend(start, template, frozenset({f"person {n}"}), 0.9) for n in range(people)]


MONTH = [*campaign(20, 1), *campaign(18, 1), *campaign(10, 2, people=2), *campaign(9, 3), *campaign(0.001, 4)]


def test_it_tells_when_nudges_would_have_come_and_why_not_the_others() -> None:
    times = tuple(NOW - timedelta(days=days) + timedelta(minutes=10) for days in (20, 9))
    assert preview(MONTH, RULES, NOW) == Preview(times, {Why.SAME_TEMPLATE: 1, Why.TOO_FEW: 1, Why.SETTLING: 1})


def test_a_digest_counts_once() -> None:
    sends = [*campaign(5, 1), *campaign(4.9, 2)]
    assert len(preview(sends, replace(RULES, digest=Digest.WEEKLY), NOW).moments) == 1


def test_older_sends_and_the_hold_out_do_not_count() -> None:
    rules = replace(RULES, hold_out=0.5)
    assert len(preview([*campaign(30.1, 1), *campaign(2, 2)], rules, NOW).moments) == 1


def test_no_sends_would_have_brought_nothing() -> None:
    assert preview([], RULES, NOW) == Preview((), {})
