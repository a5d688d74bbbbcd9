"""Public holidays of the rep's region, from the `holidays` library: `DE-BY`, `CH-ZH`, `GB-ENG`, or a country alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Final

import holidays
from babel import Locale
from babel.core import get_global

# Countries whose regions are offered one by one; the library's further cities are not told apart.
DIVIDED: Final = ("DE", "AT", "CH", "GB", "US")
_LONGEST_CODE: Final = 3


class UnknownRegion(ValueError):
    """No public holidays are known of it. `region` is what was asked for."""

    def __init__(self, region: str) -> None:
        super().__init__(f"region: {region!r} is neither a country such as AT nor a region such as DE-BY")
        self.region = region


def check_region(region: str) -> None:
    """Raises `UnknownRegion`."""
    country, _, division = region.partition("-")
    divisions = _divisions_by_country().get(country)
    if divisions is None or (division and division not in divisions) or region.endswith("-"):
        raise UnknownRegion(region)


def is_public_holiday(day: date, region: str | None) -> bool:
    """Whether nobody works there on that day by law; never without a region. A country alone: its national ones."""
    return region is not None and day in _holidays_of(region, day.year)


def usual_region(time_zone: str) -> str | None:
    """The country that a time zone such as `Europe/Vienna` lies in; None for one of no country, such as UTC."""
    country = get_global("zone_territories").get(time_zone)
    return country if country in _divisions_by_country() else None


def countries(language: str) -> Mapping[str, str]:
    """All countries that may be chosen: code -> name in that language, by name."""
    names = Locale(language).territories
    known = {code: str(names.get(code, code)) for code in _divisions_by_country()}
    return dict(sorted(known.items(), key=lambda pair: pair[1].casefold()))


def divisions_of(country: str) -> Mapping[str, str]:
    """Its regions: code such as `DE-BY` -> the name that they have there, by name."""
    names: dict[str, str] = {}
    for name, code in holidays.country_holidays(country).subdivisions_aliases.items():
        if len(code) <= _LONGEST_CODE:
            names.setdefault(f"{country}-{code}", name)
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


@cache
def _divisions_by_country() -> Mapping[str, Sequence[str]]:
    return {country: tuple(divisions) for country, divisions in holidays.list_supported_countries(False).items()}


@cache
def _holidays_of(region: str, year: int) -> frozenset[date]:
    country, _, division = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=division or None, years=year))
