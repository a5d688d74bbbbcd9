"""Simulated years of reps: what they send, how they take nudges, and what must never happen to them. Seeded."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from app.nudge.facts import Digest, FlaggedSend, NudgeRules, Reaction
from app.nudge.hold_out import draw
from app.nudge.play import Play, Reply, WouldBeNudge
from app.nudge.quiet_hours import OpenHours, QuietHours

YEAR: Final = 2026
TEMPERAMENTS: Final = ("acts", "ignores", "says wrong", "snoozes", "mixed")
PLACES: Final = (
    ("DE-BY", "Europe/Berlin"),
    ("DE", "Europe/Berlin"),
    ("AT", "Europe/Vienna"),
    ("CH-ZH", "Europe/Zurich"),
    ("GB-ENG", "Europe/London"),
    ("IE", "Europe/Dublin"),
    ("US-NY", "America/New_York"),
)
SETTINGS: Final = {
    "defaults": NudgeRules(),
    "two a day, five a week": NudgeRules(cap_per_day=2, cap_per_week=5),
    "the rest in a digest": NudgeRules(rest_in_digest=True),
    "daily digest": NudgeRules(digest=Digest.DAILY),
    "weekly digest": NudgeRules(digest=Digest.WEEKLY),
    "own rule, over 8 people": NudgeRules(remind_above=8),
    "hold-out of a tenth": NudgeRules(hold_out=0.1),
}
# Campaigns in a year; people in one; days that it takes. Most are small and out within an hour.
_CAMPAIGNS: Final = (6, 60)
_SIZES: Final = (2, 3, 4, 5, 6, 9, 14, 25, 60)
_SPREADS: Final = (0, 0, 0, 0, 1, 3, 8, 20)
_LONE_SENDS: Final = (0, 40)
_USED_AGAIN: Final = 0.3
_QUIET: Final = QuietHours.parse("18:00-08:00,sat,sun")


@dataclass(frozen=True, slots=True)
class RepYear:
    """One rep: the settings, the temper, and the flagged sends of a year in time order."""

    settings: str
    temperament: str
    rules: NudgeRules
    sends: tuple[FlaggedSend, ...]


def draw_rep_year(seed: int) -> RepYear:
    """Settings, tempers and places take turns, so that every one of them comes up."""
    random = Random(seed)
    settings = list(SETTINGS)[seed % len(SETTINGS)]
    region, zone = PLACES[random.randrange(len(PLACES))]
    rules = replace(SETTINGS[settings], hours=OpenHours(_QUIET, ZoneInfo(zone), region))
    sends = sorted(_draw_sends(random, ZoneInfo(zone)), key=lambda send: send.sent_at)
    return RepYear(settings, TEMPERAMENTS[seed // len(SETTINGS) % len(TEMPERAMENTS)], rules, tuple(sends))


def _draw_sends(random: Random, zone: ZoneInfo) -> Iterator[FlaggedSend]:
    template = 0
    for _ in range(random.randint(*_CAMPAIGNS)):
        template = random.randint(1, template) if template and random.random() < _USED_AGAIN else template + 1
        yield from _campaign(random, zone, template)
    for _ in range(random.randint(*_LONE_SENDS)):
        score = random.uniform(0.85, 1.0)
        yield FlaggedSend(_moment(random, zone, random.randrange(365)), None, frozenset({random.randrange(300)}), score)


def _campaign(random: Random, zone: ZoneInfo, template: int) -> Iterator[FlaggedSend]:
    first, spread, size = random.randrange(360), random.choice(_SPREADS), random.choice(_SIZES)
    start = _moment(random, zone, first)
    for person in random.sample(range(300), size):
        start += timedelta(minutes=random.expovariate(1 / 3))
        at = start if spread == 0 else _moment(random, zone, first + random.randint(0, spread))
        yield FlaggedSend(at, template, frozenset({person}), random.uniform(0.7, 1.0))


def _moment(random: Random, zone: ZoneInfo, day: int) -> datetime:
    """Mostly within working hours; a tenth at any hour of any day."""
    at = datetime(YEAR, 1, 1, tzinfo=zone) + timedelta(days=day)
    if random.random() < 0.9:
        at -= timedelta(days=max(0, at.weekday() - 4))
        return (at + timedelta(minutes=random.randint(8 * 60, 18 * 60))).astimezone(UTC)
    return (at + timedelta(minutes=random.randrange(24 * 60))).astimezone(UTC)


@dataclass(slots=True)
class Temper:
    """How a rep takes nudges. `snoozes` and `wrongs` remember what was said, for the checks."""

    temperament: str
    random: Random
    snoozes: list[tuple[datetime, datetime]] = field(default_factory=list)
    wrongs: list[tuple[datetime, int | None]] = field(default_factory=list)

    def reply(self, nudge: WouldBeNudge) -> Reply:
        at = nudge.at + timedelta(hours=self.random.uniform(0.1, 30))
        chance = self.random.random()
        match self.temperament:
            case "acts" if chance < 0.6:
                return Reply(Reaction.ANSWER, at)
            case "says wrong" if chance < 0.5:
                return self._wrong(at, nudge)
            case "snoozes" if chance < 0.4:
                return self._snooze(at)
            case "mixed" if chance < 0.3:
                return Reply(Reaction.ANSWER, at, stops=chance < 0.05)
            case "mixed" if chance < 0.4:
                return self._wrong(at, nudge)
            case "mixed" if chance < 0.5:
                return self._snooze(at)
        return Reply(Reaction.SILENCE)

    def _wrong(self, at: datetime, nudge: WouldBeNudge) -> Reply:
        self.wrongs.append((at, nudge.template))
        return Reply(Reaction.WRONG, at)

    def _snooze(self, at: datetime) -> Reply:
        until = at + timedelta(days=self.random.choice((1, 3, 7, 21)))
        self.snoozes.append((at, until))
        return Reply(Reaction.ANSWER, at, snoozed_until=until)


@dataclass(frozen=True, slots=True)
class Played:
    """A rep-year that is over, and what went wrong in it (empty: nothing)."""

    year: RepYear
    play: Play
    temper: Temper
    faults: tuple[str, ...]


def play_year(seed: int) -> Played:
    """Send by send through the policy, then checked by other means than the policy's own."""
    year = draw_rep_year(seed)
    temper = Temper(year.temperament, Random(seed + 1_000_000))
    key = seed.to_bytes(8, "big")
    play = Play(year.rules, temper.reply, lambda first: draw(key, f"{first.template} {first.sent_at}".encode()))
    for send in year.sends:
        play.add(send)
    play.catch_up(datetime.max.replace(tzinfo=UTC))
    return Played(year, play, temper, tuple(faults_of(year, play, temper)))


