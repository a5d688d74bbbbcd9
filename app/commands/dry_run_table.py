"""The dry run as tables for people."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from app.nudge.dry_run import DryRun


def print_dry_run(result: DryRun, subjects: Mapping[int, str]) -> None:
    """`subjects` names each template by one of its subjects."""
    console = Console()
    console.print(f"{result.sends} mails sent, {result.flagged} of them look templated.")
    if result.templates:
        console.print(_templates(result, subjects))
    if not result.nudges:
        console.print("No nudge would have been sent.")
        return
    console.print(f"Nudges that would have been sent: {len(result.nudges)}")
    for nudge in result.nudges:
        console.print(f"  {nudge.at:%Y-%m-%d %H:%M} UTC  about {nudge.count} mails to {nudge.recipients} people")


def _templates(result: DryRun, subjects: Mapping[int, str]) -> Table:
    table = Table("template", "mails", "people", "first", "last", "subject")
    for template in result.templates:
        table.add_row(
            str(template.number),
            str(template.count),
            str(template.recipients),
            f"{template.first:%Y-%m-%d}",
            f"{template.last:%Y-%m-%d}",
            subjects.get(template.number, "")[:60],
        )
    return table
