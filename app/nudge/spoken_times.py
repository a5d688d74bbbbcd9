"""When a rep means: "morgen um drei", "next week", "ab dem 16.3.", as seen from a moment and a time zone.

Reads folded words (see `folding.fold`), German and English alike.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.nudge.spoken_clock import COUNT, MONTH, MONTHS, number, spoken_clock

_MORNING: Final = time(9)
_WEEKDAYS: Final = {
    name: day
    for day, names in enumerate(
        (
            *(
                "montag monday mon",
                "dienstag tuesday tue tues",
                "mittwoch wednesday wed",
                "donnerstag thursday thu thurs",
            ),
            *("freitag friday fri", "samstag sonnabend saturday sat", "sonntag sunday sun"),
        )
    )
    for name in names.split()
}
_UNITS: Final = {
    "min": timedelta(minutes=1),
    "stu": timedelta(hours=1),
    "hou": timedelta(hours=1),
    "std": timedelta(hours=1),
}
_DAYS: Final = {"tag": 1, "day": 1, "woc": 7, "wee": 7, "mon": 30}
# Days around Easter Sunday, on which a holiday is over: "nach Ostern" is the Tuesday.
_AFTER_EASTER: Final = {"ostern": 2, "easter": 2, "pfingsten": 51, "whitsun": 51}
_AFTER_FIXED: Final = {"weihnachten": (12, 27), "christmas": (12, 27), "neujahr": (1, 2), "new year": (1, 2)}
_AFTER_HOLIDAY: Final = re.compile(
    r"\b(?:nach|after|ab) (?P<name>" + "|".join((*_AFTER_EASTER, *_AFTER_FIXED)) + r")\b"
)
_WEEK_OF_YEAR: Final = re.compile(r"(?<!\S)(?:kw|cw|kalenderwoche|week) (?P<week>[1-5]?\d)\b")
_WISH: Final = re.compile(
    r"\b(?:good|nice|guten|schonen) (?:morning|afternoon|evening|day|weekend|morgen|tag|abend|nachmittag|feierabend)\b"
)
_IN: Final = re.compile(
    rf"\b(?:in|after|nach) (?:about |ca |etwa |so )?(?P<count>{COUNT}) "
    r"(?P<unit>min|stu|std|hou|tag|day|woc|wee|mon)[a-z]*\b"
)
_IN_HALF: Final = re.compile(r"\bin (?:half an hour|(?:einer|ner) halben stunde)\b")
_NEXT_WEEK: Final = re.compile(r"\b(?:next|following|nachste[rn]?|kommende[rn]?) (?:week|woche)\b|\bweek after\b")
_WEEK_AFTER_NEXT: Final = re.compile(r"\bubernachste[rn]? woche\b|\bweek after next\b")
_NEXT_MONTH: Final = re.compile(r"\b(?:next|nachste[nr]?|kommende[nr]?) (?:month|monats?)\b")
_AFTER_TOMORROW: Final = re.compile(r"\bubermorgen\b|\bday after tomorrow\b")
_TOMORROW: Final = re.compile(r"\b(?:tomorrow|tmrw|tmr|2moro)\b|(?<!heute )(?<!guten )(?<!\wag )\bmorgen\b")
_END_OF_WEEK: Final = re.compile(r"\bend of (?:the |this )?week\b|\bende (?:der |dieser )?woche\b")
_TODAY: Final = re.compile(r"\b(?:heute|today|tonight|this (?:morning|afternoon|evening))\b")
_WEEKDAY: Final = re.compile(
    r"(?<![\w])(?P<day>" + "|".join(_WEEKDAYS) + r")(?:s|[a-z]*(?:mittag|morgen|abend|fruh))?\b"
    r"|(?<!\S)(?P<short>mo|di|mi|do|fr) (?=(?:um |ab |gegen )\d|\d{1,2}(?:[:.]\d| ?(?:uhr|h)\b))"
)
_SHORT_WEEKDAYS: Final = ("mo", "di", "mi", "do", "fr")
_NAMED_DATE: Final = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)? (?:of )?(?P<month>{MONTH})\b"
    rf"|(?P<month_first>{MONTH}) (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b"
)
_NUMERIC_DATE: Final = re.compile(r"\b(?P<day>\d{1,2})[./](?P<month>\d{1,2})\b(?! uhr)")
_DAY_OF_MONTH: Final = re.compile(
    r"\b(?:am|ab dem|bis zum|zum|dem|den|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch) "
    r"(?P<day>\d{1,2})(?:ten)?\b(?! uhr|[:.]\d)"
)
_ORDINAL: Final = re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:time|attempt|try|call|one))")


def spoken_time(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that is meant, aware, in UTC, and after `now`; a day without an hour is 9 o'clock of it."""
    local, text = now.astimezone(zone), _WISH.sub("", text)
    span = _span(text)
    if span:
        return (now + span).astimezone(UTC)
    clock, day = spoken_clock(text), _day(text, local.date())
    if day is None and clock is None:
        return None
    moment = datetime.combine(day or local.date(), clock or _MORNING, zone)
    if day is None and moment <= local:
        moment = datetime.combine(local.date() + timedelta(days=1), clock or _MORNING, zone)
    return moment.astimezone(UTC) if moment > local else None