def faults_of(year: RepYear, play: Play, temper: Temper) -> Iterator[str]:
    """What must not be: a burst without a last word, or a nudge at a wrong time."""
    yield from _lost(year, play)
    yield from _out_of_hours(year, play)
    yield from _over_caps(year, play)
    yield from _against_the_reps_word(play, temper)


def _lost(year: RepYear, play: Play) -> Iterator[str]:
    decided = Counter(send for burst in play.bursts for send in burst.sends)
    if decided != Counter(year.sends):
        yield "a send is in no burst, or in two"
    spoken = sum(burst.is_told for burst in play.bursts)
    if spoken != len(play.nudges):
        yield "nudges and decisions do not match"
    if any(burst.is_waiting for burst in play.bursts):
        yield "a burst waits for ever"


def _out_of_hours(year: RepYear, play: Play) -> Iterator[str]:
    hours = year.rules.hours
    country, _, division = (hours.region or "").partition("-")
    free = holidays.country_holidays(country, subdiv=division or None) if country else {}
    for nudge in play.nudges:
        local = nudge.at.astimezone(hours.zone)
        if local.weekday() > 4 or not 8 <= local.hour < 18:
            yield f"in quiet hours: {local}"
        if local.date() in free:
            yield f"on a holiday: {local}"


def _over_caps(year: RepYear, play: Play) -> Iterator[str]:
    rules = year.rules
    digests = [_day(at, rules) for at in {nudge.at for nudge in play.nudges if nudge.in_digest}]
    singles = [_day(nudge.at, rules) for nudge in play.nudges if not nudge.in_digest]
    lone = [_day(nudge.at, rules) for nudge in play.nudges if nudge.template is None and not nudge.in_digest]
    if _most_alike([*singles, *digests]) > rules.cap_per_day:
        yield "over the cap of a day"
    if _is_crowded(singles, rules.cap_per_week):
        yield "over the cap of a week"
    if rules.digest is not Digest.DAILY and _most_alike(day.isocalendar()[:2] for day in digests) > 1:
        yield "two digests in a week"
    if _most_alike(lone) > 1:
        yield "two lone sends on a day"
    for template in {nudge.template for nudge in play.nudges} - {None}:
        if _is_crowded([_day(nudge.at, rules) for nudge in play.nudges if nudge.template == template], 1):
            yield "the same template twice in seven days"


def _most_alike(values: Iterable[Hashable]) -> int:
    return max(Counter(values).values(), default=0)


def _is_crowded(days: Sequence[date], most: int) -> bool:
    """Whether there are more than that within seven days."""
    in_order = sorted(days)
    return any(later - first < timedelta(7) for first, later in zip(in_order, in_order[most:], strict=False))


def _against_the_reps_word(play: Play, temper: Temper) -> Iterator[str]:
    for nudge in play.nudges:
        if any(said <= nudge.at < until for said, until in temper.snoozes):
            yield "in a snooze"
        # The pause runs from the nudge, not from the answer, which comes up to 30 hours later.
        pause = timedelta(weeks=4, hours=-30)
        if any(said <= nudge.at < said + pause and template == nudge.template for said, template in temper.wrongs):
            yield "after the rep called it wrong"


def _day(at: datetime, rules: NudgeRules) -> date:
    return at.astimezone(rules.hours.zone).date()
