"""The form of the nudge rules: from stored rules to fields, and from what was typed back to rules or to errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, Field

from app.nudge.facts import Digest
from app.nudge.public_holidays import DIVIDED, UnknownRegion, countries, divisions_of
from app.nudge.quiet_hours import QuietHours, QuietHoursError
from app.nudge.reminders import ReminderTone
from app.nudge.rules import HOLD_OUT, LEAST_OWN_RULE, MOST_OWN_RULE, stored_rules, with_defaults
from app.texts import Language, Tone, Translator

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_SETTLE: Final = 1440
MOST_A_DAY: Final = 50
MOST_A_WEEK: Final = 200

# Each note by itself; the same, with the rest in a weekly digest; all in a digest a day, or a week.
Way = Literal["single", "rest", "daily", "weekly"]


class TypedRules(BaseModel, extra="forbid"):
    """The fields as they were typed; the spans of quiet hours are two lists of the same length."""

    settle_minutes: str = Field("", max_length=10)
    quiet_from: list[str] = Field(default_factory=list, max_length=10)
    quiet_to: list[str] = Field(default_factory=list, max_length=10)
    quiet_days: list[str] = Field(default_factory=list, max_length=7)
    cap_per_day: str = Field("", max_length=10)
    cap_per_week: str = Field("", max_length=10)
    time_zone: str = Field("", max_length=64)
    threaded: bool = True
    region: str = Field("", max_length=10)
    remind_above: str = Field("", max_length=10)
    remind_tone: ReminderTone = ReminderTone.GENTLE
    tone: Tone = "sie"
    back_off: bool = True
    way: Way = "single"
    call_slot: bool = False
    hold_out: bool = False

    @property
    def spans(self) -> list[tuple[str, str]]:
        """The quiet spans, with one empty one for a further span."""
        typed = [span for span in zip(self.quiet_from, self.quiet_to, strict=False) if any(span)]
        return [*typed, ("", "")]


@dataclass(slots=True)
class CheckedRules:
    """`rules` to be stored, or None and by field what is wrong."""

    rules: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)


def fields_of(stored: Mapping[str, Any]) -> TypedRules:
    """The form as it shows stored rules."""
    rules = with_defaults(stored)
    quiet = QuietHours.parse(rules["quiet_hours"])
    return TypedRules(
        settle_minutes=str(_minutes(rules["settle_seconds"])),
        quiet_from=[f"{start:%H:%M}" for start, _ in quiet.spans],
        quiet_to=[f"{end:%H:%M}" for _, end in quiet.spans],
        quiet_days=[DAYS[day] for day in sorted(quiet.days)],
        cap_per_day=str(rules["cap_per_day"]),
        cap_per_week=str(rules["cap_per_week"]),
        time_zone=rules["time_zone"],
        threaded=rules["threaded"],
        region=rules["region"],
        remind_above=str(rules["remind_above"] or ""),
        remind_tone=ReminderTone(rules["remind_tone"]),
        tone=rules["tone"],
        back_off=rules["back_off"],
        way="rest" if rules["rest_in_digest"] else rules["digest"],
        call_slot=rules["call_slot"],
        hold_out=rules["hold_out"] > 0,
    )


def check_rules(typed: TypedRules, stored: Mapping[str, Any], texts: Translator) -> CheckedRules:
    """Rules to store, or what is wrong with each field."""
    checked = CheckedRules()
    minutes = _whole(typed.settle_minutes, LONGEST_SETTLE, "settle_minutes", checked, texts)
    per_day = _whole(typed.cap_per_day, MOST_A_DAY, "cap_per_day", checked, texts)
    per_week = _whole(typed.cap_per_week, MOST_A_WEEK, "cap_per_week", checked, texts)
    own_rule = _own_rule(typed.remind_above, checked, texts)
    quiet = _quiet_line(typed, checked, texts)
    if typed.time_zone not in available_timezones():
        checked.errors["time_zone"] = texts.gettext("Choose a time zone from the list.")
    if checked.errors:
        return checked
    try:
        checked.rules = stored_rules(
            settle_seconds=_seconds(minutes, stored["settle_seconds"]),
            quiet_hours=quiet,
            time_zone=typed.time_zone,
            cap_per_day=per_day,
            cap_per_week=per_week,
            threaded=typed.threaded,
            region=typed.region,
            remind_above=own_rule,
            remind_tone=typed.remind_tone.value,
            tone=typed.tone,
            back_off=typed.back_off,
            digest=Digest.SINGLE.value if typed.way == "rest" else typed.way,
            rest_in_digest=typed.way == "rest",
            call_slot=typed.call_slot,
            hold_out=HOLD_OUT if typed.hold_out else 0.0,
        )
    except UnknownRegion:
        checked.errors["region"] = texts.gettext("Choose a region from the list.")
    return checked


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """What the list of regions offers, code -> name: countries with their regions, then all countries."""

    divided: Mapping[str, Mapping[str, str]]
    countries: Mapping[str, str]


@cache
def regions_to_choose(language: Language) -> RegionChoice:
    """Named in this language."""
    names = countries(language)
    return RegionChoice({names[code]: {code: names[code], **divisions_of(code)} for code in DIVIDED}, names)


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _seconds(minutes: int, stored: int) -> int:
    """An installation may preset seconds, which whole minutes in the form must not round away."""
    return stored if minutes == _minutes(stored) else minutes * 60


def _whole(text: str, most: int, name: str, checked: CheckedRules, texts: Translator) -> int:
    text = text.strip()
    if text.isascii() and text.isdigit() and int(text) <= most:
        return int(text)
    checked.errors[name] = texts.gettext("Enter a whole number from 0 to %(most)s.", most=most)
    return 0


def _own_rule(text: str, checked: CheckedRules, texts: Translator) -> int | None:
    """None where the field was left empty."""
    if not text.strip():
        return None
    people = _whole(text, MOST_OWN_RULE, "remind_above", checked, texts)
    if people < LEAST_OWN_RULE:
        checked.errors["remind_above"] = texts.gettext(
            "Enter a whole number from %(least)s to %(most)s, or nothing.", least=LEAST_OWN_RULE, most=MOST_OWN_RULE
        )
    return people


def _quiet_line(typed: TypedRules, checked: CheckedRules, texts: Translator) -> str:
    """The stored form, such as `18:00-08:00,sat,sun`; empty where it is wrong."""
    for start, end in typed.spans:
        if bool(start) != bool(end):
            checked.errors["quiet"] = texts.gettext("A quiet time needs both its beginning and its end.")
            return ""
    spans = (f"{start}-{end}" for start, end in typed.spans if start)
    line = ",".join([*spans, *typed.quiet_days])
    try:
        QuietHours.parse(line)
    except QuietHoursError as error:
        checked.errors["quiet"] = _quiet_problem(error, texts)
        return ""
    return line


def _quiet_problem(error: QuietHoursError, texts: Translator) -> str:
    if error.problem == "never_open":
        return texts.gettext("That leaves no time at all for a note. To stop notes, pause the mailbox instead.")
    if error.problem == "empty_span":
        return texts.gettext("%(part)s begins and ends at the same time.", part=error.part)
    return texts.gettext("%(part)s is no time of day. Write it as 18:00.", part=error.part)
