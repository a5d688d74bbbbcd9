"""Puts a nudge together: the facts of one burst become a letter to the rep, and to nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.mail.characters import clean_line
from app.mail.letter import Letter
from app.nudge.calendar_file import Appointment, calendar_file
from app.nudge.contacts import MOST_SUGGESTIONS, CallSuggestion
from app.nudge.moments import SpokenDays
from app.nudge.quoting import bare_subject, quoted
from app.nudge.reminders import OwnRule, spoken_rule, step_of_reminder
from app.nudge.spoken_people import LONGEST_TOPIC, spoken_name, spoken_number, spoken_person, talking_point
from app.nudge.variants import Voice
from app.nudge.wording import next_step, noted_before, spoken_fact, spoken_subject
from app.texts import Language, Tone, Translator, translator
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
    later: str | None
    stop: str
    page: str
    will_call: str | None = None


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
    Without a `thread` the nudge stands alone. `noted_at` is when the last nudge about the same text went out; a
    `call_slot` is attached as an appointment where there is somebody to call. Which of several wordings is taken
    follows from `message_id`. `is_again`: the rep had put this very nudge off. `own_rule`: the one that
    brought this nudge, where the rep had set one.
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
    tone: Tone = "sie"
    noted_at: datetime | None = None
    call_slot: datetime | None = None
    is_again: bool = False
    own_rule: OwnRule | None = None

    @property
    def best_call(self) -> CallSuggestion | None:
        """The first of the people whose number is known."""
        return next((one for one in self.suggestions if one.number), None)


def compose_nudge(facts: NudgeFacts) -> Letter:
    """The letter of one nudge, dated `facts.now`. Names and subjects of others are quoted, cut and never links."""
    voice = Voice(translator(facts.language, facts.tone), facts.message_id)
    days = SpokenDays(voice.texts, facts.now, facts.zone)
    people = facts.suggestions[:MOST_SUGGESTIONS]
    fact = _fact(voice, days, facts)
    mail = render_mail(
        "nudge",
        facts.language,
        facts.tone,
        subject=_subject(voice, facts) or fact.rstrip("."),
        fact=fact,
        before=_before(voice, days, facts),
        next_step=_next_step(voice, people, facts),
        people=[spoken_person(voice, days, suggestion) for suggestion in people],
        shows_missing=facts.best_call is not None,
        appointment=_spoken_appointment(days, facts),
        reasons=_reasons(voice.texts, facts),
        page=facts.links.page,
        actions=_actions(voice.texts, facts.links),
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
        calendar=_calendar(voice, days, facts),
    )


def _fact(voice: Voice, days: SpokenDays, facts: NudgeFacts) -> str:
    first, last = facts.first_sent_at, facts.last_sent_at
    is_over = days.is_same_day(first, last)
    return spoken_fact(voice, days.span(first, last), is_over, facts.copies, facts.recipients)


def _before(voice: Voice, days: SpokenDays, facts: NudgeFacts) -> str | None:
    if facts.is_again:
        return voice.texts.gettext("As you wished, here is this note once more.")
    if facts.own_rule is not None:
        return spoken_rule(voice, facts.own_rule)
    return noted_before(voice, days.day(facts.noted_at)) if facts.noted_at else None


def _next_step(voice: Voice, people: Sequence[CallSuggestion], facts: NudgeFacts) -> str:
    if facts.own_rule is not None:
        return step_of_reminder(voice, facts.own_rule.tone, people, facts.recipients)
    return next_step(voice, people, facts.recipients)


def _subject(voice: Voice, facts: NudgeFacts) -> str:
    """That of the conversation, or one of its own; empty where nothing is known to name it by."""
    if facts.thread:
        line = clean_line(facts.subject, _LONGEST_SUBJECT) or voice.texts.gettext("(no subject)")
        return line if line.casefold().startswith(_REPLY_MARKS) else f"Re: {line}"
    topic = quoted(bare_subject(facts.subject), LONGEST_TOPIC)
    return spoken_subject(voice, topic, facts.recipients, facts.suggestions) if topic else ""


def _reasons(texts: Translator, facts: NudgeFacts) -> list[str]:
    said = [reason_text(texts, code, numbers) for code, numbers in facts.reasons if code not in SPEAKS_AGAINST]
    return [quoted(sentence, _LONGEST_SUBJECT) for sentence in said[:MOST_REASONS]]


def _spoken_appointment(days: SpokenDays, facts: NudgeFacts) -> str | None:
    if facts.call_slot is None or facts.best_call is None:
        return None
    return days.texts.gettext(
        "The appointment in the attachment keeps a quarter of an hour free for the call to %(name)s: %(when)s.",
        name=spoken_name(facts.best_call),
        when=days.appointment(facts.call_slot),
    )


def _calendar(voice: Voice, days: SpokenDays, facts: NudgeFacts) -> bytes | None:
    person, slot = facts.best_call, facts.call_slot
    if slot is None or person is None:
        return None
    lines = (spoken_number(voice.texts, person), talking_point(voice, days, person))
    return calendar_file(
        Appointment(
            uid=f"call-{facts.message_id.strip('<>')}",
            start=slot.astimezone(facts.zone),
            stamp=facts.now,
            title=voice.texts.gettext("Call %(name)s", name=spoken_name(person)),
            description="\n".join(line for line in lines if line),
        )
    )


def _actions(texts: Translator, links: NudgeLinks) -> list[tuple[str, str]]:
    actions = [
        (texts.gettext("I called"), links.called),
        (texts.gettext("I will call"), links.will_call),
        (texts.gettext("Put it off"), links.later),
        (texts.gettext("This is not a template"), links.not_a_template),
        (texts.gettext("No more about this text"), links.stop),
    ]
    return [(label, link) for label, link in actions if link is not None]
