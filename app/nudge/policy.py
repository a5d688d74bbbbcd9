"""When a rep is nudged about a burst: one pure function and its table of rules, tried from the top.

| # | rule | outcome |
| --- | --- | --- |
| 1 | the rep stopped nudges about this template | silent `stopped` |
| 2 | every send is older than the connecting of the mailbox | silent `before_connecting` |
| 3 | the sends went to nobody but people whom the rep wants no nudges about | silent `not_for_person` |
| 4 | a nudge about this template (a lone send: about one) was called wrong in the last four weeks | silent `wrong` |
| 5 | to fewer people than needed: `least_recipients`, or over `remind_above` (a lone send: unsure) | silent `too_few` |
| 6 | two nudges in a row were called wrong in the last four weeks: as 5, two people more, or surer | silent `doubted` |
| 7 | `settle` after the last send not over, nor `longest_wait` times that since it ripened | at `settling` |
| 8 | the rep snoozed all nudges beyond that | at the end of it `snoozed` |
| 9 | quiet hours, a quiet day or a public holiday at that moment | at the next open moment `quiet`, `holiday` |
| 10 | the rep chose a digest, or ignored twelve nudges in a row | join the digest `digest`, `backing_off` |
| 11 | by then a nudge about this template (a lone send: one alike) within `template_pause` | silent `same_template` |
| 12 | by then over `longest_age` of open time, or seven days, since the last send | silent `too_late`, `snoozed` |
| 13 | the caps of that day and of the seven days up to it are used up | at a later day `cap`, `backing_off` |
| 14 | too old, as in rule 12, by the day that rule 13 allows | silent `cap`, `backing_off` |
| 15 | that moment has come, but the burst's draw is in the hold-out | silent `held_out` |
| 16 | that moment has come | now `settled`, `own_rule` |

A burst ripens with the send that makes it enough for rule 5, or where a later flurry of sends begins. Days are the
rep's local days. The caps are `cap_per_day` and `cap_per_week`, with at most one lone send a day. Every four nudges
ignored in a row lower the second (2, 1, then rule 10), every answer takes back one such step. A digest comes once in
its day or week, on no day that has had its nudges, and waits out the template's pause; after seven or fourteen days it
is too late. With `rest_in_digest`, what rules 12 and 14 leave over joins a weekly digest.

"At" is no promise: the caller asks again at that time, as other nudges may have gone out first.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.nudge import digest
from app.nudge.facts import (
    WEEK,
    Action,
    BurstFacts,
    Decision,
    Digest,
    FlaggedSend,
    NudgeHistory,
    NudgeRules,
    PastNudge,
    Reaction,
    Why,
)
from app.nudge.reactions import DIGEST_ONLY, FEWER, is_called_wrong, is_doubted, steps_down
from app.nudge.sufficiency import Need, needed

__all__ = [
    "Action",
    "BurstFacts",
    "Decision",
    "Digest",
    "FlaggedSend",
    "NudgeHistory",
    "NudgeRules",
    "PastNudge",
    "Reaction",
    "Why",
    "decide",
]

LONE_A_DAY: Final = 1
DAY: Final = timedelta(days=1)


def decide(now: datetime, rules: NudgeRules, burst: BurstFacts, history: NudgeHistory) -> Decision:
    """What to do about a burst at `now` (aware), as the table of this module says."""
    sends = _counting(burst)
    need = needed(rules, in_doubt=is_doubted(now, history))
    refusal = _refusal(now, burst, sends, history)
    if refusal is None and not need.is_met_by(sends):
        refusal = Why.DOUBTED if needed(rules, in_doubt=False).is_met_by(sends) else Why.TOO_FEW
    if refusal is not None:
        return Decision(Action.SILENT, refusal)
    steps = steps_down(now, history) if rules.back_off else 0
    case = _Case(now, rules, history, sends, need, steps)
    decision = _join(case, Why.DIGEST) if rules.digest is not Digest.SINGLE else _tell_singly(case)
    is_due = decision.action is Action.NOW or (decision.at is not None and decision.at <= now)
    is_held_out = is_due and burst.draw < rules.hold_out
    return replace(decision, action=Action.SILENT, reason=Why.HELD_OUT) if is_held_out else decision


def _counting(burst: BurstFacts) -> list[FlaggedSend]:
    """The sends since connecting to anybody who is not spared, oldest first."""
    sends = burst.since_connecting()
    if not burst.spared:
        return sends
    remaining = (replace(send, recipients=send.recipients - burst.spared) for send in sends)
    return [send for send in remaining if send.recipients]


def _refusal(now: datetime, burst: BurstFacts, counting: list[FlaggedSend], history: NudgeHistory) -> Why | None:
    if burst.stopped:
        return Why.STOPPED
    if not counting:
        return Why.NOT_FOR_PERSON if burst.since_connecting() else Why.BEFORE_CONNECTING
    return Why.WRONG if is_called_wrong(now, burst.template, history) else None


@dataclass(frozen=True, slots=True)
class _Case:
    """A burst that is worth a nudge, and all that bears on when: `sends` are those that count, oldest first."""

    now: datetime
    rules: NudgeRules
    history: NudgeHistory
    sends: list[FlaggedSend]
    need: Need
    steps: int

    @property
    def template(self) -> int | None:
        return self.sends[0].template

    @property
    def last(self) -> datetime:
        return self.sends[-1].sent_at

    def settles_at(self) -> datetime:
        flurry, settle = self.last, self.rules.settle
        for send in reversed(self.sends):
            if flurry - send.sent_at > settle:
                break
            flurry = send.sent_at
        # A sender's clock may be wrong: no send counts as later than now.
        ripened = min(self.now, max(flurry, self.need.met_at(self.sends)))
        return min(min(self.now, self.last) + settle, ripened + self.rules.longest_wait * settle)

    def after_snooze(self, moment: datetime) -> datetime:
        return max(moment, self.history.snoozed_until or moment)

    def lateness(self) -> Why:
        snoozed = self.history.snoozed_until
        return Why.SNOOZED if snoozed is not None and snoozed > self.last else Why.TOO_LATE

    def is_too_old(self, moment: datetime) -> bool:
        return moment - self.last > WEEK or self.rules.hours.open_time(self.last, moment) > self.rules.longest_age

    def is_paused(self, moment: datetime) -> bool:
        day = self.rules.hours.day(moment)
        named = (self.rules.hours.day(past.at) for past in self.history.nudges if self._is_same_text(past))
        return any(day - past < self.rules.template_pause for past in named)

    def _is_same_text(self, past: PastNudge) -> bool:
        if self.template is not None:
            return past.template == self.template
        text = self.sends[0].text
        return text is not None and past.template is None and past.text == text

    def days_with_mail(self) -> list[date]:
        """One day for each mail so far."""
        singles = [past.at for past in self.history.nudges if not past.in_digest]
        digests = {past.at for past in self.history.nudges if past.in_digest}
        return [self.rules.hours.day(at) for at in (*singles, *digests)]


def _tell_singly(case: _Case) -> Decision:
    if case.steps == DIGEST_ONLY:
        return _join(case, Why.BACKING_OFF)
    hours = case.rules.hours
    settled = max(case.now, case.settles_at())
    wanted = case.after_snooze(settled)
    opened = hours.next_open(wanted)
    if case.is_paused(opened):
        return Decision(Action.SILENT, Why.SAME_TEMPLATE)
    if case.is_too_old(opened):
        return _leave_over(case, case.lateness())
    over_cap = Why.BACKING_OFF if case.steps else Why.CAP
    allowed = _next_day_below_caps(case, opened)
    if allowed is None:
        return _leave_over(case, over_cap)
    if allowed <= case.now:
        return Decision(Action.NOW, Why.SETTLED if case.rules.remind_above is None else Why.OWN_RULE)
    if allowed > opened:
        return _at(allowed, over_cap)
    if opened > wanted:
        return _at(opened, _why_closed(case, wanted, opened))
    return _at(opened, Why.SNOOZED if wanted > settled else Why.SETTLING)


def _leave_over(case: _Case, why: Why) -> Decision:
    return _join(case, Why.DIGEST) if case.rules.rest_in_digest else Decision(Action.SILENT, why)


def _at(moment: datetime, why: Why) -> Decision:
    return Decision(Action.AT, why, moment.astimezone(UTC))


def _why_closed(case: _Case, wanted: datetime, opened: datetime) -> Why:
    """A holiday is to blame where it would have been open earlier without."""
    hours = replace(case.rules.hours, region=None)
    return Why.HOLIDAY if hours.next_open(wanted) < opened else Why.QUIET


def _next_day_below_caps(case: _Case, moment: datetime) -> datetime | None:
    """`moment`, or the first open one of a later day below the caps; None when the burst is too old by then."""
    hours = case.rules.hours
    while not case.is_too_old(moment):
        day = hours.day(moment)
        if _is_below_caps(case, day):
            return moment
        moment = hours.next_open(hours.at(day + DAY, time()))
    return None


def _is_below_caps(case: _Case, day: date) -> bool:
    rules, days = case.rules, case.days_with_mail()
    fewer = FEWER[case.steps]
    per_week = rules.cap_per_week if fewer is None else min(fewer, rules.cap_per_week)
    lone = [rules.hours.day(past.at) for past in case.history.nudges if past.template is None]
    if case.template is None and lone.count(day) >= LONE_A_DAY:
        return False
    return days.count(day) < rules.cap_per_day and sum(day - WEEK < past <= day for past in days) < per_week


def _join(case: _Case, why: Why) -> Decision:
    """The first digest that has room for the burst, unless it is too old by then."""
    hours, kind = case.rules.hours, case.rules.digest
    if kind is Digest.SINGLE:
        kind = Digest.WEEKLY
    moment = digest.next_digest(case.after_snooze(case.settles_at()), kind, hours)
    moment = hours.next_open(max(moment, case.now))
    paused = False
    while moment - case.last <= digest.LONGEST_AGE[kind]:
        paused = case.is_paused(moment)
        if not paused and _has_room(case, moment, kind):
            return Decision(Action.JOIN_DIGEST, why, moment.astimezone(UTC))
        moment = digest.next_morning(moment, hours)
    return Decision(Action.SILENT, Why.SAME_TEMPLATE if paused else case.lateness())


def _has_room(case: _Case, moment: datetime, kind: Digest) -> bool:
    hours = case.rules.hours
    if digest.has_had_one(moment, kind, hours, case.history):
        return False
    others = [past.at for past in case.history.nudges if not (past.in_digest and past.at == moment)]
    return sum(hours.day(at) == hours.day(moment) for at in others) < max(1, case.rules.cap_per_day)
