"""How bursts form while the policy is played, and that each has a last word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.nudge.facts import Digest, FlaggedSend, NudgeRules, Reaction, Why
from app.nudge.play import Play, Reply, WouldBeNudge

START = datetime(2026, 3, 6, 9, tzinfo=UTC)  # a Friday
END = datetime.max.replace(tzinfo=UTC)
RULES = NudgeRules()


def send(days: float, person: str, template: int | None = 1, score: float = 0.9) -> FlaggedSend:
    return FlaggedSend(START + timedelta(days=days), template, frozenset({person}), score)


def campaign(days: float, template: int = 1) -> list[FlaggedSend]:
    """Three people within two minutes."""
    return [send(days + minute / 1440, person, template) for minute, person in enumerate(("anna", "boris", "carla"))]


def played(*sends: FlaggedSend, rules: NudgeRules = RULES, reply: Reply | None = None) -> Play:
    play = Play(rules, lambda _: reply or Reply())
    for one in sends:
        play.add(one)
    play.catch_up(END)
    return play


def decided(play: Play) -> list[tuple[int, Why]]:
    """How many sends each burst has, and why it came or not."""
    return [(len(burst.sends), burst.decision.reason) for burst in play.bursts]


def test_a_burst_reaches_over_a_weekend() -> None:
    assert decided(played(send(0, "anna"), send(0.1, "boris"), send(3, "carla"))) == [(3, Why.SETTLED)]


def test_a_burst_ends_with_a_gap_of_more_than_three_days() -> None:
    play = played(send(0, "anna"), send(0.1, "boris"), send(3.2, "carla"))
    assert decided(play) == [(2, Why.TOO_FEW), (1, Why.TOO_FEW)]


def test_a_text_that_trickles_out_is_one_burst() -> None:
    play = played(*(send(2 * number, f"person {number}") for number in range(9)))
    # Told of at the third; the rest goes on as a burst of its own, and is told of a week later.
    assert decided(play) == [(3, Why.SETTLED), (4, Why.SETTLED), (2, Why.TOO_FEW)]


def test_a_new_burst_begins_after_a_nudge() -> None:
    assert decided(played(*campaign(0), *campaign(1))) == [(3, Why.SETTLED), (3, Why.SAME_TEMPLATE)]


def test_a_burst_that_waits_for_its_digest_is_not_lost_to_the_next_of_its_template() -> None:
    play = played(*campaign(0), *campaign(5), rules=replace(RULES, digest=Digest.WEEKLY))
    assert decided(play) == [(3, Why.DIGEST), (3, Why.DIGEST)]
    both = played(*campaign(4), *campaign(8), rules=replace(RULES, digest=Digest.WEEKLY))
    assert [nudge.at.date().isoformat() for nudge in both.nudges] == ["2026-03-16", "2026-03-23"]


def test_a_digest_speaks_of_several_bursts_at_one_moment() -> None:
    play = played(*campaign(0, 1), *campaign(0.1, 2), rules=replace(RULES, digest=Digest.DAILY))
    assert {nudge.at for nudge in play.nudges} == {datetime(2026, 3, 7, 8, tzinfo=UTC)}
    assert [nudge.template for nudge in play.nudges] == [1, 2]


def test_a_template_that_the_rep_stops_is_silent_from_then_on() -> None:
    reply = Reply(Reaction.ANSWER, START + timedelta(days=1), stops=True)
    play = played(*campaign(0), *campaign(30), *campaign(31, template=2), reply=reply)
    assert decided(play) == [(3, Why.SETTLED), (3, Why.STOPPED), (3, Why.SETTLED)]


def test_a_reply_counts_from_when_it_comes() -> None:
    reply = Reply(Reaction.ANSWER, START + timedelta(days=2), snoozed_until=START + timedelta(days=60))
    play = played(*campaign(0), *campaign(1, template=2), *campaign(3, template=3), reply=reply)
    assert decided(play) == [(3, Why.SETTLED), (3, Why.SETTLED), (3, Why.SNOOZED)]


def test_what_is_held_out_pauses_the_template_like_a_nudge_but_is_none() -> None:
    play = Play(replace(RULES, hold_out=0.5), draw=lambda first: 0.4 if first.sent_at == START else 0.6)
    for one in (*campaign(0), *campaign(1)):
        play.add(one)
    play.catch_up(END)
    assert decided(play) == [(3, Why.HELD_OUT), (3, Why.SAME_TEMPLATE)]
    assert play.nudges == list[WouldBeNudge]()


def mails_a_week(play: Play) -> list[int]:
    moments = sorted({nudge.at for nudge in play.nudges})
    weeks = [(moment.date() - START.date()).days // 7 for moment in moments]
    return [weeks.count(week) for week in range(13)]


def test_a_rep_who_ignores_nudges_gets_fewer_and_one_who_answers_does_not() -> None:
    busy = [send for day in range(91) for send in campaign(day, template=day)]
    assert mails_a_week(played(*busy, reply=Reply(Reaction.SILENCE))) == [3, 3, 2, *[1] * 10]
    answered = mails_a_week(played(*busy, reply=Reply(Reaction.ANSWER)))
    assert answered == [3] * 13