def _span(text: str) -> timedelta | None:
    if _IN_HALF.search(text):
        return timedelta(minutes=30)
    found = _IN.search(text)
    return number(found["count"]) * _UNITS[found["unit"]] if found and found["unit"] in _UNITS else None


def _day(text: str, today: date) -> date | None:
    """The first reading that fits: the more telling before the mere word for a day."""
    return next((day for read in _READINGS if (day := read(text, today))), None)


def _in_days(text: str, today: date) -> date | None:
    found = _IN.search(text)
    return (
        today + timedelta(days=number(found["count"]) * _DAYS[found["unit"]])
        if found and found["unit"] in _DAYS
        else None
    )


def _named_date(text: str, today: date) -> date | None:
    found = _NAMED_DATE.search(text)
    if found is None:
        return None
    name = found["month"] or found["month_first"]
    month = next(place for place, names in enumerate(MONTHS, 1) if re.fullmatch(names, name))
    return _next_date(today, month, int(found["day"] or found["day_after"]))


def _numeric_date(text: str, today: date) -> date | None:
    found = _NUMERIC_DATE.search(text)
    return _next_date(today, int(found["month"]), int(found["day"])) if found else None


def _day_of_month(text: str, today: date) -> date | None:
    found = _ORDINAL.search(text) or _DAY_OF_MONTH.search(text)
    if found is None:
        return None
    day = int(found["day"])
    return _next_date(today, today.month, day) if day >= today.day else _next_date(today, today.month % 12 + 1, day)


def _week_of_year(text: str, today: date) -> date | None:
    """The Monday of a week, numbered as in ISO 8601, of this year or the next; none for this week."""
    found = _WEEK_OF_YEAR.search(text)
    if found is None or not 1 <= int(found["week"]) <= 52:
        return None
    monday = date.fromisocalendar(today.isocalendar().year, int(found["week"]), 1)
    if monday <= today < monday + timedelta(days=7):
        return None
    return monday if monday > today else date.fromisocalendar(today.isocalendar().year + 1, int(found["week"]), 1)


def _after_holiday(text: str, today: date) -> date | None:
    found = _AFTER_HOLIDAY.search(text)
    if found is None:
        return None
    if found["name"] in _AFTER_FIXED:
        return _next_date(today, *_AFTER_FIXED[found["name"]])
    days = [_easter(year) + timedelta(days=_AFTER_EASTER[found["name"]]) for year in (today.year, today.year + 1)]
    return next(day for day in days if day > today)


def _easter(year: int) -> date:
    """Easter Sunday by Gauss's rule, right for 1900 to 2099."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    days = 22 + moon + sunday
    is_a_week_early = (moon, sunday) == (29, 6) or ((moon, sunday) == (28, 6) and year % 19 > 10)
    return date(year, 3, 1) + timedelta(days=days - 1 - 7 * is_a_week_early)


def _next_date(today: date, month: int, day: int) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            meant = date(year, month, day)
        except ValueError:
            continue
        if meant >= today:
            return meant
    return None


def _weekday(text: str, today: date) -> date | None:
    """The next such day after today; "next week" beside it means the one of next week."""
    found = _WEEKDAY.search(text)
    if found is None:
        return None
    wanted = _WEEKDAYS[found["day"]] if found["day"] else _SHORT_WEEKDAYS.index(found["short"])
    if _NEXT_WEEK.search(text):
        return _monday_after(today) + timedelta(days=wanted)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _other_day(text: str, today: date) -> date | None:
    days: tuple[tuple[re.Pattern[str], date], ...] = (
        (_WEEK_AFTER_NEXT, _monday_after(today) + timedelta(days=7)),
        (_AFTER_TOMORROW, today + timedelta(days=2)),
        (_NEXT_WEEK, _monday_after(today)),
        (_NEXT_MONTH, (today.replace(day=1) + timedelta(days=32)).replace(day=1)),
        (_END_OF_WEEK, today + timedelta(days=(4 - today.weekday()) % 7)),
        (_TOMORROW, today + timedelta(days=1)),
        (_TODAY, today),
    )
    return next((day for pattern, day in days if pattern.search(text)), None)


def _monday_after(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


_READINGS: Final[tuple[Callable[[str, date], date | None], ...]] = (
    _in_days,
    _named_date,
    _numeric_date,
    _week_of_year,
    _after_holiday,
    _day_of_month,
    _weekday,
    _other_day,
)
