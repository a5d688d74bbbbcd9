"""Which days are public holidays where, and which regions are known."""

from datetime import date

import pytest

from app.nudge.public_holidays import (
    DIVIDED,
    UnknownRegion,
    check_region,
    countries,
    divisions_of,
    is_public_holiday,
    usual_region,
)


@pytest.mark.parametrize(
    ("region", "day", "is_holiday"),
    [
        ("DE", date(2026, 10, 3), True),
        ("DE", date(2026, 11, 1), False),
        ("DE-NW", date(2026, 11, 1), True),
        ("DE-BY", date(2026, 1, 6), True),
        ("AT", date(2026, 10, 26), True),
        ("CH-ZH", date(2026, 5, 1), True),
        ("CH", date(2026, 5, 1), False),
        ("GB-ENG", date(2026, 8, 31), True),
        ("GB-SCT", date(2026, 8, 31), False),
        ("US-NY", date(2026, 7, 3), True),  # the Friday before, as the 4th is a Saturday
        ("IE", date(2026, 3, 17), True),
        (None, date(2026, 12, 25), False),
    ],
)
def test_public_holidays_are_those_of_the_region(region: str | None, day: date, is_holiday: bool) -> None:
    assert is_public_holiday(day, region) is is_holiday


@pytest.mark.parametrize("region", ["", "de", "XX", "DE-", "DE-XX", "DE-BY-x", "../etc"])
def test_an_unknown_region_is_refused_and_named(region: str) -> None:
    with pytest.raises(UnknownRegion) as refusal:
        check_region(region)
    assert refusal.value.region == region


def test_a_time_zone_tells_its_country() -> None:
    zones = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/London", "America/New_York", "Europe/Dublin")
    assert [usual_region(zone) for zone in zones] == ["DE", "AT", "CH", "GB", "US", "IE"]
    assert usual_region("UTC") is None


def test_every_region_on_offer_is_known() -> None:
    offered = [*countries("de"), *(code for country in DIVIDED for code in divisions_of(country))]
    for region in offered:
        check_region(region)
    assert [len(divisions_of(country)) for country in DIVIDED] == [16, 9, 26, 4, 57]


def test_countries_are_named_in_the_readers_language() -> None:
    assert (countries("de")["AT"], countries("en")["AT"]) == ("Österreich", "Austria")
    assert divisions_of("DE")["DE-BY"] == "Bayern"
