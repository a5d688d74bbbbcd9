"""Days as people say them: today, on Friday, since Monday, 3 March."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from app.texts import Translator

_DAYS_WITH_NAMES: Final = 7


@dataclass(frozen=True, slots=True)
class SpokenDays:
    """Speaks of moments as seen at `now` in the rep's time zone and language."""

    texts: Translator
    now: datetime
    zone: ZoneInfo

    def day(self, moment: datetime) -> str:
        """`3 March`, with the year where it is not this one."""
        return self._spoken(self._local(moment))

    def appointment(self, moment: datetime) -> str:
        """`Friday, 13 March, 10:00`."""
        local = moment.astimezone(self.zone)
        return self.texts.gettext(
            "%(weekday)s, %(day)s, %(clock)s",
            weekday=self._weekday(local.date()),
            day=self._spoken(local.date()),
            clock=f"{local:%H:%M}",
        )

    def span(self, first: datetime, last: datetime) -> str:
        """When several sends went out: `today`, `yesterday`, `on Friday`, `since Monday`, `since 3 March`."""
        start = self._local(first)
        return self._on(start) if self.is_same_day(first, last) else self._since(start)

    def is_same_day(self, first: datetime, last: datetime) -> bool:
        return self._local(first) == self._local(last)

    def _on(self, day: date) -> str:
        age = self._age(day)
        if age <= 0:
            return self.texts.gettext("today")
        if age == 1:
            return self.texts.gettext("yesterday")
        if age < _DAYS_WITH_NAMES:
            return self.texts.gettext("on %(weekday)s", weekday=self._weekday(day))
        return self.texts.gettext("on %(day)s", day=self._spoken(day))

    def _since(self, day: date) -> str:
        age = self._age(day)
        if age == 1:
            return self.texts.gettext("since yesterday")
        if age < _DAYS_WITH_NAMES:
            return self.texts.gettext("since %(weekday)s", weekday=self._weekday(day))
        return self.texts.gettext("since %(day)s", day=self._spoken(day))

    def _local(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _age(self, day: date) -> int:
        return (self._local(self.now) - day).days

    def _weekday(self, day: date) -> str:
        return format_date(day, "EEEE", locale=self.texts.language)

    def _spoken(self, day: date) -> str:
        # No-break spaces: a day must not fall apart at the end of a line.
        pattern = "d.\u00a0MMMM" if self.texts.language == "de" else "d\u00a0MMMM"
        year = "" if day.year == self._local(self.now).year else "\u00a0y"
        return format_date(day, pattern + year, locale=self.texts.language)
