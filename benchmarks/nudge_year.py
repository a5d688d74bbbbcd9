"""Plays simulated rep-years through the nudge policy: what would have been sent, when, and why not the rest.

`python -m benchmarks.nudge_year --reps 1000` checks that caps, quiet hours and holidays hold in every year and that no
burst is lost; it ends with an error where they do not. `--show 3` prints the year of one rep, burst by burst.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from app.nudge.facts import Action
from app.nudge.play import people
from benchmarks.rep_years import SETTINGS, TEMPERAMENTS, play_year


@dataclass(frozen=True, slots=True)
class Figures:
    """One rep-year in numbers: `told` bursts were spoken of by a mail, `reasons` are those of the last decisions."""

    settings: str
    temperament: str
    sends: int
    bursts: int
    mails: int
    told: int
    reasons: Counter[str]
    faults: tuple[str, ...]


def measure(seed: int) -> Figures:
    played = play_year(seed)
    nudges = played.play.nudges
    mails = sum(not nudge.in_digest for nudge in nudges) + len({nudge.at for nudge in nudges if nudge.in_digest})
    reasons = Counter(burst.decision.reason.value for burst in played.play.bursts)
    year = played.year
    return Figures(
        settings=year.settings,
        temperament=year.temperament,
        sends=len(year.sends),
        bursts=len(played.play.bursts),
        mails=mails,
        told=len(nudges),
        reasons=reasons,
        faults=played.faults,
    )


def show(seed: int) -> None:
    """The year of one rep."""
    played = play_year(seed)
    year = played.year
    print(f"{year.settings}; the rep {year.temperament}; {year.rules.hours.region}\n")
    for burst in sorted(played.play.bursts, key=lambda burst: burst.at):
        local = burst.at.astimezone(year.rules.hours.zone)
        template = burst.sends[0].template
        about = f"{len(burst.sends):3} mails to {people(burst.sends):3} people"
        name = "alone" if template is None else f"text {template}"
        action = burst.decision.action.value if burst.is_told else Action.SILENT.value
        print(f"{local:%a %d %b %H:%M}  {name:8} {about}  {action:11} {burst.decision.reason}")
    print(f"\n{len(played.play.nudges)} of {len(played.play.bursts)} bursts were told of.")


def report(years: Iterable[Figures]) -> int:
    """Prints the tables; returns how many faults there were."""
    measured = list(years)
    by_settings, by_temperament = defaultdict(list), defaultdict(list)
    for one in measured:
        by_settings[one.settings].append(one)
        if one.settings == next(iter(SETTINGS)):
            by_temperament[one.temperament].append(one)
    print(f"{len(measured)} rep-years, {sum(one.sends for one in measured)} flagged sends\n")
    _table("settings", {name: by_settings[name] for name in SETTINGS})
    _table("with the defaults, a rep who", {name: by_temperament[name] for name in TEMPERAMENTS})
    reasons = sum((one.reasons for one in measured), Counter[str]())
    print("| decided last | bursts |\n| --- | --- |")
    for reason, count in reasons.most_common():
        print(f"| {reason} | {count} |")
    faults = Counter(fault.split(":")[0] for one in measured for fault in one.faults)
    print("\nfaults:", dict(faults) or "none")
    return faults.total()


def _table(title: str, groups: dict[str, list[Figures]]) -> None:
    print(f"| {title} | bursts a year | mails a year | most | told of |\n| --- | --- | --- | --- | --- |")
    for name, group in groups.items():
        if not group:
            continue
        bursts, mails = sum(one.bursts for one in group), [one.mails for one in group]
        told = sum(one.told for one in group)
        row = (f"{bursts / len(group):.0f}", f"{sum(mails) / len(group):.1f}", max(mails), f"{told / bursts:.0%}")
        print(f"| {name} | {' | '.join(map(str, row))} |")
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=1000)
    parser.add_argument("--show", type=int, metavar="SEED")
    chosen = parser.parse_args()
    if chosen.show is not None:
        show(chosen.show)
        return 0
    with ProcessPoolExecutor(2) as pool:
        return min(1, report(pool.map(measure, range(chosen.reps), chunksize=10)))


if __name__ == "__main__":
    sys.exit(main())
