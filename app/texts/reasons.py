"""The reasons of a judgement in words: a code and its numbers become one sentence, for pages and mails alike."""

from collections.abc import Callable, Mapping
from typing import Final

from app.texts.catalogue import Translator

Facts = Mapping[str, int | float | str]

SPEAKS_AGAINST: Final = frozenset(
    {
        "reply",
        "internal",
        "routine_note",
        "calendar",
        "known_recipient",
        "earlier_contact",
        "automatic",
        "excluded",
        "allowed",
        "not_for_person",
        "style_refused",
    }
)


def reason_text(texts: Translator, code: str, facts: Facts) -> str:
    """One sentence for a reason of the classifier; a code from another version gets a sentence that names it."""
    sentence = _SENTENCES.get(code)
    return texts.gettext("Another sign: %(code)s.", code=code) if sentence is None else sentence(texts, facts)


def _number(facts: Facts, name: str) -> int:
    value = facts.get(name, 0)
    return 0 if isinstance(value, str) else round(value)


def _same_text(texts: Translator, facts: Facts) -> str:
    return texts.ngettext(
        "%(percent)s%% of the text is also in %(n)s other mail from the last %(days)s days.",
        "%(percent)s%% of the text is also in %(n)s other mails from the last %(days)s days.",
        _number(facts, "siblings"),
        percent=_number(facts, "percent"),
        days=max(2, _number(facts, "days")),
    )


def _style(texts: Translator, facts: Facts) -> str:
    percent = min(99, _number(facts, "percent"))
    if percent < 50:
        return texts.gettext("Against it: the wording sounds like a personal mail.")
    return texts.gettext("The wording sounds like a mail to many (%(percent)s%%).", percent=percent)


def _sales_phrases(texts: Translator, facts: Facts) -> str:
    return texts.ngettext(
        "It has %(n)s turn of phrase that is common in sales mail.",
        "It has %(n)s turns of phrase that are common in sales mail.",
        _number(facts, "count"),
    )


def _call_to_action(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("It asks for an appointment or an answer in the way that mails to many do.")


def _opt_out(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("It offers to stop further mails.")


def _merge_field(texts: Translator, facts: Facts) -> str:
    return texts.ngettext(
        "%(n)s placeholder was left unfilled.",
        "%(n)s placeholders were left unfilled.",
        _number(facts, "count"),
    )


def _many_recipients(texts: Translator, facts: Facts) -> str:
    return texts.ngettext(
        "It went to %(n)s person at once.", "It went to %(n)s people at once.", _number(facts, "count")
    )


def _hidden_recipients(texts: Translator, facts: Facts) -> str:
    return texts.ngettext(
        "%(n)s recipient was hidden (Bcc).", "%(n)s recipients were hidden (Bcc).", _number(facts, "count")
    )


def _unsubscribe_header(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("It carries an unsubscribe entry, as newsletters do.")


def _tracking_pixel(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("It holds an invisible image that reports when it is opened.")


def _tracking_links(texts: Translator, facts: Facts) -> str:
    return texts.ngettext("%(n)s link reports clicks.", "%(n)s links report clicks.", _number(facts, "count"))


def _sequence_tool(texts: Translator, facts: Facts) -> str:
    return texts.gettext("It was sent by a tool for mail sequences (%(tool)s).", tool=facts.get("tool", "?"))


def _reply(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("Against it: it answers a mail.")


def _internal(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("Against it: it went to colleagues.")


def _routine_note(texts: Translator, facts: Facts) -> str:
    kinds = {
        "invoice": texts.gettext("invoice or payment"),
        "delivery": texts.gettext("order or delivery"),
        "report": texts.gettext("report or minutes"),
        "scheduling": texts.gettext("appointment or meeting"),
        "absence": texts.gettext("absence or closing days"),
        "documents": texts.gettext("papers sent or still missing"),
        "application": texts.gettext("job application"),
        "access": texts.gettext("access or building"),
        "purchasing": texts.gettext("enquiry or order to a supplier"),
        "circular": texts.gettext("circular or notice"),
        "thanks": texts.gettext("a thank-you"),
    }
    kind = kinds.get(str(facts.get("kind")))
    if kind is None:
        return texts.gettext("Against it: it is a routine note, such as an invoice or a delivery date.")
    return texts.gettext("Against it: it is a routine note (%(kind)s).", kind=kind)


def _calendar(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("Against it: it is an invitation to an appointment.")


def _known_recipient(texts: Translator, facts: Facts) -> str:
    return texts.ngettext(
        "Against it: you wrote to this person %(n)s time before.",
        "Against it: you wrote to this person %(n)s times before.",
        _number(facts, "count"),
    )


def _earlier_contact(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("Against it: it speaks of something that you two already share.")


def _excluded(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("Not judged: it is private by its subject or recipient.")


def _allowed(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("Against it: you said that this text is no template.")


def _not_for_person(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("Against it: you said that your mail to this person is personal.")


def _style_refused(texts: Translator, facts: Facts) -> str:
    return texts.ngettext(
        "Against it: you said %(n)s time before that a single mail was no template.",
        "Against it: you said %(n)s times before that a single mail was no template.",
        _number(facts, "count"),
    )


def _automatic(texts: Translator, _facts: Facts) -> str:
    return texts.gettext("Not judged: a machine or a mailing list sent it.")


_SENTENCES: Final[Mapping[str, Callable[[Translator, Facts], str]]] = {
    "same_text": _same_text,
    "earlier_contact": _earlier_contact,
    "style": _style,
    "sales_phrases": _sales_phrases,
    "call_to_action": _call_to_action,
    "opt_out": _opt_out,
    "merge_field": _merge_field,
    "many_recipients": _many_recipients,
    "hidden_recipients": _hidden_recipients,
    "unsubscribe_header": _unsubscribe_header,
    "tracking_pixel": _tracking_pixel,
    "tracking_links": _tracking_links,
    "sequence_tool": _sequence_tool,
    "reply": _reply,
    "internal": _internal,
    "routine_note": _routine_note,
    "calendar": _calendar,
    "known_recipient": _known_recipient,
    "automatic": _automatic,
    "excluded": _excluded,
    "allowed": _allowed,
    "not_for_person": _not_for_person,
    "style_refused": _style_refused,
}
