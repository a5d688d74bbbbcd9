"""What nudges a rep would have had."""

from datetime import UTC, datetime, timedelta

from app.nudge.dry_run import DryRun, TemplateSummary, dry_run
from app.nudge.play import WouldBeNudge
from app.nudge.policy import FlaggedSend, NudgeRules

START = datetime(2026, 3, 9, 9, tzinfo=UTC)  # a Monday
RULES = NudgeRules()


def send(minutes: float, person: str, template: int | None = 1, score: float = 0.9) -> FlaggedSend:
    return FlaggedSend(START + timedelta(minutes=minutes), template, frozenset({person}), score)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def many(number: int, template: int = 1, start: float = 0) -> list[FlaggedSend]:
    return [send(start + minute, f"person {minute}", template) for minute in range(number)]


def test_one_burst_would_have_been_one_nudge_when_it_had_settled() -> None:
    assert dry_run(20, many(5), RULES) == DryRun(
        sends=20,
        flagged=5,
        templates=(TemplateSummary(1, 5, 5, after(0), after(4)),),
        nudges=(WouldBeNudge(after(14), 1, 5, 5, after(0)),),
    )


def test_nothing_flagged_is_nothing_to_tell() -> None:
    assert dry_run(20, [], RULES) == DryRun(20, 0, (), ())


def test_the_order_of_sends_does_not_matter() -> None:
    assert dry_run(5, reversed(many(5)), RULES) == dry_run(5, many(5), RULES)


def test_templates_come_with_the_most_sent_first_and_count_people_once() -> None:
    run = dry_run(9, [*many(3), *many(4, template=2), send(9, "person 0", 2)], RULES)
    assert [(summary.number, summary.count, summary.recipients) for summary in run.templates] == [(2, 5, 4), (1, 3, 3)]


def test_a_second_template_on_the_same_day_waits_for_the_next_day() -> None:
    run = dry_run(8, [*many(4), *many(4, template=2, start=60)], RULES)
    assert [(nudge.template, nudge.at.day) for nudge in run.nudges] == [(1, 9), (2, 10)]


def test_a_template_sent_every_day_is_named_once_a_week() -> None:
    run = dry_run(60, [day for n in range(15) for day in many(4, start=n * 1440)], RULES)
    assert [nudge.at.day for nudge in run.nudges] == [9, 16, 23]


def test_the_next_nudge_counts_from_the_one_before() -> None:
    run = dry_run(60, [day for n in range(8) for day in many(4, start=n * 1440)], RULES)
    assert [(nudge.count, nudge.since) for nudge in run.nudges] == [(4, after(0)), (28, after(1440))]


def test_each_very_sure_mail_outside_any_template_stands_for_itself() -> None:
    alone = [send(0, "anna", None, 0.99), send(0, "boris", None, 0.99), send(3000, "carla", None, 0.5)]
    run = dry_run(3, alone, RULES)
    assert [(nudge.at.day, nudge.recipients) for nudge in run.nudges] == [(9, 1), (10, 1)]
    assert run.templates == ()
