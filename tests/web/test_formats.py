"""Dates, times and numbers as the reader writes them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from app.texts import Language
from app.web.rendering import page_environment

NOW = datetime(2026, 3, 4, 13, 5, 12, tzinfo=UTC)


def said(language: Language, template: str, **values: Any) -> str:
    """The text of a small template, as it reads without its markup."""
    source = page_environment(language).from_string("{{ " + template + " }}")
    return LexborHTMLParser(source.render(zone=ZoneInfo("Europe/Berlin"), now=NOW, **values)).text()


@pytest.mark.parametrize(
    ("age", "german", "english"),
    [
        (timedelta(seconds=12), "vor 12 Sekunden", "12 seconds ago"),
        (timedelta(0), "vor 1 Sekunde", "1 second ago"),
        (timedelta(seconds=-30), "vor 1 Sekunde", "1 second ago"),
        (timedelta(minutes=90), "vor 2 Stunden", "2 hours ago"),
        (timedelta(days=3), "vor 3 Tagen", "3 days ago"),
    ],
)
def test_an_age_is_spoken(age: timedelta, german: str, english: str) -> None:
    assert said("de", "then | ago", then=NOW - age) == german
    assert said("en", "then | ago", then=NOW - age) == english


def test_a_moment_is_told_in_the_readers_zone() -> None:
    assert said("de", "then | moment", then=NOW) == "Mi., 4. März, 14:05"
    assert said("en", "then | moment", then=NOW) == "Wed 4 Mar, 14:05"


def test_another_year_is_named() -> None:
    assert said("de", "then | moment", then=NOW - timedelta(days=90)) == "4. Dez. 2025, 14:05"
    assert said("en", "then | moment", then=NOW - timedelta(days=90)) == "4 Dec 2025, 14:05"


def test_days_that_are_one_are_told_once() -> None:
    evening = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    assert said("en", "a | days(b)", a=evening, b=NOW) == "4 Mar 2026"
    assert said("en", "a | days(b)", a=evening - timedelta(days=1), b=NOW) == "3 Mar 2026 – 4 Mar 2026"


def test_a_time_carries_its_exact_moment() -> None:
    source = page_environment("en").from_string("{{ then | day }}")
    element = source.render(zone=ZoneInfo("Europe/Berlin"), now=NOW, then=NOW)
    assert 'datetime="2026-03-04T13:05:12+00:00"' in element
    assert 'title="Wednesday, 4 March 2026, 14:05:12 Central European Standard Time"' in element


def test_numbers_are_grouped_as_usual() -> None:
    assert (said("de", "12345 | number"), said("en", "12345 | number")) == ("12.345", "12,345")
    assert (said("de", "0.42 | percent"), said("en", "0.42 | percent")) == ("42 %", "42%")
    assert (said("de", "5 | weekday"), said("en", "5 | weekday")) == ("Sa", "Sat")
