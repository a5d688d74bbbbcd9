"""What the list is asked for in its address: read leniently, and written again into the links of the page."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from app.store.envelopes import query_tokens
from app.store.list_query import Cursor, Filters, NudgeFilter, Order
from app.store.states import FeedbackKind
from app.store.vault import DataVault
from app.texts import LANGUAGES

LONGEST: Final = 200
EVERY: Final = "every"
BY_TEMPLATE: Final = "template"
LONE: Final = "none"
UNSAID: Final = "none"
ORDERS: Final = (Order.OLDEST, Order.STRONGEST)  # beside the usual one
# These words take a send off the list: it is found only among all mails.
OFF_THE_LIST: Final = (FeedbackKind.NOT_A_TEMPLATE, FeedbackKind.NOT_FOR_PERSON)
# The signs that a rep may look for, the commonest first.
REASONS: Final = (
    "same_text",
    "style",
    "sales_phrases",
    "call_to_action",
    "opt_out",
    "unsubscribe_header",
    "merge_field",
    "many_recipients",
)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SendQuery:
    """The fields of the filter form as they were sent; what cannot be meant is left out."""

    q: str = ""
    show: str = ""
    nudge: str = ""
    said: str = ""
    language: str = ""
    reason: str = ""
    since: str = ""
    until: str = ""
    template: str = ""
    by: str = ""
    order: str = ""

    @classmethod
    def of(cls, params: QueryParams) -> Self:
        given = {name: params.get(name, "").strip()[:LONGEST] for name in cls.__slots__}
        template = given["template"] if given["template"] == LONE or _id(given["template"]) else ""
        return cls(
            q=given["q"],
            show=EVERY if given["show"] == EVERY or given["said"] in OFF_THE_LIST else "",
            nudge=given["nudge"] if given["nudge"] in set(NudgeFilter) else "",
            said=given["said"] if given["said"] in {UNSAID, *FeedbackKind} else "",
            language=given["language"] if given["language"] in LANGUAGES else "",
            reason=given["reason"] if given["reason"] in REASONS else "",
            since=given["since"] if day_of(given["since"]) else "",
            until=given["until"] if day_of(given["until"]) else "",
            template=template,
            by=BY_TEMPLATE if given["by"] == BY_TEMPLATE and not template else "",
            order=given["order"] if given["order"] in ORDERS else "",
        )

    def filters(self, vault: DataVault, zone: ZoneInfo) -> Filters:
        """Days are those of the reader's time zone, the last one included."""
        since, until = day_of(self.since), day_of(self.until)
        return Filters(
            flagged_only=self.show != EVERY,
            since=_midnight(since, zone) if since else None,
            until=_midnight(until + _ONE_DAY, zone) if until else None,
            template_id=_id(self.template),
            lone=self.template == LONE,
            nudge=NudgeFilter(self.nudge) if self.nudge else None,
            language=self.language or None,
            reason=self.reason or None,
            said=FeedbackKind(self.said) if self.said and self.said != UNSAID else None,
            unsaid=self.said == UNSAID,
            tokens=tuple(query_tokens(vault, self.q)),
            order=Order(self.order) if self.order and not self.by else Order.NEWEST,
        )

    @property
    def is_narrowed(self) -> bool:
        return any((self.q, self.template, self.has_details))

    @property
    def has_details(self) -> bool:
        """Whether one of the filters is used that the form folds away."""
        return any((self.nudge, self.said, self.language, self.reason, self.since, self.until))

    @property
    def flagged_link(self) -> str:
        """The same list of flagged mails only."""
        return self.link(show="", said="" if self.said in OFF_THE_LIST else self.said)

    def link(self, path: str = "/sends", **others: str) -> str:
        """The address of this list, or of the same one with other values; empty ones are left out."""
        values = {name: getattr(self, name) for name in self.__slots__} | others
        given = {name: value for name, value in values.items() if value}
        return f"{path}?{urlencode(given)}" if given else path


def cursor_of(text: str) -> Cursor | None:
    """None for a cursor that cannot be read: then the list starts at its top."""
    try:
        return Cursor.parse(text)
    except (ValueError, OverflowError):
        return None


def day_of(text: str) -> date | None:
    """None for what is no day, or none that a mail may have been sent on."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year < 9999 else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
