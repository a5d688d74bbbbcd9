"""The tables of rounds as they stand in `docs/reliability.md`, between two marks of their own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.crash.matrix import Tally
from tests.crash.points import POINTS

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN: Final = "<!-- written by `make crash-matrix` -->\n"
END: Final = "<!-- end of what it wrote -->\n"

# By number of the point; 0 stands for the kills at random.
Tallies = Mapping[int, Tally]


def tables(day: str, by_database: Mapping[str, Tallies]) -> str:
    """A row for each point that was played, then one for the kills at random, with a group of columns each."""
    groups = [f"{name}: {what}" for name in by_database for what in ("killed", "recovered", "sends", "nudges 1/0/2")]
    lines = [f"Played on {day}.", "", *_heading("no.", "kill -9", *groups)]
    for number in [*POINTS, 0]:
        found = [tallies.get(number, Tally()) for tallies in by_database.values()]
        if any(tally.rounds for tally in found):
            words = POINTS[number].words if number else "at random, under load"
            lines.append(_row(number or "", words, *(cell for tally in found for cell in _cells(tally))))
    lines += ["", *(_sum(name, tallies) for name, tallies in by_database.items())]
    return "\n".join(lines) + "\n"


def write(text: str) -> None:
    """Renew what stands between the marks, or add it to the end."""
    old = DOCUMENT.read_text("utf-8") if DOCUMENT.exists() else "# Reliability\n\n## Crash matrix\n\n"
    if BEGIN not in old:
        old = f"{old.rstrip()}\n\n{BEGIN}{END}"
    before, _, rest = old.partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")


def _sum(name: str, tallies: Tallies) -> str:
    total = Tally()
    for tally in tallies.values():
        total += tally
    return (
        f"- {name}: {total.rounds} rounds, {total.kills} kills, {total.recovered} rounds recovered, "
        f"{total.judged} sends judged once each, {sum(total.nudges.values())} bursts: "
        f"{_nudges(total)} with one, no and two nudges; {total.capped} given up after two attempts."
    )


def _cells(tally: Tally) -> tuple[object, ...]:
    return tally.kills, f"{tally.recovered} of {tally.rounds}", tally.judged, _nudges(tally)


def _nudges(tally: Tally) -> str:
    return " / ".join(str(tally.nudges[count]) for count in (1, 0, 2))


def _heading(*cells: str) -> list[str]:
    return [_row(*cells), _row(*("---" for _ in cells))]


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"
