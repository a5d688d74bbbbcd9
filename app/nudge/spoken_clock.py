"""The time of day in a sentence: "um drei", "halb 3", "14:30 Uhr", "at 3pm", "nach dem Mittag", "this afternoon".

Reads folded words, German and English alike; it knows nothing of days.
"""

import re
from datetime import time
from typing import Final

NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        (
            *("ein eins eine einer einem einen ner a an one", "zwei two", "drei three", "vier four", "funf five"),
            *("sechs six", "sieben seven", "acht eight", "neun nine", "zehn ten", "elf eleven", "zwolf twelve"),
        ),
        start=1,
    )
    for word in words.split()
}
COUNT: Final = r"(?:\d{1,3}|" + "|".join(NUMBERS) + ")"
MONTHS: Final = (
    *("jan(?:uar|uary|ner)?|janner", "feb(?:ruar|ruary|er)?", "mar(?:z|ch)?", "apr(?:il)?", "mai|may", "jun[ie]?"),
    *("jul[iy]?", "aug(?:ust)?", "sept?(?:ember)?", "o[ck]t(?:ober)?", "nov(?:ember)?", "de[zc](?:ember)?"),
)
MONTH: Final = "(?:" + "|".join(MONTHS) + r")\b"
_ARTICLES: Final = frozenset({"a", "an", "ein", "eine", "einer", "einem", "einen", "ner"})
_HOUR: Final = r"(?:\d{1,2}|" + "|".join(word for word in NUMBERS if word not in _ARTICLES) + ")"
_PARTS: Final = {
    word: time(hour)
    for hour, words in {
        9: "fruh vormittag morning morgens vormittags",
        12: "mittag mittags noon midday lunchtime",
        14: "nachmittag nachmittags afternoon",
        18: "abend abends evening tonight",
    }.items()
    for word in words.split()
}
_AFTER_LUNCH: Final = re.compile(r"\bnach (?:dem |der )?(?:mittag|mittagessen|mittagspause|essen)\b|\bafter lunch\b")
_HALF: Final = re.compile(rf"\bhalb (?P<to>{_HOUR})\b|\bhalf (?:past )?(?P<past>{_HOUR})\b(?! hour)")
_AROUND: Final = re.compile(
    rf"\b(?P<minutes>viertel|(?:a )?quarter|{COUNT})(?: min\w*)?"
    rf" (?P<side>nach|past|vor|(?<=quarter )to) (?P<hour>{_HOUR})\b"
)
# Quarters on the way to the full hour, as they are said in the south and the east: "dreiviertel drei" is 14:45.
_QUARTERS: Final = re.compile(rf"\b(?P<three>drei ?)?viertel (?P<hour>{_HOUR})\b")
_CLOCK: Final = re.compile(
    rf"\b(?:um|gegen|ab|bis|at|around|about|by|after|until|till|til) (?P<hour>{_HOUR})"
    r"(?:(?:[:.]| uhr )(?P<minute>[0-5]\d))?(?: ?(?P<half>am(?! (?:nach|vor)?(?:mittag|abend|morgen|\w+tag|\d))|pm)\b)?"
    rf"(?![\w.:/])(?! {MONTH})"
    r"(?! (?:minut|stund|hour|day|tag|woche|week|month|monat|min|people|leute|@))"
    r"|(?<!in )\b(?P<hour_alone>\d{1,2})(?:[:.](?P<minute_alone>\d\d))? ?(?P<mark>uhr|am|pm|h)\b"
    r"(?: (?P<minute_behind>[0-5]\d)\b)?"
    r"|\b(?P<hour_only>\d{1,2})(?::|\.(?=00|1[3-9]|[2-5]))(?P<minute_only>\d\d)\b(?![.:/]\d)"
)
_MINUTES: Final = ("minute", "minute_alone", "minute_only", "minute_behind")
_PART: Final = re.compile(r"(?P<part>" + "|".join(sorted(_PARTS, key=len, reverse=True)) + r")\b")
_EARLIEST_MEANT: Final = 7  # "um drei" is in the afternoon, "um acht" in the morning


def spoken_clock(text: str) -> time | None:
    """An hour that is said wins over a part of the day; a part of the day is its beginning."""
    return spoken_hour(text) or _part_of_day(text)


def spoken_hour(text: str) -> time | None:
    """Only an hour that is said."""
    return _around_hour(text) or _half_hour(text) or _full_clock(text)


def number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def _around_hour(text: str) -> time | None:
    around, quarters = _AROUND.search(text), _QUARTERS.search(text)
    if around:
        quarter = around["minutes"].endswith(("viertel", "quarter"))
        minutes = 15 if quarter else number(around["minutes"])
        after = around["side"] in ("nach", "past")
        return _time(number(around["hour"]) - (not after), minutes if after else 60 - minutes, None)
    return _time(number(quarters["hour"]) - 1, 45 if quarters["three"] else 15, None) if quarters else None


def _half_hour(text: str) -> time | None:
    found = _HALF.search(text)
    if found is None:
        return None
    hour = number(found["to"]) - 1 if found["to"] else number(found["past"])
    return _time(hour, 30, None)


def _full_clock(text: str) -> time | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour = found["hour"] or found["hour_alone"] or found["hour_only"]
    minute = next((found[name] for name in _MINUTES if found[name]), "0")
    return _time(number(hour), int(minute), found["half"] or found["mark"])


def _time(hour: int, minute: int, mark: str | None) -> time | None:
    is_afternoon = mark == "pm" or (mark != "am" and hour < _EARLIEST_MEANT)
    if is_afternoon and hour < 12:
        hour += 12
    return time(hour, minute) if 0 <= hour < 24 and minute < 60 else None


def _part_of_day(text: str) -> time | None:
    if _AFTER_LUNCH.search(text):
        return time(13)
    found = _PART.search(text)
    return _PARTS[found["part"]] if found else None
