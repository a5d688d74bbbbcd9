"""Puts a digest together: several bursts in one letter, each with its fact, one person to call, and its own links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.mail.letter import Letter
from app.nudge.compose import SENDER_NAME, NudgeLinks
from app.nudge.contacts import CallSuggestion
from app.nudge.moments import SpokenDays
from app.nudge.quoting import bare_subject, quoted
from app.nudge.spoken_people import LONGEST_TOPIC, SpokenPerson, spoken_person
from app.nudge.variants import Voice
from app.nudge.wording import spoken_fact, spoken_subject
from app.texts import Language, Tone, Translator, translator
from app.texts.mail_templates import render_mail

# A longer list would be skipped; of further texts only the fact and the links stand there.
MOST_PEOPLE: Final = 5


@dataclass(frozen=True, slots=True)
class DigestPart:
    """One burst: `copies` flagged mails to `recipients` different people; its best person to call, if there is one."""

    subject: str
    copies: int
    recipients: int
    first_sent_at: datetime
    last_sent_at: datetime
    person: CallSuggestion | None
    links: NudgeLinks


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """All that a digest says. `parts` come as they are to stand, at least one; `settings` is the page of the rules.

    `is_again`: the rep had put this very digest off.
    """

    rep: str
    language: Language
    tone: Tone
    now: datetime
    zone: ZoneInfo
    message_id: str
    parts: Sequence[DigestPart]
    settings: str
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class SpokenPart:
    """A burst as the mail shows it; `called` is the link that notes the call, where there is somebody to call."""

    topic: str
    fact: str
    person: SpokenPerson | None
    called: str | None
    actions: Sequence[tuple[str, str]]


def compose_digest(facts: DigestFacts) -> Letter:
    """The letter, dated `facts.now`; it stands alone, as it is about no single conversation."""
    voice = Voice(translator(facts.language, facts.tone), facts.message_id)
    days = SpokenDays(voice.texts, facts.now, facts.zone)
    mail = render_mail(
        "digest",
        facts.language,
        facts.tone,
        subject=_subject(voice, facts),
        opening=_opening(voice, days, facts),
        answers=_answers(voice.texts, facts),
        next_step=_next_step(voice, facts.parts),
        parts=[_spoken(voice, days, number, part) for number, part in enumerate(facts.parts)],
        names_people=any(part.person for part in facts.parts),
        settings=facts.settings,
    )
    return Letter(
        sender_name=SENDER_NAME,
        rep=facts.rep,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=facts.message_id,
        date=facts.now,
        in_reply_to=None,
        references=(),
        kind="digest",
    )


def _subject(voice: Voice, facts: DigestFacts) -> str:
    count, texts = len(facts.parts), voice.texts
    if count == 1:
        only = facts.parts[0]
        people = [only.person] if only.person else []
        return spoken_subject(voice, _topic(texts, only), only.recipients, people)
    return voice.one_of(
        "subject",
        texts.gettext("%(count)s notes in one mail", count=count),
        texts.gettext("Your overview: %(count)s notes", count=count),
    )


def _opening(voice: Voice, days: SpokenDays, facts: DigestFacts) -> str:
    if facts.is_again:
        return voice.texts.gettext("As you wished, here is this mail once more.")
    when = days.span(min(part.first_sent_at for part in facts.parts), facts.now)
    if len(facts.parts) == 1:
        return voice.texts.gettext("One note has come up %(when)s.", when=when)
    return voice.one_of(
        "opening",
        voice.texts.gettext("This has come together %(when)s.", when=when),
        voice.texts.gettext("Here is what has come up %(when)s.", when=when),
    )


def _answers(texts: Translator, facts: DigestFacts) -> str:
    """What a word in answer does; a digest comes once more at most."""
    if facts.is_again:
        return texts.gettext("Or answer this mail with “stop”: that ends the notes about every text in it.")
    if len(facts.parts) == 1:
        return texts.gettext("Or simply answer this mail with a word: called, will do, later, wrong or stop.")
    return texts.gettext(
        "Or answer this mail with a word: “later” brings it once more, “stop” ends the notes about every text in it."
    )


def _next_step(voice: Voice, parts: Sequence[DigestPart]) -> str:
    callable_people = sum(1 for part in parts if part.person and part.person.number)
    gettext = voice.texts.gettext
    if callable_people > 1:
        return voice.one_of(
            "step",
            gettext("One call is plenty: choose the one that you feel most like making."),
            gettext("None of it is urgent. If you make one call, take the one that comes easiest."),
        )
    if callable_people == 1:
        return voice.one_of(
            "step",
            gettext("There is one number at hand, and a short call may be the easiest next step."),
            gettext("One of these people is easy to reach by phone; perhaps you have five minutes for that."),
        )
    return voice.one_of(
        "step",
        gettext("There is no number at hand. Two sentences of your own to one of these people are a good start."),
        gettext("Nobody to call this time. Choose one person and write two sentences that fit nobody else."),
    )


def _spoken(voice: Voice, days: SpokenDays, number: int, part: DigestPart) -> SpokenPart:
    own = Voice(voice.texts, f"{voice.key} {number}")
    span = days.span(part.first_sent_at, part.last_sent_at)
    is_over = days.is_same_day(part.first_sent_at, part.last_sent_at)
    return SpokenPart(
        topic=_topic(voice.texts, part),
        fact=spoken_fact(own, span, is_over, part.copies, part.recipients),
        person=spoken_person(own, days, part.person) if part.person else None,
        called=part.links.called if part.person else None,
        actions=_actions(voice.texts, part.links),
    )


def _topic(texts: Translator, part: DigestPart) -> str:
    return quoted(bare_subject(part.subject), LONGEST_TOPIC) or texts.gettext("(no subject)")


def _actions(texts: Translator, links: NudgeLinks) -> list[tuple[str, str]]:
    return [
        (texts.gettext("This is not a template"), links.not_a_template),
        (texts.gettext("No more about this text"), links.stop),
        (texts.gettext("Show the mails"), links.page),
    ]
