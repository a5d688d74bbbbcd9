"""Words around the hand-written texts: slots, greetings, closings, signatures and quoted mails."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from app.demo.history.hours import working_days_after
from app.demo.history.world import Manner, Person, World

SLOT: Final = re.compile(r"\{(day|weekday|week|month)\+(\d+)\}")
BUSINESS: Final = ("customer", "prospect")


def fill(text: str, world: World, day: date, facts: Mapping[str, str]) -> str:
    """Puts `facts` for `{name}` and dates counted from `day` for `{day+3}`, `{weekday+3}`, `{week+2}`, `{month+1}`."""
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    text = SLOT.sub(lambda slot: date_slot(slot[1], int(slot[2]), world.wording, day), text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" +(?=\n|$)", "", text)).strip()


def date_slot(kind: str, count: int, wording: Mapping[str, Any], day: date) -> str:
    months: list[str] = wording["months"]
    if kind == "month":
        return months[(day.month - 1 + count) % 12]
    if kind == "week":
        week = (day + timedelta(weeks=count)).isocalendar().week
        return str(wording["week_form"]).format(week=week)
    then = working_days_after(day, count)
    if kind == "weekday":
        return str(wording["weekdays"][then.weekday()])
    return str(wording["day_form"]).format(day=then.day, month=months[then.month - 1])


def facts_of(person: Person) -> dict[str, str]:
    """What a text may say of a person; `form` is the first name on first-name terms."""
    first = person.name.split()[0]
    return {
        "name": person.name,
        "first": first,
        "form": person.form or first,
        "company": person.company,
        "role": person.role,
        "city": person.city,
        "phone": person.phone,
        "topic": person.topic,
        "email": person.email,
        "domain": person.domain,
    }


def terms(person: Person) -> str:
    """Which greetings and closings fit: "formal" or "first"."""
    return "formal" if person.form or person.group in BUSINESS else "first"


def greeting(manner: Manner, person: Person, rng: Random) -> str:
    return rng.choice(manner.greetings[terms(person)]).format(**facts_of(person))


def rep_ending(world: World, rep: Person, person: Person, rng: Random) -> str:
    """Closing and signature of the rep: the full one towards customers, the name alone towards friends."""
    closing = rng.choice(world.rep_manner.closings[terms(person)])
    full, short = world.rep_manner.signatures
    signature = full.replace(world.rep.email, rep.email) if terms(person) == "formal" else short
    return f"{closing}\n{signature.strip()}"


def customer_ending(world: World, person: Person, rng: Random) -> str:
    """Closing and signature of the other side; a private person signs with the first name."""
    closing = rng.choice(world.customer_manner.closings[terms(person)])
    if not person.phone:
        return f"{closing}\n{person.name.split()[0]}"
    layouts = world.customer_manner.signatures
    layout = layouts[sum(person.key.encode()) % len(layouts)]
    return f"{closing}\n\n{layout.format(**facts_of(person))}"


def quote(world: World, style: str, author: Person, reader: Person, subject: str, when: datetime, text: str) -> str:
    """The answered mail below the answer: "angle" marks each line with >, "outlook" puts a block of headers on top."""
    months: list[str] = world.wording["months"]
    facts = {
        "name": author.name,
        "email": author.email,
        "to": reader.name,
        "subject": subject,
        "weekday": world.wording["weekdays"][when.weekday()],
        "date": world.wording["date_form"].format(day=when.day, month=months[when.month - 1], year=when.year),
        "time": f"{when:%H:%M}",
    }
    if style == "outlook":
        return f"{world.wording['outlook_quote'].strip().format(**facts)}\n\n{text}"
    marked = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return f"{world.wording['quote_line'].format(**facts)}\n{marked}"
