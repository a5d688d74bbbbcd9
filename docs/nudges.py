"""Prints what nudges say: 46 invented bursts and 3 digests in English and in German, with "Sie" and with "du".

python docs/nudges.py [FILE]          (default: docs/nudges.md)
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from app.nudge.calendar_file import next_call_slot
from app.nudge.compose import NudgeFacts, NudgeLinks, Thread, compose_nudge
from app.nudge.contacts import CallReason, CallSuggestion, one_each
from app.nudge.digest_letter import DigestFacts, DigestPart, compose_digest
from app.nudge.phone_labels import NumberKind
from app.nudge.quiet_hours import OpenHours, QuietHours
from app.nudge.reminders import OwnRule, ReminderTone
from app.texts import Language, Tone
from app.texts.reasons import Facts

Reason = tuple[str, Facts]

QUIET: Final = QuietHours.parse("18:00-08:00,sat,sun")
THURSDAY: Final = datetime(2026, 3, 12, 9, 40, tzinfo=UTC)
MONDAY: Final = datetime(2026, 3, 16, 8, 10, tzinfo=UTC)
SITE: Final = "https://zuruf.example/a/"
LINKS: Final = NudgeLinks(*(SITE + end for end in ("called", "wrong", "later", "stop", "page", "will")))
VOICES: Final[tuple[tuple[str, Language, Tone], ...]] = (
    ("English", "en", "sie"),
    ("Deutsch, Sie", "de", "sie"),
    ("Deutsch, du", "de", "du"),
)
REPS: Final = {
    "de": ("jonas@keller-maschinen.example", ZoneInfo("Europe/Berlin")),
    "en": ("priya@northwind-tools.example", ZoneInfo("Europe/London")),
}
SUBJECTS: Final = (
    ("New milling spindles", "Neue Frässpindeln"),
    ("Ten minutes next week?", "Zehn Minuten nächste Woche?"),
    ("Re: Our offer of February", "AW: Unser Angebot vom Februar"),
    ("Less downtime on your line", "Weniger Stillstand an Ihrer Linie"),
    ("Invitation to our open house", "Einladung zum Tag der offenen Tür"),
    ("Maintenance contracts for 2026", "Wartungsverträge 2026"),
    ("A short question about your tooling", "Kurze Frage zu Ihren Werkzeugen"),
    ("Spring offer on cutting fluids", "Frühjahrsaktion Kühlschmierstoffe"),
)
TOPICS: Final = (
    ("Question about the spindle", "Rückfrage zur Frässpindel"),
    ("Delivery date for the second machine", "Liefertermin der zweiten Maschine"),
    ("Trial run on 20 February", "Probelauf am 20. Februar"),
    ("Your visit to Leeds", "Ihr Besuch in Augsburg"),
    ("Spare parts for the old line", "Ersatzteile für die alte Linie"),
)
NAMES: Final = {
    "en": ("Ben Whitfield", "Carol Hughes", "Imran Malik", "Grace Owens"),
    "de": ("Anna Weber", "Boris Lang", "Carla Stein", "Dr. Emre Yıldız"),
}
ROLES: Final = (None, ("Head of Purchasing", "Leitung Einkauf"), None, ("Plant Manager", "Werksleitung"))
NUMBERS: Final[dict[str, dict[NumberKind, tuple[str, str]]]] = {
    "en": {
        NumberKind.DIRECT: ("+442079460123", "020 7946 0123"),
        NumberKind.PHONE: ("+441134960456", "0113 496 0456"),
        NumberKind.SWITCHBOARD: ("+441214960100", "0121 496 0100"),
        NumberKind.MOBILE: ("+447700900321", "07700 900321"),
    },
    "de": {
        NumberKind.DIRECT: ("+498999998123", "089 99998123"),
        NumberKind.PHONE: ("+493023125456", "030 23125456"),
        NumberKind.SWITCHBOARD: ("+494066969100", "040 66969100"),
        NumberKind.MOBILE: ("+491713920023", "0171 3920023"),
    },
}
WAITS, ANSWERED, LONG = CallReason.WAITS, CallReason.ANSWERED, CallReason.LONG_RELATIONSHIP
WHYS: Final = ((WAITS, ANSWERED, LONG), (ANSWERED,), (WAITS,), (LONG, ANSWERED), ())
DIRECT, PHONE, SWITCHBOARD, MOBILE = NumberKind


@dataclass(frozen=True, slots=True)
class Burst:
    """`numbers` has one entry for each suggested person, None where no number is known; days are days ago."""

    title: str
    copies: int
    recipients: int
    first: int = 0
    last: int = 0
    numbers: Sequence[NumberKind | None] = ()
    extras: Sequence[Reason] = ()
    alone: bool = False
    noted: int | None = None
    own_rule: OwnRule | None = None
    slot: bool = False
    waits: bool = True
    now: datetime = THURSDAY
    subject: str | None = None
    reasons: Sequence[Reason] = field(default=())


BCC: Final[Reason] = ("hidden_recipients", {"count": 40})
MANY: Final[Reason] = ("many_recipients", {"count": 40})
STYLE: Final[Reason] = ("style", {"percent": 96})
PHRASES: Final[Reason] = ("sales_phrases", {"count": 4})
ASKS: Final[Reason] = ("call_to_action", {})
FIELD: Final[Reason] = ("merge_field", {"count": 1})
TOOL: Final[Reason] = ("sequence_tool", {"tool": "Beispieltool"})
PIXEL: Final[Reason] = ("tracking_pixel", {})
PLAIN: Final = OwnRule(10, ReminderTone.PLAIN)
FRANK: Final = OwnRule(10, ReminderTone.FRANK)
LONE: Final = (STYLE, PHRASES, ASKS)

BURSTS: Final = (
    Burst("three mails today, one person with a direct line", 3, 3, numbers=[DIRECT]),
    Burst("nine mails since Monday, one person", 9, 9, 3, numbers=[DIRECT], extras=[ASKS], own_rule=OwnRule(8)),
    Burst("five mails yesterday, two people", 5, 5, 1, 1, numbers=[SWITCHBOARD, MOBILE]),
    Burst("twelve mails since yesterday, three people", 12, 12, 1, numbers=[DIRECT, PHONE, None]),
    Burst("four mails, somebody waits but no number", 4, 4, numbers=[None]),
    Burst("six mails, nobody waits and no number", 6, 6, numbers=[None], waits=False),
    Burst("seven mails, three people without numbers", 7, 7, 2, numbers=[None, None, None]),
    Burst("eight mails, nobody to call", 8, 8),
    Burst("eight mails, nobody to call, standing alone", 8, 8, alone=True),
    Burst("one sure mail, with a number", 1, 1, numbers=[PHONE], reasons=LONE),
    Burst("one sure mail, nobody to call", 1, 1, reasons=LONE),
    Burst("one sure mail yesterday, standing alone", 1, 1, 1, 1, reasons=[STYLE, ASKS], alone=True),
    Burst("one mail to forty people in Bcc", 1, 40, reasons=[BCC, STYLE]),
    Burst("one mail to forty people in Bcc, two to call", 1, 40, numbers=[DIRECT, SWITCHBOARD], reasons=[BCC]),
    Burst("one mail to forty people in To, standing alone", 1, 40, reasons=[MANY], alone=True),
    Burst("ten thousand recipients", 1, 10_000, reasons=[("hidden_recipients", {"count": 10_000})]),
    Burst("a follow-up sequence by a tool", 14, 14, 4, numbers=[MOBILE, PHONE], extras=[TOOL], subject="Re"),
    Burst("a follow-up by hand, one person", 5, 5, 2, numbers=[DIRECT], subject="Re"),
    Burst("over a weekend, on Monday morning", 6, 6, 3, numbers=[DIRECT], now=MONDAY),
    Burst("all on Friday, told on Monday", 5, 5, 3, 3, numbers=[PHONE, DIRECT], now=MONDAY),
    Burst("second note about the same text", 4, 4, 1, numbers=[DIRECT], noted=9),
    Burst("second note, nobody to call, standing alone", 5, 5, 2, noted=12, alone=True),
    Burst("second note, three people", 11, 10, 4, numbers=[DIRECT, MOBILE, SWITCHBOARD], noted=8),
    Burst("with an appointment, one person", 3, 3, numbers=[DIRECT], slot=True),
    Burst("with an appointment, three people", 20, 19, 2, numbers=[None, MOBILE, PHONE], slot=True),
    Burst("with an appointment after the weekend", 6, 6, 0, numbers=[SWITCHBOARD], slot=True, now=MONDAY),
    Burst("appointment wanted but no number", 4, 4, numbers=[None], slot=True),
    Burst("a placeholder left in", 7, 7, numbers=[PHONE], extras=[FIELD]),
    Burst("a tracking pixel", 16, 15, 5, numbers=[DIRECT, None], extras=[PIXEL]),
    Burst("long ago, a slow burst", 6, 6, 10, 1, numbers=[MOBILE]),
    Burst("standing alone, one person", 9, 9, 3, numbers=[DIRECT], alone=True),
    Burst("standing alone, two people", 5, 5, 0, numbers=[MOBILE, SWITCHBOARD], alone=True),
    Burst("standing alone, three people, no numbers", 9, 8, 6, numbers=[None, None, None], alone=True, waits=False),
    Burst("without a subject", 4, 4, 0, numbers=[PHONE], subject=""),
    Burst("without a subject, standing alone", 4, 4, 0, numbers=[PHONE], subject="", alone=True),
    Burst("fifty mails since Thursday", 50, 48, 7, numbers=[DIRECT, PHONE, MOBILE], extras=[ASKS]),
    Burst("three mails on Tuesday", 3, 3, 2, 2, numbers=[SWITCHBOARD]),
    Burst("two mails to three people", 2, 3, 0, numbers=[DIRECT]),
    Burst("a hundred mails since yesterday, nobody to call", 100, 100, 1, extras=[PHRASES]),
    Burst("five mails, one known only a little", 5, 5, 0, numbers=[MOBILE], waits=False),
    Burst("own rule, plain, two people", 11, 11, 1, numbers=[DIRECT, MOBILE], own_rule=PLAIN),
    Burst("own rule, plain, somebody waits but no number", 12, 12, 0, numbers=[None], own_rule=PLAIN),
    Burst("own rule, plain, nobody to call", 14, 14, 2, own_rule=PLAIN),
    Burst("own rule, frank, one person", 11, 11, 0, numbers=[DIRECT], own_rule=FRANK),
    Burst("own rule, frank, three people", 13, 13, 3, numbers=[DIRECT, None, PHONE], own_rule=FRANK),
    Burst("own rule, frank, nobody waits and no number", 12, 12, 1, numbers=[None], waits=False, own_rule=FRANK),
)


def facts_of(burst: Burst, number: int, language: Language, tone: Tone) -> NudgeFacts:
    """The invented facts are the same in every voice."""
    rep, zone = REPS[language]
    chance = Random(number)  # noqa: S311 - for variety, not for secrecy
    pick = ("en", "de").index(language)
    subject = chance.choice(SUBJECTS[3:])[pick] if burst.subject is None else burst.subject
    subject = SUBJECTS[2][pick] if subject == "Re" else subject
    first, last = (burst.now - timedelta(days=days, hours=1) for days in (burst.first, burst.last))
    return NudgeFacts(
        rep=rep,
        language=language,
        now=burst.now,
        zone=zone,
        message_id=f"<burst-{number}@zuruf.example>",
        subject=subject,
        copies=burst.copies,
        recipients=burst.recipients,
        first_sent_at=first,
        last_sent_at=last,
        reasons=burst.reasons or [same_text(burst, chance), *burst.extras],
        suggestions=list(suggestions(burst, language, chance)),
        links=LINKS,
        thread=None if burst.alone else Thread("<sent@mail.example>"),
        tone=tone,
        own_rule=burst.own_rule,
        noted_at=None if burst.noted is None else burst.now - timedelta(days=burst.noted),
        call_slot=next_call_slot(burst.now, OpenHours(QUIET, zone)) if burst.slot else None,
    )


def same_text(burst: Burst, chance: Random) -> Reason:
    siblings = max(2, burst.copies - 1)
    return "same_text", {"siblings": siblings, "percent": chance.randint(78, 99), "days": burst.first + 2}


def suggestions(burst: Burst, language: Language, chance: Random) -> Iterator[CallSuggestion]:
    pick, start = ("en", "de").index(language), chance.randrange(4)
    for place, kind in enumerate(burst.numbers):
        name, role = (NAMES[language][(start + place) % 4], ROLES[(start + place) % 4])
        why = chance.choice(WHYS[:1] if kind is None else WHYS)
        day = burst.now - timedelta(days=chance.randint(8, 60))
        dialled, shown = NUMBERS[language][kind] if kind else (None, None)
        yield CallSuggestion(
            name=name,
            address=f"{place}@customer.example",
            number=dialled,
            extension="45" if kind is SWITCHBOARD and chance.random() < 0.5 else None,
            number_display=shown,
            number_kind=kind,
            found_in_date=day if kind else None,
            why=tuple(reason for reason in why if burst.waits or reason is not WAITS),
            talking_point=(chance.choice(TOPICS)[pick], day) if chance.random() < 0.8 else None,
            role=role[pick] if role else None,
        )


@dataclass(frozen=True, slots=True)
class Collection:
    """A digest of these bursts, by their number."""

    title: str
    bursts: Sequence[int]
    is_again: bool = False


COLLECTIONS: Final = (
    Collection("a daily digest of two texts, a number for each", (4, 3)),
    Collection("a weekly digest of five texts, few numbers", (2, 7, 8, 11, 17)),
    Collection("a digest of one text, nobody to call, put off and here again", (8,), is_again=True),
)


def digest_of(collection: Collection, number: int, language: Language, tone: Tone) -> DigestFacts:
    rep, zone = REPS[language]
    facts = [facts_of(BURSTS[burst - 1], burst, language, tone) for burst in collection.bursts]
    return DigestFacts(
        rep=rep,
        language=language,
        tone=tone,
        now=THURSDAY,
        zone=zone,
        message_id=f"<digest-{number}@zuruf.example>",
        parts=[
            DigestPart(
                subject=one.subject,
                copies=one.copies,
                recipients=one.recipients,
                first_sent_at=one.first_sent_at,
                last_sent_at=one.last_sent_at,
                person=person,
                links=LINKS,
            )
            for one, person in zip(facts, one_each(one.suggestions for one in facts), strict=True)
        ],
        settings=SITE + "rules",
        is_again=collection.is_again,
    )


def digests() -> Iterator[str]:
    yield "\n# What digests say"
    for number, collection in enumerate(COLLECTIONS, 1):
        yield f"\n## D{number}. {collection.title}"
        for name, language, tone in VOICES:
            letter = compose_digest(digest_of(collection, number, language, tone))
            subject, text = (words.replace("\u00a0", " ") for words in (letter.subject, letter.text))
            yield f"\n{name}\n\n```text\n{subject}\n{'-' * min(76, len(subject))}\n{text}```"


def told(facts: NudgeFacts) -> tuple[str, str]:
    """Subject and text without no-break spaces."""
    letter = compose_nudge(facts)
    return letter.subject.replace("\u00a0", " "), letter.text.replace("\u00a0", " ")


def pages() -> Iterator[str]:
    yield "# What nudges say\n"
    yield "Written by `python docs/nudges.py`; every name, number and mail is invented. The first nudge of each"
    yield "language is shown as a whole, of the others what stands before the answers, which is where they differ."
    for number, burst in enumerate(BURSTS, 1):
        yield f"\n## {number}. {burst.title}"
        for name, language, tone in VOICES:
            subject, text = told(facts_of(burst, number, language, tone))
            end = text.find(f"\n{('Your', 'Deine' if tone == 'du' else 'Ihre')[language == 'de']} ")
            yield f"\n{name}\n\n```text\n{subject}\n{'-' * min(76, len(subject))}"
            yield f"{text if number == 1 else text[:end].rstrip()}\n```".replace("\n\n```", "\n```")
    yield from digests()


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("nudges.md")
    path.write_text("\n".join(pages()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
