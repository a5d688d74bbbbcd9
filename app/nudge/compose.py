"""Puts a nudge together: the facts of one burst become a letter to the rep, and to nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.mail.characters import clean_line
from app.mail.letter import Letter
from app.nudge.contacts import CallSuggestion
from app.nudge.moments import SpokenDays
from app.nudge.quoting import quoted
from app.nudge.wording import LONGEST_TOPIC, next_step, spoken_fact, spoken_person
from app.texts import Language, Translator, translator
from app.texts.mail_templates import render_mail
from app.texts.reasons import SPEAKS_AGAINST, reason_text

SENDER_NAME: Final = "Zuruf"
MOST_REASONS: Final = 3
_LONGEST_SUBJECT: Final = 200
_REPLY_MARKS: Final = ("re:", "aw:")


@dataclass(frozen=True, slots=True)
class NudgeLinks:
    """Where the rep acts on a nudge: pages that first ask and then act; `page` shows the burst itself."""

    called: str
    not_a_template: str
    later: str
    stop: str
    page: str


@dataclass(frozen=True, slots=True)
class Thread:
    """The newest flagged send of the burst, which the nudge answers."""

    message_id: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NudgeFacts:
    """All that a nudge says.

    `rep` is the rep's own address; `copies` flagged mails went to `recipients` different people between `first_sent_at`
    and `last_sent_at`; `subject` is that of the newest of them; `reasons` are codes with their facts, strongest first.
    Without a `thread` the nudge stands alone.
    """

    rep: str
    language: Language
    now: datetime
    zone: ZoneInfo
    message_id: str
    subject: str
    copies: int
    recipients: int
    first_sent_at: datetime
    last_sent_at: datetime
    reasons: Sequence[tuple[str, Mapping[str, int | float | str]]]
    suggestions: Sequence[CallSuggestion]
    links: NudgeLinks
    thread: Thread | None = None


def compose_nudge(facts: NudgeFacts) -> Letter:
    """The letter of one nudge, dated `facts.now`. Names and subjects of others are quoted, cut and never links."""
    texts = translator(facts.language)
    days = SpokenDays(texts, facts.now, facts.zone)
    mail = render_mail(
        "nudge",
        facts.language,
        fact=_fact(texts, days, facts),
        subject=_answered_subject(texts, facts.subject) if facts.thread else None,
        topic=quoted(facts.subject, LONGEST_TOPIC),
        recipients=facts.recipients,
        next_step=next_step(texts, facts.suggestions),
        people=[spoken_person(texts, days, suggestion) for suggestion in facts.suggestions],
        reasons=_reasons(texts, facts),
        actions=_actions(texts, facts.links),
    )
    return Letter(
        sender_name=SENDER_NAME,
        rep=facts.rep,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=facts.message_id,
        date=facts.now,
        in_reply_to=facts.thread.message_id if facts.thread else None,
        references=(*facts.thread.references, facts.thread.message_id) if facts.thread else (),
        kind="nudge",
    )


def _fact(texts: Translator, days: SpokenDays, facts: NudgeFacts) -> str:
    first, last = facts.first_sent_at, facts.last_sent_at
    is_over = days.is_same_day(first, last)
    return spoken_fact(texts, days.span(first, last), is_over, facts.copies, facts.recipients)


def _answered_subject(texts: Translator, subject: str) -> str:
    line = clean_line(subject, _LONGEST_SUBJECT) or texts.gettext("(no subject)")
    return line if line.casefold().startswith(_REPLY_MARKS) else f"Re: {line}"


def _reasons(texts: Translator, facts: NudgeFacts) -> list[str]:
    said = [reason_text(texts, code, numbers) for code, numbers in facts.reasons if code not in SPEAKS_AGAINST]
    return [quoted(sentence, _LONGEST_SUBJECT) for sentence in said[:MOST_REASONS]]


def _actions(texts: Translator, links: NudgeLinks) -> list[tuple[str, str]]:
    return [
        (texts.gettext("I called"), links.called),
        (texts.gettext("Put it off"), links.later),
        (texts.gettext("This is not a template"), links.not_a_template),
        (texts.gettext("No more about this text"), links.stop),
        (texts.gettext("Show the mails"), links.page),
    ]
