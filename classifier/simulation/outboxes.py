"""Simulates outboxes whose truth is known: campaigns and routine notes among real and written personal mail. Seeded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from classifier.dataset import Row
from classifier.own_text import own_text
from classifier.simulation.campaigns import ROUTINE, Family, draw_campaigns, draw_routine, load_families
from classifier.simulation.cast import Contact, draw_contact
from classifier.values import Sample

WRITTEN, REAL = "written personal", "real personal"
REP = "jonas@keller-maschinen.example"

_START = datetime(2025, 1, 6, 8, tzinfo=UTC)
_DAYS = 45
_SPREADS = (0.2, 3.0, 40.0)  # days over which one campaign goes out
_STEP_DAYS = 6  # between the mails of a sequence
_COPIES = (6, 18)
_OPENING_SHARE, _STOCK_SHARE = 0.4, 0.4  # of the campaigns and written mails hold a common opening, a stock sentence


@dataclass(frozen=True, slots=True)
class Material:
    """What the outboxes of one half of a language are made of.

    `templates` are bulk mails that campaigns are made from, `personal` written ones, `background` real mail.
    """

    language: str
    half: int
    templates: Sequence[Row]
    personal: Sequence[Row]
    background: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Simulated:
    """A mail of a simulated outbox: `mode` is that of its family, WRITTEN or REAL; `copy` counts in its family."""

    sample: Sample
    mode: str
    family: str | None = None
    copy: int = 0


@dataclass(frozen=True, slots=True)
class _Letter:
    """What all mails of one rep share."""

    greetings: Sequence[str]
    closing: str
    openings: Sequence[str]
    answers: Sequence[str]
    sentences: Sequence[str]

    def around(self, text: str, random: Random) -> str:
        """Return a whole mail, with slots."""
        return f"{random.choice(self.greetings)}\n\n{text}\n\n{self.closing}"


def simulate_outbox(random: Random, material: Material, personal: int, background: int) -> list[Simulated]:
    """Return one outbox in sending order, with so many written and real personal mails.

    Real mail keeps its text and recipients, and gets new recipients where it has none.
    """
    language = material.language
    letter = _draw_letter(random, language)
    campaigns = draw_campaigns(random, language, material.templates, material.half)
    routine = draw_routine(random, language, material.half)
    mails = [mail for family in campaigns for mail in _copies(random, language, family, letter)]
    mails += [mail for family in routine for mail in _copies(random, language, family, letter)]
    written = random.sample(material.personal, min(personal, len(material.personal)))
    real = random.sample(material.background, min(background, len(material.background)))
    mails += [Simulated(_written(row, random, language, letter), WRITTEN) for row in written]
    mails += [Simulated(_sent(row.sample, random, language), REAL) for row in real]
    return sorted(mails, key=lambda mail: mail.sample.sent_at or _START)


def _draw_letter(random: Random, language: str) -> _Letter:
    stock = load_families(language)["stock"]
    return _Letter(
        greetings=random.sample(stock["greetings"], 2),
        closing=random.choice(stock["closings"]),
        openings=random.sample(stock["openings"], 2),
        answers=random.sample(stock["answers"], 2),
        sentences=random.sample(stock["sentences"], 2),
    )


def _copies(random: Random, language: str, family: Family, letter: _Letter) -> Iterator[Simulated]:
    """Yield the copies of one family, in one burst or over weeks, each to another contact."""
    opens = family.mode != ROUTINE and random.random() < _OPENING_SHARE
    opening = random.choice(letter.openings) if opens else ""
    stock = random.choice(letter.sentences) if random.random() < _STOCK_SHARE else ""
    spread = random.choice(_SPREADS[:2] if family.step else _SPREADS)
    first = _START + timedelta(days=family.step * _STEP_DAYS + random.uniform(0, _DAYS - spread) / (1 + family.step))
    count = min(random.randint(*_COPIES), family.most or _COPIES[1])
    times = sorted(first + timedelta(days=random.uniform(0, spread)) for _ in range(count))
    people = random if family.crowd is None else Random(family.crowd)  # noqa: S311 - a repeatable simulation
    for number, time in enumerate(times):
        contact = draw_contact(people, language)
        text = letter.around(" ".join(filter(None, (opening, family.write(number), stock))), random)
        subject = contact.fill(family.subject(), random)
        body = contact.fill(text, random)
        sample = Sample(subject, body, sent_at=time, sender=REP, is_reply=family.threaded)
        yield Simulated(_address(sample, contact), family.mode, family.name, number + 1)


def _written(row: Row, random: Random, language: str, letter: _Letter) -> Sample:
    """A written personal mail as this rep would send it: often with the stock sentence and closing of the campaigns."""
    if random.random() < _STOCK_SHARE:
        contact = draw_contact(random, language)
        message = own_text(row.sample).message
        text = f"{random.choice([*letter.openings, *letter.answers])} {message} {random.choice(letter.sentences)}"
        body = contact.fill(letter.around(text, random), random)
        return _address(_sent(replace(row.sample, body=body), random, language), contact)
    return _sent(row.sample, random, language)


def _sent(sample: Sample, random: Random, language: str) -> Sample:
    sent = replace(sample, sent_at=_START + timedelta(days=random.uniform(0, _DAYS)))
    return sent if sent.recipients else _address(replace(sent, sender=REP), draw_contact(random, language))


def _address(sample: Sample, contact: Contact) -> Sample:
    return replace(sample, recipients=(contact.address,), recipient_names=(contact.name,))
