"""Simulates outboxes whose truth is known: campaigns and routine notes among real and written personal mail. Seeded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from classifier.cast import Contact, draw_contact, load_simulation
from classifier.dataset import Row
from classifier.own_text import own_text
from classifier.rewriting import edit_lightly, join, rewrite_half, split_sentences
from classifier.values import Sample

MODES = ("slots only", "light edits", "half rewritten")
REP = "jonas@keller-maschinen.example"

_START = datetime(2025, 1, 6, 8, tzinfo=UTC)
_DAYS = 45
_SPREADS = (0.2, 3.0, 40.0)  # days over which one campaign goes out
_CAMPAIGNS, _ROUTINES = 2, 4  # campaigns of each mode, families of routine notes, in one outbox
_COPIES = (6, 18)
_LEAST_WORDS = 25  # shorter templates are hard for other reasons and would blur what is measured


@dataclass(frozen=True, slots=True)
class Simulated:
    """A mail of a simulated outbox: `mode` is one of MODES, "routine" or "personal"; `copy` counts in its family."""

    sample: Sample
    mode: str
    family: str | None = None
    copy: int = 0


@dataclass(frozen=True, slots=True)
class _Family:
    """Mails from one template: `write` gives the text of the next copy, without greeting and closing."""

    name: str
    mode: str
    subject: str
    write: Callable[[], str]


def simulate_outbox(
    random: Random, language: str, templates: Sequence[Row], personal: Sequence[Row], background: Sequence[Row]
) -> list[Simulated]:
    """Return one outbox in sending order.

    `templates` are bulk mails that campaigns are made from, `personal` written ones, `background` real mail; personal
    mail keeps its text and recipients, and gets new recipients where it has none.
    """
    families = [*_campaigns(random, language, templates), *_routine(random, language)]
    mails = [mail for family in families for mail in _copies(random, language, family)]
    mails += [Simulated(_as_personal(row, random, language), "personal") for row in [*personal, *background]]
    return sorted(mails, key=lambda mail: mail.sample.sent_at or _START)


def _campaigns(random: Random, language: str, templates: Sequence[Row]) -> Iterator[_Family]:
    usable = [row for row in templates if len(row.words) >= _LEAST_WORDS]
    strangers = [sentence for row in templates for sentence in split_sentences(own_text(row.sample).message)]
    changes: dict[str, Callable[[list[str]], list[str]]] = {
        "slots only": lambda sentences: sentences,
        "light edits": lambda sentences: edit_lightly(sentences, random, language),
        "half rewritten": lambda sentences: rewrite_half(sentences, random, strangers),
    }
    modes = MODES * _CAMPAIGNS
    for mode, row in zip(modes, random.sample(usable, len(modes)), strict=True):
        yield _campaign(random, language, row, mode, changes[mode])


def _campaign(random: Random, language: str, row: Row, mode: str, change: Callable[[list[str]], list[str]]) -> _Family:
    letter = load_simulation()["letter"][language]
    opening = random.choice(letter["openings"])
    stock = [letter["stock"]] if random.random() < 0.5 else []
    sentences = split_sentences(own_text(row.sample).message)
    return _Family(row.id, mode, row.sample.subject, lambda: join([opening, *change(sentences), *stock]))


def _routine(random: Random, language: str) -> Iterator[_Family]:
    notes = load_simulation()["routine"][language]
    for number in random.sample(range(len(notes)), _ROUTINES):
        text: str = notes[number]["text"]
        yield _Family(f"routine {number}", "routine", notes[number]["subject"], text.strip)


def _copies(random: Random, language: str, family: _Family) -> Iterator[Simulated]:
    """Yield the copies of one family, in one burst or over weeks, each to another contact."""
    letter = load_simulation()["letter"][language]
    greeting = random.choice(letter["greetings"])
    spread = random.choice(_SPREADS)
    first = _START + timedelta(days=random.uniform(0, _DAYS - spread))
    times = sorted(first + timedelta(days=random.uniform(0, spread)) for _ in range(random.randint(*_COPIES)))
    for number, time in enumerate(times, 1):
        contact = draw_contact(random, language)
        text = contact.fill(f"{greeting}\n\n{family.write()}\n{letter['closing']}", random)
        sample = Sample(contact.fill(family.subject, random), text, sent_at=time, sender=REP)
        yield Simulated(_address(sample, contact), family.mode, family.name, number)


def _as_personal(row: Row, random: Random, language: str) -> Sample:
    time = _START + timedelta(days=random.uniform(0, _DAYS))
    sample = replace(row.sample, sent_at=time)
    if sample.recipients:
        return sample
    return _address(replace(sample, sender=REP), draw_contact(random, language))


def _address(sample: Sample, contact: Contact) -> Sample:
    return replace(sample, recipients=(contact.address,), recipient_names=(contact.name,))
