"""The time zones to choose from: one name for each place, as the tz database lists them, without the older names."""

from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import available_timezones

_AREAS: Final = ("Europe", "Africa", "America", "Asia", "Atlantic", "Australia", "Indian", "Pacific")


@cache
def zones_by_area() -> dict[str, list[str]]:
    """By continent or ocean."""
    zones = sorted(_listed() & available_timezones())
    return {area: [zone for zone in zones if zone.startswith(f"{area}/")] for area in _AREAS}


def _listed() -> set[str]:
    """The third column of `zone.tab`: country, coordinates, name. Links to other names do not stand there."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    return {line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")}
