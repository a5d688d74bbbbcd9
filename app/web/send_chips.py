"""The filters in use as chips, each with the address of the same list without it, and the words of the choices."""

from dataclasses import dataclass

from babel.dates import format_date

from app.store.list_query import NudgeFilter, Order
from app.store.states import FeedbackKind
from app.texts import Translator
from app.web.answers import answer
from app.web.formats import LOCALES
from app.web.send_query import UNSAID, SendQuery, day_of


@dataclass(frozen=True, slots=True)
class Chip:
    """`name` says which filter, `value` what it lets through; `without` is the list that has it no longer."""

    name: str
    value: str
    without: str


def chips(texts: Translator, query: SendQuery, template: str | None) -> list[Chip]:
    """In the order of the form; `template` is the name of the one template that is shown."""
    named = {
        "q": (texts.gettext("Search word"), query.q),
        "template": (texts.gettext("Only this text"), template or texts.gettext("none of the texts")),
        "show": (texts.gettext("Mails"), texts.gettext("all")),
        "nudge": (texts.gettext("Note"), nudge_words(texts).get(query.nudge, "")),
        "said": (texts.gettext("Your answer"), said_words(texts).get(query.said, "")),
        "language": (texts.gettext("Language"), language_words(texts).get(query.language, "")),
        "reason": (texts.gettext("Sign"), reason_words(texts).get(query.reason, "")),
        "since": (texts.gettext("From"), _day(texts, query.since)),
        "until": (texts.gettext("Until"), _day(texts, query.until)),
    }
    without = {field: query.link(**{field: ""}) for field in named} | {"show": query.flagged_link}
    return [Chip(*words, without[field]) for field, words in named.items() if getattr(query, field)]


def nudge_words(texts: Translator) -> dict[str, str]:
    return {
        NudgeFilter.WAITING: texts.gettext("to come"),
        NudgeFilter.DELIVERED: texts.gettext("delivered"),
        NudgeFilter.NONE: texts.gettext("none"),
    }


def said_words(texts: Translator) -> dict[str, str]:
    """As the list shows them."""
    return {UNSAID: texts.gettext("none so far")} | {kind: answer(texts, kind).label for kind in FeedbackKind}


def order_words(texts: Translator) -> dict[str, str]:
    return {Order.OLDEST: texts.gettext("oldest first"), Order.STRONGEST: texts.gettext("clearest first")}


def language_words(texts: Translator) -> dict[str, str]:
    return {"de": texts.gettext("German"), "en": texts.gettext("English")}


def reason_words(texts: Translator) -> dict[str, str]:
    """Short names of the signs by which one can filter."""
    return {
        "same_text": texts.gettext("same text as other mails"),
        "style": texts.gettext("wording"),
        "sales_phrases": texts.gettext("phrases of sales mail"),
        "call_to_action": texts.gettext("asks for an appointment"),
        "opt_out": texts.gettext("offers to stop further mails"),
        "unsubscribe_header": texts.gettext("unsubscribe note of a mail program"),
        "merge_field": texts.gettext("unfilled placeholder"),
        "many_recipients": texts.gettext("many recipients"),
    }


def _day(texts: Translator, text: str) -> str:
    day = day_of(text)
    return format_date(day, "medium", locale=LOCALES[texts.language]) if day else ""
