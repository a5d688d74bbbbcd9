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
_HALF: Final = re.compile(rf"\bhalb (?P<to>{_HOUR})\b|\bhalf past (?P<past>{_HOUR})\b")
_CLOCK: Final = re.compile(
    rf"\b(?:um|gegen|ab|at|around|about|by|after) (?P<hour>{_HOUR})(?:[:.](?P<minute>\d\d))?(?: ?(?P<half>am|pm)\b)?"
    r"(?![\w.:/])(?! (?:minut|stund|hour|day|tag|woche|week|month|monat|min|people|leute|@))"
    r"|\b(?P<hour_alone>\d{1,2})(?:[:.](?P<minute_alone>\d\d))? ?(?P<mark>uhr|am|pm)\b"
    r"|\b(?P<hour_only>\d{1,2}):(?P<minute_only>\d\d)\b"
)
_PART: Final = re.compile(r"(?P<part>" + "|".join(sorted(_PARTS, key=len, reverse=True)) + r")\b")
_EARLIEST_MEANT: Final = 7  # "um drei" is in the afternoon, "um acht" in the morning


def spoken_clock(text: str) -> time | None:
    """An hour that is said wins over a part of the day; a part of the day is its beginning."""
    return _half_hour(text) or _full_clock(text) or _part_of_day(text)


def number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


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
    minute = found["minute"] or found["minute_alone"] or found["minute_only"] or "0"
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
