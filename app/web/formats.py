"""Dates, times and numbers as template filters, in the reader's language and time zone.

The filters take `language`, `zone` and `now` from the template's context.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta, get_day_names
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.texts import Language

# English here is not American: "3 March, 14:05".
LOCALES: Final[dict[Language, str]] = {"de": "de_DE", "en": "en_GB"}
KEPT: Final = 4096
_JUST_NOW: Final = timedelta(seconds=1)


def register(environment: Environment) -> None:
    """Give the environment its filters; each says what it makes."""
    for name, make in _FILTERS.items():
        environment.filters[name] = make


def _locale(context: Context) -> str:
    return LOCALES[context["language"]]


def _zone(context: Context) -> ZoneInfo:
    zone: ZoneInfo = context["zone"]
    return zone


@lru_cache(maxsize=KEPT)
def long_moment(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """`3 March 2026 at 14:05`."""
    return format_datetime(moment, "long", tzinfo=zone, locale=locale).rsplit(":", maxsplit=1)[0]


def _time_element(moment: datetime, text: str, title: str) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(timespec="seconds"), title, text)


@pass_context
def _ago(context: Context, moment: datetime) -> Markup:
    """`12 seconds ago`, with the full moment as the title."""
    age = max(context["now"] - moment, _JUST_NOW)
    text = format_timedelta(-age, add_direction=True, threshold=1.2, locale=_locale(context))
    return _time_element(moment, text, _full(context, moment))


@pass_context
def _moment(context: Context, moment: datetime) -> Markup:
    """`Tue 3 Mar, 14:05`, with the year where it is not this one."""
    local = moment.astimezone(_zone(context))
    this_year = local.year == context["now"].astimezone(_zone(context)).year
    day = _day_text(context, moment, "EEE d MMM" if this_year else "d MMM y")
    return _time_element(moment, f"{day}, {_clock(context, moment)}", _full(context, moment))


@pass_context
def _day(context: Context, moment: datetime) -> Markup:
    """`3 Mar 2026`, without a time."""
    return _time_element(moment, _day_text(context, moment, "d MMM y"), _full(context, moment))


@pass_context
def _days(context: Context, first: datetime, last: datetime) -> Markup:
    """`3 Mar 2026`, or from day to day."""
    start, end = _day(context, first), _day(context, last)
    is_one_day = first.astimezone(_zone(context)).date() == last.astimezone(_zone(context)).date()
    return start if is_one_day else Markup("{} – {}").format(start, end)


@pass_context
def _calendar_day(context: Context, day: date) -> str:
    """`3 Mar`, of a day that is no moment."""
    pattern = "d. MMM" if context["language"] == "de" else "d MMM"
    return format_date(day, pattern, locale=_locale(context))


@pass_context
def _clock(context: Context, moment: datetime) -> str:
    """`14:05`."""
    return _written_clock(moment, _zone(context), _locale(context))


def _day_text(context: Context, moment: datetime, pattern: str) -> str:
    if context["language"] == "de":
        pattern = pattern.replace("EEE d", "EEE, d").replace("d MMM", "d. MMM")
    return _written_day(moment.astimezone(_zone(context)).date(), pattern, _locale(context))


def _full(context: Context, moment: datetime) -> str:
    return _written_moment(moment, _zone(context), _locale(context))


# A list asks again and again for the same moments, and writing them costs as much as the rest of a row.
@lru_cache(maxsize=KEPT)
def _written_day(day: date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=KEPT)
def _written_moment(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    return format_datetime(moment, "full", tzinfo=zone, locale=locale)


@lru_cache(maxsize=KEPT)
def _written_clock(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    return format_time(moment, "short", tzinfo=zone, locale=locale)


@pass_context
def _duration(context: Context, span: timedelta) -> str:
    """`3 minutes`."""
    return format_timedelta(max(span, _JUST_NOW), threshold=1.2, locale=_locale(context))


@pass_context
def _number(context: Context, value: float) -> str:
    return format_decimal(value, locale=_locale(context))


@pass_context
def _percent(context: Context, share: float) -> str:
    """A share between 0 and 1 as whole percents."""
    return format_percent(share, "#,##0 %" if context["language"] == "de" else "#,##0%", locale=_locale(context))


@pass_context
def _points(context: Context, difference: float) -> str:
    """A difference of shares as percentage points with its sign, such as `+7`."""
    return format_decimal(round(100 * difference), "+0;−0;0", locale=_locale(context))


@pass_context
def _weekday(context: Context, day: int) -> str:
    """`Mon`; Monday is 0."""
    return str(get_day_names("abbreviated", "stand-alone", _locale(context))[day]).rstrip(".")


_FILTERS: Final[dict[str, Callable[..., str]]] = {
    "ago": _ago,
    "moment": _moment,
    "day": _day,
    "days": _days,
    "calendar_day": _calendar_day,
    "clock": _clock,
    "duration": _duration,
    "number": _number,
    "percent": _percent,
    "points": _points,
    "weekday": _weekday,
}
