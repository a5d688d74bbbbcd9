"""One score from all evidence: log-odds that add up, each share of it a reason that can be shown. Pure functions.

sum = style + sameness + structure - what speaks against - the bar that style alone must reach; flagged where it is >= 0

The score is the sum as a probability: how many mails with such a sum were bulk in outboxes of known truth. Only
the sum decides, and its bar was set for precision.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from classifier.families import ALIKE
from classifier.outbox import Match
from classifier.routine import Routine
from classifier.structure import Structure
from classifier.style import Style
from classifier.values import Reason

# The prose of a family of many copies must read so far like sales beside routine notes.
LOWEST_STYLE = 1.5
# Where style abstains, sameness alone must be nearly perfect and wide, or something of the structure must help.
ABSTAINING_BAR = 4.2
_ABSTAINING_REACH = 4.5

_LEAST_LIKENESS = 0.20
_LEAST_TOPIC, _FULL_TOPIC = 0.25, 0.60
_MANY = 8  # recipients outside the own company that make one mail a mailing
_SHOWN = 0.02  # smaller shares of the log-odds are not worth a reason

_UNSUBSCRIBE, _TOOL, _PIXEL, _LINKS = 1.5, 0.7, 0.5, 0.3
_MERGE_FIELD, _MORE_MERGE_FIELDS = 1.8, 0.6
_REPLY, _INTERNAL, _CALENDAR = -1.2, -3.0, -3.0
_KNOWN_STEP, _KNOWN_MOST = -0.4, 3
_REFUSED_STEP, _REFUSED_MOST = -0.75, 4
_NEVER = -50.0
_SETTLED = -3.0  # log-odds of a mail that the rep's own word keeps from being flagged


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a sum of log-odds into a probability: a line through `knots`, pairs of a sum and the calibrated log-odds.

    Both rise from knot to knot; beyond the ends the line is flat. Without knots the sum stands for itself.
    """

    knots: tuple[tuple[float, float], ...] = ()

    def to_score(self, log_odds: float) -> float:
        """Return the probability, 0..1, for a sum of log-odds."""
        if self.knots:
            log_odds = _interpolate(self.knots, log_odds)
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, log_odds))))


def _interpolate(knots: Sequence[tuple[float, float]], value: float) -> float:
    place = bisect_left(knots, (value,))
    if place in {0, len(knots)}:
        return knots[min(place, len(knots) - 1)][1]
    (left, low), (right, high) = knots[place - 1 : place + 1]
    return low + (high - low) * (value - left) / (right - left)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one send; `style` is None where the language abstains, `bar` what style alone must reach.

    `said` is the rep's word that keeps such a mail from being flagged ("allowed", "not_for_person"), `refused_style`
    how often the rep said that style was wrong.
    """

    style: Style | None
    bar: float
    match: Match
    when: datetime
    structure: Structure
    routine: Routine | None
    personal_before: int
    said: str | None = None
    refused_style: int = 0


def weigh(evidence: Evidence) -> tuple[float, tuple[Reason, ...]]:
    """Return the sum of the evidence less the bar, in log-odds, and the reasons that add up to it, strongest first."""
    if evidence.structure.automatic:
        return _NEVER, (Reason("automatic", _NEVER),)
    reasons = [*_style(evidence.style), *_sameness(evidence), *_structure(evidence.structure), *_against(evidence)]
    log_odds = sum(reason.weight for reason in reasons) - evidence.bar
    if evidence.said and log_odds >= 0:
        reasons.append(Reason(evidence.said, _SETTLED - log_odds))
        log_odds = _SETTLED
    shown = sorted((one for one in reasons if abs(one.weight) >= _SHOWN), key=lambda one: -abs(one.weight))
    return log_odds, tuple(shown)


def _style(style: Style | None) -> Iterable[Reason]:
    if style is None:
        return
    yield Reason("style", style.ngrams, {"percent": round(100 * style.probability)})
    for code, weight in style.cues.items():
        yield Reason(code, weight, {"count": style.counts[code]})


def _sameness(evidence: Evidence) -> Iterable[Reason]:
    """Copies, and many recipients at once: together they reach at most what style alone may lack.

    A text that went to many people is no personal mail, however personal it reads, and nobody answers all of them in
    the same words; it may be a routine note, though. So copies take back what speaks for a personal mail.
    """
    structure, match, style = evidence.structure, evidence.match, evidence.style
    room = _ABSTAINING_REACH if style is None else evidence.bar - LOWEST_STYLE + style.copied - style.log_odds
    if structure.reply:
        room -= _REPLY
    # Copies of a text that reads much like a routine note give nothing, but they do not speak against it either.
    room = max(0.0, room)
    for code, share, facts in (
        ("same_text", _copy_share(match, evidence.style is None), _copy_facts(evidence)),
        ("hidden_recipients", 0.5 * _step(structure.hidden, 3, 2 * _MANY), {"count": structure.hidden}),
        ("many_recipients", 0.5 * _step(structure.outsiders, _MANY, 4 * _MANY), {"count": structure.outsiders}),
    ):
        if share * room > 0:
            yield Reason(code, room * share, facts)
            room -= room * share


def _copy_share(match: Match, abstains: bool) -> float:
    """Return 0..1: how like the text is to its siblings, times how many people there are."""
    if not match.template or not match.siblings:
        return 0.0
    likeness = max(_step(match.coverage.share, _LEAST_LIKENESS, ALIKE), _step(match.topic, _LEAST_TOPIC, _FULL_TOPIC))
    wide = _step(match.people, -3, 9) if abstains else _step(match.people, -24, 6)
    return likeness * wide


def _step(value: float, least: float, most: float) -> float:
    return max(0.0, min(1.0, (value - least) / (most - least)))


def _copy_facts(evidence: Evidence) -> dict[str, int | float | str]:
    siblings = evidence.match.siblings
    if not siblings:
        return {}
    return {
        "siblings": len(siblings),
        "recipients": evidence.match.people,
        "percent": round(100 * evidence.match.coverage.share),
        "days": max(abs((evidence.when - sibling.sent_at).days) for sibling in siblings),
    }


def _structure(structure: Structure) -> Iterable[Reason]:
    if structure.merge_fields:
        weight = _MERGE_FIELD + (_MORE_MERGE_FIELDS if structure.merge_fields > 1 else 0.0)
        yield Reason("merge_field", weight, {"count": structure.merge_fields})
    if structure.unsubscribe_header:
        yield Reason("unsubscribe_header", _UNSUBSCRIBE)
    if structure.tool:
        yield Reason("sequence_tool", _TOOL, {"tool": structure.tool})
    if structure.pixels:
        yield Reason("tracking_pixel", _PIXEL)
    if structure.tracked_links:
        yield Reason("tracking_links", _LINKS, {"count": structure.tracked_links})


def _against(evidence: Evidence) -> Iterable[Reason]:
    structure = evidence.structure
    if structure.reply:
        yield Reason("reply", _REPLY)
    if structure.internal:
        yield Reason("internal", _INTERNAL)
    if structure.calendar:
        yield Reason("calendar", _CALENDAR)
    if evidence.routine:
        yield Reason("routine_note", -evidence.routine.strength, {"kind": evidence.routine.kind})
    if evidence.personal_before:
        weight = _KNOWN_STEP * min(evidence.personal_before, _KNOWN_MOST)
        yield Reason("known_recipient", weight, {"count": evidence.personal_before})
    if evidence.refused_style and evidence.style:
        weight = _REFUSED_STEP * min(evidence.refused_style, _REFUSED_MOST)
        yield Reason("style_refused", weight, {"count": evidence.refused_style})
